-- Training of drivers is claimed, evidenced and reviewed; a rule says by whom it may be given, with what mark and in how many attempts.
set local role lantern_owner;

alter table driver_training_rule
  add column cohort text not null default 'all' check (cohort in ('all', 'new', 'existing')),
  add column falls_due text not null default 'by_day' check (falls_due in ('by_day', 'before_renewal', 'before_grant')),
  add column refresher_months smallint check (refresher_months between 1 and 120),   -- null: as long as local policy says
  add column pass_mark smallint check (pass_mark between 1 and 100),
  add column max_attempts smallint check (max_attempts between 1 and 10),
  add column providers text[] not null default '{}' check (cardinality(providers) <= 20),   -- none named: any
  add column consequence text not null default 'advisory' check (consequence in ('advisory', 'no_renewal', 'refer_suspension')),
  add constraint rule_before_grant_is_for_new check (falls_due <> 'before_grant' or cohort = 'new');

-- A file of completions from a provider: read, matched, looked at, then recorded once.
create table provider_file (
  id uuid primary key default gen_random_uuid(),
  authority_ids smallint[] not null check (cardinality(authority_ids) > 0),   -- whose drivers its lines may be
  file_name text not null check (length(file_name) between 1 and 255),
  file_hash bytea not null check (length(file_hash) = 32),
  headings text[] not null,
  mapping jsonb,
  state text not null default 'uploaded' check (state in ('uploaded', 'checked', 'applied', 'cancelled')),
  counts jsonb not null default '{}',
  started_by uuid not null, started_at timestamptz not null default now(),
  applied_by uuid, applied_at timestamptz,
  constraint provider_file_applied_by_somebody check ((applied_by is null) = (applied_at is null) and (applied_at is not null) = (state = 'applied'))
);
create index provider_file_latest on provider_file (started_at desc, id);

-- A line as it stands in the file, and what it was taken for. ready: one driver; doubt: a person decides; known: recorded already.
create table provider_file_row (
  import_id uuid not null references provider_file on delete cascade,
  line integer not null,
  cells text[] not null,
  outcome text check (outcome in ('ready', 'doubt', 'known', 'rejected')),
  reason text not null default '',
  who text not null default '',                -- the driver as the file names them
  course text, provider text, completed_on date, score smallint, passed boolean,
  registration_id uuid references registration on delete set null,
  candidates uuid[] not null default '{}',
  needs_review boolean not null default false, -- a driver is certain, whether it counts is not
  decision text check (decision in ('take', 'leave')),
  decided_by uuid, decided_at timestamptz,
  primary key (import_id, line),
  constraint decided_by_somebody check ((decision is null) = (decided_by is null) and (decided_by is null) = (decided_at is null))
);
create index provider_file_row_outcome on provider_file_row (import_id, outcome, line);

-- What the columns of a provider's file are, kept under a name.
create table provider_file_mapping (
  id uuid primary key default gen_random_uuid(),
  authority_ids smallint[] not null check (cardinality(authority_ids) > 0),
  name text not null check (length(trim(name)) between 1 and 60),
  mapping jsonb not null,
  saved_by uuid not null, saved_at timestamptz not null default now(),
  constraint provider_file_mapping_once unique (saved_by, name)
);

-- One attempt at a course, with its certificate. What counts is in training_completion: written when an attempt that was passed is accepted,
-- taken out when its evidence is rejected after all. So lists and lights ask one narrow table as before.
create table training_attempt (
  id uuid primary key default gen_random_uuid(),
  registration_id uuid not null,
  authority_id smallint not null,
  course text not null check (length(trim(course)) between 1 and 120),
  provider text not null default '' check (length(provider) <= 120),
  completed_on date not null,
  number smallint not null check (number between 1 and 99),
  score smallint check (score between 0 and 100),
  passed boolean not null,
  file bytea check (length(file) <= 5242880), file_name text, file_type text,
  review text not null check (review in ('none', 'awaiting', 'accepted', 'rejected')),
  review_reason text not null default '' check (length(review_reason) <= 500),
  reviewed_by uuid, reviewed_at timestamptz,
  completion_id uuid references training_completion on delete set null,
  import_id uuid references provider_file,
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  foreign key (registration_id, authority_id) references registration (id, authority_id) on delete cascade,
  constraint attempt_once unique (registration_id, course, completed_on, number),
  constraint attempt_failed_needs_no_review check (passed = (review <> 'none')),
  constraint attempt_reviewed_by_somebody check ((reviewed_by is null) = (reviewed_at is null) and (review in ('accepted', 'rejected')) = (reviewed_by is not null)),
  constraint attempt_rejected_says_why check (review <> 'rejected' or length(trim(review_reason)) > 0),
  constraint attempt_counts_when_accepted check (completion_id is null or review = 'accepted'),
  constraint attempt_file_whole check ((file is null) = (file_name is null) and (file is null) = (file_type is null))
);
create index training_attempt_of on training_attempt (registration_id, completed_on desc);
create index training_attempt_awaiting on training_attempt (recorded_at, id) where review = 'awaiting';
create unique index training_attempt_completion on training_attempt (completion_id) where completion_id is not null;

alter table training_attempt enable row level security;
alter table training_attempt force row level security;
create policy readable on training_attempt for select to lantern_app, lantern_owner, lantern_reader using (authority_id = any ((select sec.readable())::smallint[]));
create policy insertable on training_attempt for insert to lantern_app, lantern_owner with check (authority_id = any ((select sec.held('recordTraining'))::smallint[]));
create policy updatable on training_attempt for update to lantern_app, lantern_owner using (authority_id = any ((select sec.held('recordTraining'))::smallint[]))
  with check (authority_id = any ((select sec.held('recordTraining'))::smallint[]));
create policy searched on training_attempt for select to lantern_sec using (true);
grant select on training_attempt to lantern_app, lantern_reader, lantern_sec;
grant insert, update (review, review_reason, reviewed_by, reviewed_at, completion_id) on training_attempt to lantern_app;

do $$
declare t text;
begin
  foreach t in array array['provider_file', 'provider_file_mapping'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy usable on %I to lantern_app, lantern_owner using (authority_ids <@ (select sec.held(''recordTraining''))::smallint[])
                      with check (authority_ids <@ (select sec.held(''recordTraining''))::smallint[])', t);
  end loop;
end $$;
alter table provider_file_row enable row level security;
alter table provider_file_row force row level security;
create policy usable on provider_file_row to lantern_app, lantern_owner using (exists (select from provider_file i where i.id = import_id))
  with check (exists (select from provider_file i where i.id = import_id));
grant select, insert on provider_file, provider_file_row, provider_file_mapping to lantern_app;
grant update (mapping, state, counts, applied_by, applied_at) on provider_file to lantern_app;
grant update (outcome, reason, who, course, provider, completed_on, score, passed, registration_id, candidates, needs_review, decision, decided_by, decided_at) on provider_file_row to lantern_app;
grant update (mapping, saved_at) on provider_file_mapping to lantern_app;

-- A driver may be exempt by a decision with its reason: for a time, or until it is taken back.
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

-- The day from which training counts no more: as the rule of the day it was completed says, else as local policy does.
create function training_serves_before(place smallint, of_kind text, completed_on date, policy_months integer) returns date
language sql stable as $$
  select (completed_on + make_interval(months => coalesce(
    (select u.refresher_months from driver_training_rule u
      where u.authority_id = place and u.kind = of_kind and u.withdrawn_at is null and u.starts_on <= completed_on order by u.starts_on desc limit 1), policy_months)))::date
$$;
grant execute on function training_serves_before to lantern_app;

drop function driver_training_owed(date);
drop function driver_training_gap(smallint, text, date, date, date, date);

-- Those of a district and kind who, under a rule of these days, hold no training on a day: the one rule, for what is in force and for what is
-- thought of. Licences are those of `standing_on`, so that a look ahead does not count renewals that have not come yet.
--   due_on: whoever was first licensed on or after the rule's first day owes it from their first day; others by the end of the time of grace,
--     or, where it falls due before renewal, by their next renewal if that comes sooner. Training that runs out later is owed from then.
--     Whoever is exempt on the day owes nothing; from the day an exemption ends they owe it again.
--   lacks: what keeps them from it: awaiting: a certificate waits for its review; rejected: the last was; spent: no attempt is left; failed: the
--     last attempt was; expired: what they held ran out; never: they never had any.
create function driver_training_gap(place smallint, of_kind text, from_day date, grace date, of_whom text, when_due text, most smallint, on_day date, standing_on date)
returns table (registration_id uuid, status text, held_before date, state text, due_on date, lacks text)
language sql stable as $$
  select r.id, s.status, t.held_before, case when d.due_on <= on_day then 'overdue' else 'grace' end, d.due_on,
         case when a.latest in ('awaiting', 'rejected') then a.latest
              when a.failed >= most then 'spent'
              when a.latest = 'none' then 'failed'
              when t.held_before is null then 'never' else 'expired' end
    from registration r join registration_standing(standing_on) s on s.registration_id = r.id and s.status in ('current', 'suspended')
   cross join lateral (select max(least(coalesce(x.ends_before, 'infinity'), coalesce(x.withdrawn_on, 'infinity'))) as before
                         from training_exemption x where x.registration_id = r.id and x.starts_on <= on_day) e
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

-- Everybody who does not meet the rule that is in force for them on a day.
create function driver_training_owed(on_day date)
returns table (registration_id uuid, authority_id smallint, kind text, status text, held_before date, state text, due_on date, lacks text, consequence text, falls_due text)
language sql stable as $$
  select g.registration_id, x.authority_id, x.kind, g.status, g.held_before, g.state, g.due_on, g.lacks, x.consequence, x.falls_due
    from (select distinct on (u.authority_id, u.kind) u.* from driver_training_rule u
           where u.withdrawn_at is null and u.starts_on <= on_day order by u.authority_id, u.kind, u.starts_on desc) x
   cross join lateral driver_training_gap(x.authority_id, x.kind, x.starts_on, x.grace_until, x.cohort, x.falls_due, x.max_attempts, on_day, on_day) g
$$;
grant execute on function driver_training_gap, driver_training_owed to lantern_app, lantern_reader;
