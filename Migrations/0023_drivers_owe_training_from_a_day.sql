-- A district may ask a kind of driver for safeguarding training from a day; who does not meet it is asked of a date.
set local role lantern_owner;

-- One version of what a district asks of a kind of driver. The latest that has begun counts; none is edited into another.
create table driver_training_rule (
  id uuid primary key default gen_random_uuid(),
  authority_id smallint not null references authority,
  kind text not null check (kind in ('hackney_driver', 'private_hire_driver', 'dual_driver')),
  starts_on date not null,
  grace_until date not null,                   -- the day from which whoever was licensed before it began owes it too
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  withdrawn_by uuid, withdrawn_at timestamptz,
  constraint rule_grace_later check (grace_until >= starts_on),
  constraint rule_withdrawn_by_somebody check ((withdrawn_by is null) = (withdrawn_at is null))
);
create unique index driver_training_rule_once on driver_training_rule (authority_id, kind, starts_on) where withdrawn_at is null;

alter table driver_training_rule enable row level security;
alter table driver_training_rule force row level security;
create policy readable on driver_training_rule for select to lantern_app, lantern_owner, lantern_reader using (authority_id = any ((select sec.readable())::smallint[]));
create policy insertable on driver_training_rule for insert to lantern_app, lantern_owner with check (authority_id = any ((select sec.held('setDriverTraining'))::smallint[]));
create policy updatable on driver_training_rule for update to lantern_app, lantern_owner using (authority_id = any ((select sec.held('setDriverTraining'))::smallint[]))
  with check (authority_id = any ((select sec.held('setDriverTraining'))::smallint[]));
create policy searched on driver_training_rule for select to lantern_sec using (true);
grant select on driver_training_rule to lantern_app, lantern_reader, lantern_sec;
grant insert, update (withdrawn_by, withdrawn_at) on driver_training_rule to lantern_app;

-- Those of a district and kind who, under a rule of these days, hold no training on a day: the one rule, for what is in force and for
-- what is thought of. Licences are those of `standing_on`, so that a look ahead does not count renewals that have not come yet.
create function driver_training_gap(place smallint, of_kind text, from_day date, grace date, on_day date, standing_on date)
returns table (registration_id uuid, status text, held_before date, state text)
language sql stable as $$
  select r.id, s.status, t.held_before,
         case when on_day < grace and (select min(m.starts_on) from term m where m.registration_id = r.id) < from_day then 'grace' else 'overdue' end
    from registration r join registration_standing(standing_on) s on s.registration_id = r.id and s.status in ('current', 'suspended')
   cross join lateral (select max(c.valid_before) as held_before from training_completion c where c.registration_id = r.id and c.completed_on <= on_day) t
   where r.authority_id = place and r.kind = of_kind and on_day >= from_day and (t.held_before is null or t.held_before <= on_day)
$$;

-- Everybody who does not meet the rule that is in force for them on a day.
create function driver_training_owed(on_day date)
returns table (registration_id uuid, authority_id smallint, kind text, status text, held_before date, state text, grace_until date)
language sql stable as $$
  select g.registration_id, x.authority_id, x.kind, g.status, g.held_before, g.state, x.grace_until
    from (select distinct on (u.authority_id, u.kind) u.* from driver_training_rule u
           where u.withdrawn_at is null and u.starts_on <= on_day order by u.authority_id, u.kind, u.starts_on desc) x
   cross join lateral driver_training_gap(x.authority_id, x.kind, x.starts_on, x.grace_until, on_day, on_day) g
$$;
grant execute on function driver_training_gap, driver_training_owed to lantern_app, lantern_reader;
