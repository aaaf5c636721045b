-- A hot spot is answered by a plan: problem, actions with an organisation each, steps written once, verified by another.
set local role lantern_owner;

create sequence plan_number;
grant usage on sequence plan_number to lantern_app;

-- Stages of OSARA. The sides of the triangle other than the place say nothing of anybody.
create table plan (
  id uuid primary key default gen_random_uuid(),
  hot_spot_id uuid not null,
  authority_id smallint not null,
  reference text not null unique default 'PL-' || lpad(nextval('plan_number')::text, 4, '0'),
  objective text not null check (length(trim(objective)) between 3 and 2000),
  scanning text not null default '' check (length(scanning) <= 4000),
  place_analysis text not null default '' check (length(place_analysis) <= 4000),
  others_analysis text not null default '' check (length(others_analysis) <= 4000),
  response text not null default '' check (length(response) <= 4000),
  baseline text not null default '' check (length(baseline) <= 2000),
  assessment text not null default '' check (length(assessment) <= 4000),
  initiatives text[] not null default '{}' check (initiatives <@ array['nightsafe', 'street_pastors', 'pubwatch', 'best_bar_none']),
  begun_on date not null,
  review_by date not null,
  approved_on date, approved_by uuid,
  closed_on date, closed_by uuid, closed_because text check (length(trim(closed_because)) between 3 and 2000),
  created_by uuid not null, created_at timestamptz not null default now(),
  version integer not null default 1,
  constraint plan_place unique (id, authority_id),
  foreign key (hot_spot_id, authority_id) references hot_spot (id, authority_id),
  constraint plan_approved_by_somebody check ((approved_on is null) = (approved_by is null)),
  constraint plan_approved_by_another check (approved_by is distinct from created_by or approved_by is null),
  constraint plan_closed_with_reason check ((closed_on is null) = (closed_by is null) and (closed_on is null) = (closed_because is null)),
  constraint plan_dates_in_order check (approved_on >= begun_on and closed_on >= coalesce(approved_on, begun_on))
);
-- One plan at a time.
create unique index plan_of_hot_spot on plan (hot_spot_id) where closed_on is null;
create index plan_by_authority on plan (authority_id, review_by);

create table plan_action (
  id uuid primary key default gen_random_uuid(),
  plan_id uuid not null,
  authority_id smallint not null,
  number smallint not null check (number between 1 and 200),
  what text not null check (length(trim(what)) between 3 and 400),
  theme text not null check (theme in ('prevent', 'protect', 'prepare', 'pursue')),
  organisation_id smallint not null references organisation,
  lead text not null check (length(trim(lead)) between 2 and 120),        -- who leads it there: a post or a colleague
  due_on date not null,
  state text not null default 'proposed' check (state in ('proposed', 'agreed', 'in_progress', 'blocked', 'done_pending_verification', 'verified', 'cancelled')),
  state_on date not null,
  coverage_wanted smallint check (coverage_wanted between 1 and 100),     -- percent of the hot spot's places with guidance at which it is done
  created_by uuid not null, created_at timestamptz not null default now(),
  version integer not null default 1,
  constraint plan_action_place unique (id, authority_id),
  constraint plan_action_number unique (plan_id, number),
  foreign key (plan_id, authority_id) references plan (id, authority_id)
);
create index plan_action_of_organisation on plan_action (organisation_id, due_on) where state not in ('verified', 'cancelled');
create index plan_action_open on plan_action (due_on, id) where state not in ('verified', 'cancelled');

-- Every step of an action and every word about it, written once.
create table plan_action_step (
  id uuid primary key default gen_random_uuid(),
  action_id uuid not null,
  authority_id smallint not null,
  state text not null check (state in ('proposed', 'agreed', 'in_progress', 'blocked', 'done_pending_verification', 'verified', 'cancelled')),
  words text not null check (length(trim(words)) between 3 and 2000),
  evidence text not null default '' check (length(evidence) <= 400),
  on_day date not null,
  -- Two steps of one transaction keep their order.
  recorded_by uuid not null, recorded_at timestamptz not null default clock_timestamp(),
  organisation_id smallint references organisation,               -- for whom its author works, as was recorded by then
  foreign key (action_id, authority_id) references plan_action (id, authority_id)
);
create index plan_action_step_of on plan_action_step (action_id, on_day desc, recorded_at desc);
create trigger plan_action_step_never_changes before update or delete on plan_action_step for each row execute function never_change();

-- For whom somebody works, as whoever manages accounts recorded it: whose actions they report on and read about, and whose they may not verify.
create table plan_colleague (
  account_id uuid primary key,
  organisation_id smallint not null references organisation,
  named_by uuid not null, named_on date not null
);
alter table plan_colleague enable row level security;
alter table plan_colleague force row level security;
create policy own on plan_colleague to lantern_app, lantern_owner
  using ((select sec.is_operator()) or account_id = (select sec.me())) with check ((select sec.is_operator()));
create policy worked on plan_colleague to lantern_sec using (true) with check (true);
grant select on plan_colleague to lantern_app;
grant select, insert, update, delete on plan_colleague to lantern_sec;

set local role lantern_sec;
create function sec.name_organisation(who uuid, works_for smallint, on_day date) returns void
language plpgsql volatile security definer set search_path = sec, public, pg_temp as $$
begin
  perform sec.require('manageAccounts');
  if works_for is null then delete from plan_colleague where account_id = who; return; end if;
  insert into plan_colleague (account_id, organisation_id, named_by, named_on) values (who, works_for, sec.me(), on_day)
  on conflict (account_id) do update set organisation_id = excluded.organisation_id, named_by = excluded.named_by, named_on = excluded.named_on;
end $$;
create function sec.organisation_of(who uuid) returns smallint
language sql stable security definer set search_path = sec, public, pg_temp as $$
  select c.organisation_id from plan_colleague c where c.account_id = who and (select sec.require('manageAccounts'))
$$;
revoke execute on function sec.name_organisation, sec.organisation_of from public;
grant execute on function sec.name_organisation, sec.organisation_of to lantern_app, lantern_owner;
-- Who may write which step, whatever a page forgot: those who manage the plan, and of the organisation that owns the action those who
-- report. Verified is said by somebody of another organisation who has not reported on it.
create function sec.plan_step_guard() returns trigger
language plpgsql volatile security definer set search_path = sec, public, pg_temp as $$
declare action plan_action; mine smallint;
begin
  select * into action from plan_action where id = new.action_id;
  select c.organisation_id into mine from plan_colleague c where c.account_id = new.recorded_by;
  new.organisation_id := mine;
  if not sec.is_operator() then
    if new.recorded_by is distinct from sec.me() then raise insufficient_privilege using message = 'a step is written by its author'; end if;
    if not (action.authority_id = any (sec.held('managePlans'))) then
      if mine is distinct from action.organisation_id then
        raise exception 'not the author''s organisation' using errcode = '23514', constraint = 'plan_step_of_own_organisation';
      end if;
      if new.state in ('agreed', 'verified', 'cancelled') and new.state <> action.state then
        raise insufficient_privilege using message = 'those who manage the plan decide that';
      end if;
    end if;
  end if;
  if exists (select from plan_action_step s where s.action_id = new.action_id and s.on_day > new.on_day) then
    raise exception 'before the step that it follows' using errcode = '23514', constraint = 'plan_step_in_order';
  end if;
  if new.state = 'verified' then
    if mine is null then raise exception 'verified for nobody' using errcode = '23514', constraint = 'plan_step_verifier_known'; end if;
    if mine = action.organisation_id then
      raise exception 'verified by its own organisation' using errcode = '23514', constraint = 'plan_step_verified_by_other_organisation';
    end if;
    if exists (select from plan_action_step s where s.action_id = new.action_id and s.recorded_by = new.recorded_by
                 and s.state in ('in_progress', 'blocked', 'done_pending_verification')) then
      raise exception 'verified by who reported it' using errcode = '23514', constraint = 'plan_step_verified_by_another';
    end if;
  end if;
  return new;
end $$;

-- An action stands where its last step says; whose it is is settled when it is agreed; who only reports changes nothing else of it.
create function sec.plan_action_guard() returns trigger
language plpgsql volatile security definer set search_path = sec, public, pg_temp as $$
begin
  if new.state <> old.state and new.state is distinct from (
       select s.state from plan_action_step s where s.action_id = old.id order by s.on_day desc, s.recorded_at desc limit 1) then
    raise exception 'a state without its step' using errcode = '23514', constraint = 'plan_action_state_of_its_step';
  end if;
  if new.organisation_id <> old.organisation_id and old.state <> 'proposed' then
    raise exception 'its organisation is agreed' using errcode = '23514', constraint = 'plan_action_organisation_kept';
  end if;
  if not sec.is_operator() and not (old.authority_id = any (sec.held('managePlans')))
     and (new.plan_id, new.number, new.what, new.theme, new.organisation_id, new.lead, new.due_on, new.coverage_wanted)
         is distinct from (old.plan_id, old.number, old.what, old.theme, old.organisation_id, old.lead, old.due_on, old.coverage_wanted) then
    raise insufficient_privilege using message = 'those who manage the plan change its actions';
  end if;
  return new;
end $$;
revoke all on function sec.plan_step_guard, sec.plan_action_guard from public;
grant execute on function sec.plan_step_guard, sec.plan_action_guard to lantern_owner;

set local role lantern_owner;
create trigger plan_step_guarded before insert on plan_action_step for each row execute function sec.plan_step_guard();
create trigger plan_action_guarded before update on plan_action for each row execute function sec.plan_action_guard();

do $$
declare t text;
begin
  foreach t in array array['plan', 'plan_action', 'plan_action_step'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    if t <> 'plan_action_step' then
      execute format('create policy readable on %I for select to lantern_app, lantern_owner, lantern_reader
                        using (authority_id = any ((select sec.held(''readHotSpots''))::smallint[]))', t);
    end if;
    execute format('create policy insertable on %I for insert to lantern_app, lantern_owner
                      with check (authority_id = any ((select sec.held(%s))::smallint[]))', t,
                   case t when 'plan_action_step' then '''managePlans'', ''reportPlans''' else '''managePlans''' end);
    execute format('create policy searched on %I for select to lantern_sec using (true)', t);
    execute format('grant select on %I to lantern_app, lantern_reader, lantern_sec', t);
    execute format('grant insert on %I to lantern_app', t);
  end loop;
end $$;
-- What was done is told to those who manage the plan and to the organisation that does it; others see where the action stands.
create policy readable on plan_action_step for select to lantern_app, lantern_owner, lantern_reader using (
  authority_id = any ((select sec.held('managePlans'))::smallint[])
  or authority_id = any ((select sec.held('readHotSpots'))::smallint[])
     and action_id in (select a.id from plan_action a where a.organisation_id = (select c.organisation_id from plan_colleague c where c.account_id = (select sec.me()))));
create policy updatable on plan for update to lantern_app, lantern_owner
  using (authority_id = any ((select sec.held('managePlans'))::smallint[])) with check (authority_id = any ((select sec.held('managePlans'))::smallint[]));
create policy updatable on plan_action for update to lantern_app, lantern_owner
  using (authority_id = any ((select sec.held('managePlans', 'reportPlans'))::smallint[]))
  with check (authority_id = any ((select sec.held('managePlans', 'reportPlans'))::smallint[]));
grant update on plan, plan_action to lantern_app;

set local role lantern_sec;
-- Each hot spot that stood designated on a day, and the conditions of a multi-agency plan as of that day. For the functions below only.
create function sec.plans_on(on_day date, allowed smallint[])
returns table (hot_spot_id uuid, authority_id smallint, plan_id uuid, approved boolean, organisations integer, consulted boolean)
language sql stable security definer rows 50 set search_path = sec, public, pg_temp as $$
  select h.id, h.authority_id, p.id, coalesce(p.approved_on <= on_day, false),
         (select count(distinct a.organisation_id)::integer from plan_action a
           where a.plan_id = p.id
             and (select s.state from plan_action_step s where s.action_id = a.id and s.on_day <= plans_on.on_day
                   order by s.on_day desc, s.recorded_at desc limit 1) not in ('proposed', 'cancelled')),
         exists (select from hot_spot_consultation c where c.hot_spot_id = h.id and c.answered_on <= on_day)
    from hot_spot h
    left join plan p on p.hot_spot_id = h.id and (p.closed_on is null or p.closed_on > on_day) and p.begun_on <= on_day
   where h.designated_on <= on_day and (h.ended_on is null or h.ended_on > on_day) and h.authority_id = any (allowed)
$$;
-- For whoever counts, and for whoever sees hot spots.
create function sec.hot_spot_plans(on_day date)
returns table (hot_spot_id uuid, authority_id smallint, plan_id uuid, approved boolean, organisations integer, consulted boolean)
language sql stable security definer rows 50 set search_path = sec, public, pg_temp as $$ select * from sec.plans_on(on_day, sec.countable()) $$;
create function sec.hot_spot_plans_seen(on_day date)
returns table (hot_spot_id uuid, authority_id smallint, plan_id uuid, approved boolean, organisations integer, consulted boolean)
language sql stable security definer rows 50 set search_path = sec, public, pg_temp as $$ select * from sec.plans_on(on_day, sec.held('readHotSpots')) $$;

-- Places with a current licence in a hot spot and so many metres around it, and those of them with guidance in force: the same
-- number whoever asks, since an action is done at it. For the functions below only.
create function sec.guidance_around(which uuid, metres double precision, on_day date) returns table (places bigint, issued bigint)
language sql stable security definer rows 1 set search_path = sec, public, pg_temp as $$
  select count(*), count(*) filter (where x.issued)
    from (select l.id, bool_or(coalesce(c.issued, false)) as issued
            from hot_spot h join location l on st_dwithin(l.point, h.area, metres)
            join registration r on r.location_id = l.id
            join sec.stretch s on s.registration_id = r.id and s.starts_on <= on_day and s.ends_before > on_day
            left join sec.cover_on(on_day) c on c.id = s.cover
           where h.id = which group by l.id) x
$$;
-- How far an action has come that is done at a share of places with guidance; no row for any other.
create function sec.plan_action_cover(which uuid, metres double precision, on_day date) returns table (places bigint, issued bigint)
language sql stable security definer rows 1 set search_path = sec, public, pg_temp as $$
  select g.places, g.issued from plan_action a join plan p on p.id = a.plan_id cross join lateral sec.guidance_around(p.hot_spot_id, metres, on_day) g
   where a.id = which and a.coverage_wanted is not null and a.state not in ('verified', 'cancelled') and a.authority_id = any (sec.held('readHotSpots'))
$$;
-- Actions that are done and wait for somebody to verify them: as reported, or at their agreed share of guidance, whatever was reported.
create function sec.actions_to_verify(on_day date, metres double precision, allowed smallint[]) returns table (action_id uuid, authority_id smallint)
language sql stable security definer rows 50 set search_path = sec, public, pg_temp as $$
  select a.id, a.authority_id from plan_action a join plan p on p.id = a.plan_id and p.closed_on is null
   where a.state not in ('proposed', 'verified', 'cancelled') and a.authority_id = any (allowed)
     and (a.state = 'done_pending_verification' or a.coverage_wanted is not null and exists (
       select from sec.guidance_around(p.hot_spot_id, metres, on_day) g where g.places > 0 and g.issued * 100 >= a.coverage_wanted * g.places))
$$;
create function sec.plan_actions_to_verify(on_day date, metres double precision) returns table (action_id uuid, authority_id smallint)
language sql stable security definer rows 50 set search_path = sec, public, pg_temp as $$ select * from sec.actions_to_verify(on_day, metres, sec.held('readHotSpots')) $$;
-- Actions that are not done and were due before a day.
create function sec.late_actions(on_day date, metres double precision, allowed smallint[])
returns table (action_id uuid, plan_id uuid, authority_id smallint, organisation_id smallint)
language sql stable security definer rows 50 set search_path = sec, public, pg_temp as $$
  select a.id, a.plan_id, a.authority_id, a.organisation_id from plan_action a join plan p on p.id = a.plan_id and p.closed_on is null
   where a.state not in ('verified', 'cancelled') and a.due_on < on_day and a.authority_id = any (allowed)
     and a.id not in (select v.action_id from sec.actions_to_verify(on_day, metres, allowed) v)
$$;
create function sec.plan_actions_late(on_day date, metres double precision)
returns table (action_id uuid, plan_id uuid, authority_id smallint, organisation_id smallint)
language sql stable security definer rows 50 set search_path = sec, public, pg_temp as $$ select * from sec.late_actions(on_day, metres, sec.held('readHotSpots')) $$;
revoke all on function sec.plans_on, sec.hot_spot_plans, sec.hot_spot_plans_seen, sec.guidance_around, sec.plan_action_cover, sec.late_actions, sec.plan_actions_late,
  sec.actions_to_verify, sec.plan_actions_to_verify from public;
grant execute on function sec.hot_spot_plans, sec.hot_spot_plans_seen, sec.plan_action_cover, sec.plan_actions_late, sec.plan_actions_to_verify to lantern_app, lantern_reader, lantern_owner;
