-- What owners report of the strategy's actions, what the Board overrode, what cannot be counted, and packs as they were printed.
set local role lantern_owner;

-- One report of one action, written once. Actions and their words are in Config/strategies.
create table strategy_report (
  id uuid primary key default gen_random_uuid(),
  strategy text not null,
  action_ref text not null check (action_ref ~ '^[0-9](\.[0-9]+)+$'),
  standing text not null check (standing in ('not_started', 'in_progress', 'blocked', 'done', 'verified')),
  progress smallint check (progress between 0 and 100),
  words text not null check (length(trim(words)) between 3 and 2000),
  evidence text not null default '' check (length(evidence) <= 400),
  reported_on date not null,
  recorded_by uuid not null, recorded_at timestamptz not null default now()
);
create index strategy_report_of on strategy_report (strategy, action_ref, reported_on desc, recorded_at desc);

-- Somebody says it stands otherwise than the rule finds: with a reason, and not for longer than a quarter.
create table strategy_override (
  id uuid primary key default gen_random_uuid(),
  strategy text not null,
  action_ref text not null,
  rating text not null check (rating in ('red', 'amber', 'green', 'complete', 'grey')),
  reason text not null check (length(trim(reason)) between 3 and 500),
  from_day date not null, until_day date not null,
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  constraint strategy_override_ends check (until_day >= from_day and until_day <= from_day + 92)
);
create index strategy_override_of on strategy_override (strategy, action_ref, recorded_at desc);

-- A figure that nothing here counts: who says so, of which day.
create table strategy_figure (
  id uuid primary key default gen_random_uuid(),
  strategy text not null,
  action_ref text not null,
  what text not null check (length(trim(what)) between 3 and 200),
  part bigint not null check (part >= 0),
  whole bigint check (whole >= part),
  as_at date not null,
  source text not null check (length(trim(source)) between 3 and 200),
  recorded_by uuid not null, recorded_at timestamptz not null default now()
);
create index strategy_figure_of on strategy_figure (strategy, action_ref, as_at desc, recorded_at desc);

-- A pack is what it was when it was made: its content is kept, not its questions.
create table board_pack (
  id uuid primary key default gen_random_uuid(),
  strategy text not null,
  as_of date not null,
  content text not null,
  hash bytea not null check (hash = sha256(convert_to(content, 'UTF8'))),
  recorded_by uuid not null, recorded_at timestamptz not null default now()
);
create index board_pack_latest on board_pack (recorded_at desc, id);

do $$
declare t text;
begin
  foreach t in array array['strategy_report', 'strategy_override', 'strategy_figure', 'board_pack'] loop
    execute format('create trigger %s_never_changes before update or delete on %I for each row execute function never_change()', t, t);
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy readable on %I for select to lantern_app, lantern_owner, lantern_reader
                      using (cardinality((select sec.held(''readStrategy''))::smallint[]) > 0)', t);
    execute format('create policy insertable on %I for insert to lantern_app, lantern_owner
                      with check (cardinality((select sec.held(%s))::smallint[]) > 0)', t,
                   case t when 'strategy_report' then '''reportStrategy'', ''manageStrategy''' else '''manageStrategy''' end);
    execute format('grant select on %I to lantern_app, lantern_reader', t);
    execute format('grant insert on %I to lantern_app', t);
  end loop;
end $$;

-- Nobody verifies what they themselves reported as done.
create function verified_by_another() returns trigger language plpgsql as $$
begin
  if new.standing = 'verified' and (select r.recorded_by from strategy_report r
       where r.strategy = new.strategy and r.action_ref = new.action_ref and r.standing = 'done'
       order by r.reported_on desc, r.recorded_at desc limit 1) is not distinct from new.recorded_by then
    raise exception 'verified by who reported it' using errcode = '23514', constraint = 'strategy_report_verified_by_another';
  end if;
  return new;
end $$;
create trigger strategy_report_verified before insert on strategy_report for each row execute function verified_by_another();

-- Members' training is counted for those who may count, who need not read committees.
grant select on member_cover to lantern_sec;
grant execute on function training_matrix to lantern_sec;

set local role lantern_sec;
-- Every measure of a day, by district: so many of so many. Counts only, of the authorities the caller may count.
create function sec.strategy_measures(on_day date)
returns table (measure text, authority_id smallint, part bigint, whole bigint)
language plpgsql stable security definer rows 60 set search_path = sec, public, pg_temp as $$
#variable_conflict use_column
declare allowed smallint[] := sec.countable();
begin
  if allowed is null or cardinality(allowed) = 0 then return; end if;
  return query
    select 'guidance_trade', c.authority_id, sum(c.issued)::bigint, sum(c.licences)::bigint
      from sec.coverage(on_day) c join licence_kind k on k.code = c.kind where k.register in ('drivers', 'operators') group by c.authority_id
    union all
    select 'renewals_with_guidance', r.authority_id, (sum(r.renewals) - sum(r.without_guidance))::bigint, sum(r.renewals)::bigint
      from sec.renewals_counted((on_day - interval '1 year')::date + 1, on_day) r join licence_kind k on k.code = r.kind
     where k.register in ('drivers', 'operators') group by r.authority_id
    union all
    select 'events_with_item', a.id, count(distinct a.id) filter (where e.id is not null), 1::bigint
      from authority a left join awareness_event e
        on e.authority_id = a.id and e.agenda_item <> '' and e.held_on > (on_day - interval '1 year')::date and e.held_on <= on_day
     where a.id = any (allowed) group by a.id
    union all
    select case l.register when 'premises' then 'guidance_premises' else 'guidance_accommodation' end, l.authority_id, l.issued, l.locations
      from sec.coverage_of_locations(on_day) l where l.register in ('premises', 'accommodation')
    union all
    select 'members_trained', m.authority_id, count(*) filter (where m.state in ('valid', 'exempt')), count(*)
      from training_matrix(on_day) m join training_course c on c.id = m.course_id
     where c.topic = 'csae_risk' and m.authority_id = any (allowed) group by m.authority_id
    union all
    -- Designated by the day and not ended by it; designated or reviewed in the ninety days to it.
    select 'hot_spots_reviewed', h.authority_id,
           count(*) filter (where exists (select from hot_spot_decision d where d.hot_spot_id = h.id and d.kind in ('designate', 'extend')
                                             and d.decided_on <= on_day and d.decided_on > on_day - 90)), count(*)
      from hot_spot h
     where h.designated_on <= on_day and (h.ended_on is null or h.ended_on > on_day) and h.authority_id = any (allowed) group by h.authority_id;
end $$;

-- Places of a register without guidance on a day, in order of name: names of places, never of holders.
create function sec.places_without_guidance(of_register text, on_day date, after_name text, after_id uuid, most integer)
returns table (location_id uuid, authority_id smallint, name text, address text, postcode text)
language plpgsql stable security definer rows 50 set search_path = sec, public, pg_temp as $$
#variable_conflict use_column
declare allowed smallint[] := sec.countable();
begin
  if allowed is null or cardinality(allowed) = 0 then return; end if;
  return query
    select l.id, l.authority_id, l.name, l.address, l.postcode
      from (select r.location_id from sec.stretch s join licence_kind k on k.number = s.kind join sec.cover_on(on_day) c on c.id = s.cover
              join registration r on r.id = s.registration_id
             where s.starts_on <= on_day and s.ends_before > on_day and s.authority_id = any (allowed) and k.register = of_register
               and r.location_id is not null
             group by r.location_id having not bool_or(c.issued)) x
      join location l on l.id = x.location_id
     where (l.name collate "C", l.id) > (after_name, after_id)
     order by l.name collate "C", l.id limit most;
end $$;
grant execute on function sec.strategy_measures, sec.places_without_guidance to lantern_app, lantern_reader, lantern_owner;
