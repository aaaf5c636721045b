-- A driver may be exempt from training by a decision with its reason: for a time, or until it is taken back.
set local role lantern_owner;

create table training_exemption (
  id uuid primary key default gen_random_uuid(),
  registration_id uuid not null,
  authority_id smallint not null,
  starts_on date not null,
  ends_before date,                            -- null: until it is taken back
  reason text not null check (length(trim(reason)) between 3 and 500),
  decided_by uuid not null, decided_at timestamptz not null default now(),
  withdrawn_by uuid, withdrawn_at timestamptz, withdrawn_on date,   -- it held until that day
  foreign key (registration_id, authority_id) references registration (id, authority_id) on delete cascade,
  constraint exemption_ends_later check (ends_before > starts_on),
  constraint exemption_withdrawn_by_somebody check ((withdrawn_by is null) = (withdrawn_at is null) and (withdrawn_at is null) = (withdrawn_on is null))
);
-- One at a time: a second takes the place of the first.
create unique index training_exemption_open on training_exemption (registration_id) where withdrawn_at is null;

alter table training_exemption enable row level security;
alter table training_exemption force row level security;
create policy readable on training_exemption for select to lantern_app, lantern_owner, lantern_reader using (authority_id = any ((select sec.readable())::smallint[]));
create policy insertable on training_exemption for insert to lantern_app, lantern_owner with check (authority_id = any ((select sec.held('setDriverTraining'))::smallint[]));
create policy updatable on training_exemption for update to lantern_app, lantern_owner using (authority_id = any ((select sec.held('setDriverTraining'))::smallint[]))
  with check (authority_id = any ((select sec.held('setDriverTraining'))::smallint[]));
create policy searched on training_exemption for select to lantern_sec using (true);
grant select on training_exemption to lantern_app, lantern_reader, lantern_sec;
grant insert, update (withdrawn_by, withdrawn_at, withdrawn_on) on training_exemption to lantern_app;

-- As before, without those who are exempt on the day; whose exemption has run out owes it from the day after.
create or replace function driver_training_gap(place smallint, of_kind text, from_day date, grace date, of_whom text, when_due text, most smallint, on_day date, standing_on date)
returns table (registration_id uuid, status text, held_before date, state text, due_on date, lacks text)
language sql stable as $$
  select r.id, s.status, t.held_before, case when d.due_on <= on_day then 'overdue' else 'grace' end, d.due_on,
         case when a.latest in ('awaiting', 'rejected') then a.latest
              when a.failed >= most then 'spent'
              when a.latest = 'none' then 'failed'
              when t.held_before is null then 'never' else 'expired' end
    from registration r join registration_standing(standing_on) s on s.registration_id = r.id and s.status in ('current', 'suspended')
   cross join lateral (select max(least(coalesce(e.ends_before, 'infinity'), coalesce(e.withdrawn_on, 'infinity'))) as before
                         from training_exemption e where e.registration_id = r.id and e.starts_on <= on_day) e
   cross join lateral (select max(c.valid_before) as held_before, max(c.completed_on) as held_from from training_completion c
                        where c.registration_id = r.id and c.completed_on <= on_day) t
   cross join lateral (select min(m.starts_on) as first_day, min(m.starts_on) filter (where m.starts_on >= from_day) as renewed_on
                         from term m where m.registration_id = r.id) f
   cross join lateral (select greatest(t.held_before, e.before, case when f.first_day >= from_day then f.first_day
                         when when_due = 'before_renewal' then least(grace, coalesce(f.renewed_on, s.term_ends_before)) else grace end) as due_on) d
   cross join lateral (select count(*) filter (where not x.passed) as failed,
                              (array_agg(x.review order by x.completed_on desc, x.recorded_at desc, x.number desc))[1] as latest
                         from training_attempt x where x.registration_id = r.id and x.completed_on <= on_day
                          and (x.completed_on > t.held_from or t.held_from is null)) a
   where r.authority_id = place and r.kind = of_kind and on_day >= from_day and (t.held_before is null or t.held_before <= on_day)
     and (e.before is null or e.before <= on_day)
     and (of_whom = 'all' or (of_whom = 'new') = (f.first_day >= from_day))
$$;

-- The day from which training counts no more: as the rule of the day it was completed says, else as local policy does.
create function training_serves_before(place smallint, of_kind text, completed_on date, policy_months integer) returns date
language sql stable as $$
  select (completed_on + make_interval(months => coalesce(
    (select u.refresher_months from driver_training_rule u
      where u.authority_id = place and u.kind = of_kind and u.withdrawn_at is null and u.starts_on <= completed_on order by u.starts_on desc limit 1), policy_months)))::date
$$;
grant execute on function training_serves_before to lantern_app;

-- Training at an event serves as long as the rule says, like any other.
create or replace function record_attendance(which uuid, licences uuid[], training_months integer)
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
        select r.id, r.authority_id, e.course, left(e.title, 120), e.held_on, training_serves_before(r.authority_id, r.kind, e.held_on, training_months), sec.me()
          from registration r where r.id = any (made)
      on conflict on constraint training_once do nothing
      returning registration_id, id)
    update event_attendance a set training_id = d.id from done d
     where a.event_id = which and a.registration_id = d.registration_id and a.withdrawn_at is null;
  end if;
  return query select a.registration_id, a.authority_id, a.issuance_id, a.training_id from event_attendance a
    where a.event_id = which and a.withdrawn_at is null and a.registration_id = any (made);
end $$;
