-- Who attended a forum, a liaison meeting, Pubwatch or Nightsafe counts as reached, and attendance makes the evidence that the event is for.
set local role lantern_owner;

create table awareness_event (
  id uuid primary key default gen_random_uuid(),
  authority_id smallint not null references authority,   -- the district that it was held for
  kind text not null check (kind in ('taxi_forum', 'trade_liaison', 'pubwatch', 'nightsafe', 'other')),
  title text not null check (length(trim(title)) between 3 and 120),
  held_on date not null,
  venue text not null default '',
  agenda_item text not null default '',      -- the item on exploitation, as the agenda words it; empty: there was none
  evidence text not null default 'none' check (evidence in ('none', 'issuance', 'training')),
  version_id uuid references guidance_version,
  course text,
  others smallint not null default 0 check (others between 0 and 9999),  -- present without a licence: counted, never named
  author uuid not null, created_at timestamptz not null default now(),
  version integer not null default 1,
  constraint awareness_event_place unique (id, authority_id),
  constraint awareness_event_gives check ((evidence = 'issuance') = (version_id is not null)),
  constraint awareness_event_trains check ((evidence = 'training') = (course is not null))
);
create index awareness_event_latest on awareness_event (held_on desc, id);

-- A row for each licence whose holder was there. One that was recorded by mistake is withdrawn, and its evidence with it.
create table event_attendance (
  id uuid primary key default gen_random_uuid(),
  event_id uuid not null references awareness_event on delete cascade,
  registration_id uuid not null,
  authority_id smallint not null,            -- of the licence: somebody of another district may come
  kind text not null,
  issuance_id uuid unique references issuance,
  training_id uuid references training_completion on delete set null,
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  withdrawn_by uuid, withdrawn_at timestamptz,
  foreign key (registration_id, authority_id) references registration (id, authority_id) on delete cascade
);
create unique index event_attendance_once on event_attendance (event_id, registration_id) where withdrawn_at is null;
create index event_attendance_of on event_attendance (registration_id);

-- What was pasted and could not be placed: kept until somebody corrects or dismisses it.
create table event_unmatched (
  id uuid primary key default gen_random_uuid(),
  event_id uuid not null,
  authority_id smallint not null,
  text text not null check (length(text) between 1 and 120),
  reason text not null check (reason in ('none', 'several')),
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  settled_by uuid, settled_at timestamptz,
  settled_as uuid,                           -- the licence it was; null: dismissed
  foreign key (event_id, authority_id) references awareness_event (id, authority_id) on delete cascade
);
create unique index event_unmatched_once on event_unmatched (event_id, text) where settled_at is null;

-- A driver licensed elsewhere who was spoken to here. A badge number at most, never a name.
create table awareness_contact (
  id uuid primary key default gen_random_uuid(),
  authority_id smallint not null references authority,   -- where they were met
  met_on date not null,
  licensed_by text not null check (length(trim(licensed_by)) between 2 and 80),
  badge text check (length(badge) <= 20),
  place text not null default '',
  event_id uuid references awareness_event on delete set null,
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  withdrawn_by uuid, withdrawn_at timestamptz
);
create index awareness_contact_latest on awareness_contact (met_on desc, id);

do $$
declare t text;
begin
  foreach t in array array['awareness_event', 'event_attendance', 'event_unmatched', 'awareness_contact'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy readable on %I for select to lantern_app, lantern_owner, lantern_reader using (authority_id = any ((select sec.readable())::smallint[]))', t);
    execute format('create policy insertable on %I for insert to lantern_app, lantern_owner with check (authority_id = any ((select sec.writable())::smallint[]))', t);
    execute format('create policy updatable on %I for update to lantern_app, lantern_owner using (authority_id = any ((select sec.writable())::smallint[]))
                      with check (authority_id = any ((select sec.writable())::smallint[]))', t);
    execute format('create policy searched on %I for select to lantern_sec using (true)', t);
    execute format('grant select on %I to lantern_app, lantern_reader, lantern_sec', t);
    execute format('grant insert on %I to lantern_app', t);
  end loop;
end $$;
grant update on awareness_event to lantern_app;
grant update (issuance_id, training_id, withdrawn_by, withdrawn_at) on event_attendance to lantern_app;
grant update (settled_by, settled_at, settled_as) on event_unmatched to lantern_app;
grant update (withdrawn_by, withdrawn_at) on awareness_contact to lantern_app;
grant delete on training_completion to lantern_app; -- of an attendance that was withdrawn

-- Records that the holders of these licences were there, and makes the evidence that the event is for: an issue of its version for
-- the kinds of licence it is for, or the completion of its course. Whoever is recorded already is left as they are. Answers those
-- who are new.
create function record_attendance(which uuid, licences uuid[], training_months integer)
returns table (registration_id uuid, authority_id smallint, issuance_id uuid, training_id uuid)
language plpgsql volatile as $$
#variable_conflict use_column
declare e awareness_event; made uuid[]; gets uuid[];
begin
  select * into strict e from awareness_event where id = which for share;
  with fresh as (
    insert into event_attendance (event_id, registration_id, authority_id, kind, recorded_by)
      select e.id, r.id, r.authority_id, r.kind, sec.me() from registration r where r.id = any (licences)
    on conflict (event_id, registration_id) where withdrawn_at is null do nothing
    returning registration_id)
  select array_agg(registration_id) into made from fresh;
  if made is null then return; end if;
  if e.evidence = 'issuance' then
    select array_agg(r.id) into gets from registration r join guidance_version_counts v on v.version_id = e.version_id
     where r.id = any (made) and r.kind = any (v.audience);
    update event_attendance a set issuance_id = g.issuance_id
      from give_guidance_to_many(gets, e.version_id,
             case when e.kind in ('taxi_forum', 'trade_liaison') then 'forum_event' when e.kind in ('pubwatch', 'nightsafe') then 'pubwatch_event' else 'ad_hoc' end,
             'event_handout', e.held_on) g
     where a.event_id = which and a.registration_id = g.registration_id and a.withdrawn_at is null;
  elsif e.evidence = 'training' then
    with done as (
      insert into training_completion (registration_id, authority_id, course, provider, completed_on, valid_before, recorded_by)
        select r.id, r.authority_id, e.course, left(e.title, 120), e.held_on, (e.held_on + make_interval(months => training_months))::date, sec.me()
          from registration r where r.id = any (made)
      on conflict on constraint training_once do nothing
      returning registration_id, id)
    update event_attendance a set training_id = d.id from done d
     where a.event_id = which and a.registration_id = d.registration_id and a.withdrawn_at is null;
  end if;
  return query select a.registration_id, a.authority_id, a.issuance_id, a.training_id from event_attendance a
    where a.event_id = which and a.withdrawn_at is null and a.registration_id = any (made);
end $$;
grant execute on function record_attendance to lantern_app;

set local role lantern_sec;

-- Events of a period by district and kind, and how many of them had the item on the agenda. Counts only.
create function sec.events_counted(from_day date, to_day date)
returns table (authority_id smallint, kind text, events bigint, with_item bigint, others bigint)
language plpgsql stable security definer set search_path = sec, public, pg_temp as $$
#variable_conflict use_column
declare allowed smallint[] := sec.countable();
begin
  if allowed is null or cardinality(allowed) = 0 then return; end if;
  return query select e.authority_id, e.kind, count(*), count(*) filter (where e.agenda_item <> ''), coalesce(sum(e.others), 0)::bigint
    from awareness_event e where e.held_on between from_day and to_day and e.authority_id = any (allowed) group by e.authority_id, e.kind;
end $$;

-- How many licences were reached at events of a period, by their own district and kind: each once, however often they came.
create function sec.event_reach(from_day date, to_day date) returns table (authority_id smallint, kind text, reached bigint)
language plpgsql stable security definer set search_path = sec, public, pg_temp as $$
#variable_conflict use_column
declare allowed smallint[] := sec.countable();
begin
  if allowed is null or cardinality(allowed) = 0 then return; end if;
  return query select a.authority_id, a.kind, count(distinct a.registration_id)
    from event_attendance a join awareness_event e on e.id = a.event_id
   where e.held_on between from_day and to_day and a.withdrawn_at is null and a.authority_id = any (allowed) group by a.authority_id, a.kind;
end $$;

-- Drivers licensed elsewhere who were spoken to in a period, by who licensed them. Counts only.
create function sec.contacts_counted(from_day date, to_day date) returns table (licensed_by text, contacts bigint, badges bigint)
language plpgsql stable security definer set search_path = sec, public, pg_temp as $$
#variable_conflict use_column
declare allowed smallint[] := sec.countable();
begin
  if allowed is null or cardinality(allowed) = 0 then return; end if;
  return query select min(c.licensed_by), count(*), count(distinct upper(c.badge))
    from awareness_contact c where c.met_on between from_day and to_day and c.withdrawn_at is null and c.authority_id = any (allowed)
   group by lower(c.licensed_by) order by 2 desc, 1;
end $$;
revoke all on function sec.events_counted, sec.event_reach, sec.contacts_counted from public;
grant execute on function sec.events_counted, sec.event_reach, sec.contacts_counted to lantern_app, lantern_owner, lantern_reader;
