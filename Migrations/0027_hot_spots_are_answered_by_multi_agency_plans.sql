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
  constraint plan_closed_after_approval check (closed_on >= approved_on)
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
  campaign_id uuid references campaign,                                   -- completes itself at the coverage agreed
  created_by uuid not null, created_at timestamptz not null default now(),
  version integer not null default 1,
  constraint plan_action_place unique (id, authority_id),
  constraint plan_action_number unique (plan_id, number),
  foreign key (plan_id, authority_id) references plan (id, authority_id)
);
create index plan_action_of_organisation on plan_action (organisation_id, due_on) where state not in ('verified', 'cancelled');

-- Every step of an action and every word about it, written once.
create table plan_action_step (
  id uuid primary key default gen_random_uuid(),
  action_id uuid not null,
  authority_id smallint not null,
  state text not null check (state in ('proposed', 'agreed', 'in_progress', 'blocked', 'done_pending_verification', 'verified', 'cancelled')),
  words text not null check (length(trim(words)) between 3 and 2000),
  evidence text not null default '' check (length(evidence) <= 400),
  on_day date not null,
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  foreign key (action_id, authority_id) references plan_action (id, authority_id)
);
create index plan_action_step_of on plan_action_step (action_id, recorded_at desc);
create trigger plan_action_step_never_changes before update or delete on plan_action_step for each row execute function never_change();

-- Nobody verifies what they themselves reported.
create function plan_step_verified_by_another() returns trigger language plpgsql as $$
begin
  if new.state = 'verified' and exists (select from plan_action_step s where s.action_id = new.action_id
       and s.state in ('in_progress', 'blocked', 'done_pending_verification') and s.recorded_by = new.recorded_by) then
    raise exception 'verified by who reported it' using errcode = '23514', constraint = 'plan_step_verified_by_another';
  end if;
  return new;
end $$;
grant execute on function plan_step_verified_by_another to lantern_app;
create trigger plan_step_verified before insert on plan_action_step for each row execute function plan_step_verified_by_another();

do $$
declare t text;
begin
  foreach t in array array['plan', 'plan_action', 'plan_action_step'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy readable on %I for select to lantern_app, lantern_owner, lantern_reader
                      using (authority_id = any ((select sec.held(''readHotSpots''))::smallint[]))', t);
    execute format('create policy insertable on %I for insert to lantern_app, lantern_owner
                      with check (authority_id = any ((select sec.held(%s))::smallint[]))', t,
                   case t when 'plan_action_step' then '''managePlans'', ''reportPlans''' else '''managePlans''' end);
    execute format('create policy searched on %I for select to lantern_sec using (true)', t);
    execute format('grant select on %I to lantern_app, lantern_reader, lantern_sec', t);
    execute format('grant insert on %I to lantern_app', t);
  end loop;
end $$;
create policy updatable on plan for update to lantern_app, lantern_owner
  using (authority_id = any ((select sec.held('managePlans'))::smallint[])) with check (authority_id = any ((select sec.held('managePlans'))::smallint[]));
create policy updatable on plan_action for update to lantern_app, lantern_owner
  using (authority_id = any ((select sec.held('managePlans', 'reportPlans'))::smallint[]))
  with check (authority_id = any ((select sec.held('managePlans', 'reportPlans'))::smallint[]));
grant update on plan, plan_action to lantern_app;

set local role lantern_sec;
-- Each hot spot that stood designated on a day, and the conditions of a multi-agency plan as of that day.
create function sec.hot_spot_plans(on_day date)
returns table (hot_spot_id uuid, authority_id smallint, plan_id uuid, approved boolean, organisations integer, consulted boolean)
language plpgsql stable security definer rows 50 set search_path = sec, public, pg_temp as $$
#variable_conflict use_column
declare allowed smallint[] := sec.countable();
begin
  return query
    select h.id, h.authority_id, p.id, coalesce(p.approved_on <= on_day, false),
           (select count(distinct a.organisation_id)::integer from plan_action a
             where a.plan_id = p.id
               and (select s.state from plan_action_step s where s.action_id = a.id and s.on_day <= hot_spot_plans.on_day
                     order by s.on_day desc, s.recorded_at desc limit 1) not in ('proposed', 'cancelled')),
           exists (select from hot_spot_consultation c where c.hot_spot_id = h.id and c.answered_on <= on_day)
      from hot_spot h
      left join plan p on p.hot_spot_id = h.id and (p.closed_on is null or p.closed_on > on_day) and p.created_at::date <= on_day
     where h.designated_on <= on_day and (h.ended_on is null or h.ended_on > on_day) and h.authority_id = any (allowed);
end $$;
grant execute on function sec.hot_spot_plans to lantern_app, lantern_reader, lantern_owner;
