-- Visits, challenge tests and requests for evidence are kept with the licence they were about.
set local role lantern_owner;

-- An officer was there: what was found, and whether there is to be another look.
create table fieldwork_visit (
  id uuid primary key default gen_random_uuid(),
  registration_id uuid not null,
  authority_id smallint not null,
  visited_on date not null,
  officer text not null check (length(trim(officer)) between 2 and 120),
  found text not null check (length(trim(found)) between 3 and 2000),
  concern boolean not null default false,
  issuance_id uuid references issuance,        -- the guidance that was given on the visit
  follow_up_by date,
  followed_up_on date,                         -- the other look was taken, or was found not to be needed
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  withdrawn_by uuid, withdrawn_at timestamptz, -- recorded by mistake
  foreign key (registration_id, authority_id) references registration (id, authority_id) on delete cascade,
  constraint visit_follow_up_later check (follow_up_by is null or follow_up_by > visited_on),
  constraint visit_followed_up check (followed_up_on is null or (follow_up_by is not null and followed_up_on >= visited_on)),
  constraint visit_withdrawn_by_somebody check ((withdrawn_by is null) = (withdrawn_at is null))
);
create index fieldwork_visit_latest on fieldwork_visit (visited_on desc, id desc);
create index fieldwork_visit_of on fieldwork_visit (registration_id, visited_on desc);
create index fieldwork_visit_due on fieldwork_visit (follow_up_by) where follow_up_by is not null and followed_up_on is null and withdrawn_at is null;

-- Somebody tried what ought to be refused or reported. Passed: it was challenged. Whoever took the part is never recorded.
create table challenge_test (
  id uuid primary key default gen_random_uuid(),
  registration_id uuid not null,
  authority_id smallint not null,
  tested_on date not null,
  kind text not null check (kind in ('walk_in_booking', 'taxi_fare', 'underage_entry', 'other')),
  result text not null check (result in ('passed', 'failed', 'not_completed')),
  reported boolean not null default false,     -- staff told the police or 101 of it
  officer text not null check (length(trim(officer)) between 2 and 120),
  debrief text not null default '' check (length(debrief) <= 2000),
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  withdrawn_by uuid, withdrawn_at timestamptz, -- recorded by mistake: counts nowhere
  foreign key (registration_id, authority_id) references registration (id, authority_id) on delete cascade,
  constraint test_reported_when_passed check (not reported or result = 'passed'),
  constraint test_withdrawn_by_somebody check ((withdrawn_by is null) = (withdrawn_at is null))
);
create index challenge_test_latest on challenge_test (tested_on desc, id desc);
create index challenge_test_of on challenge_test (registration_id, tested_on desc);

-- A holder is asked to show evidence by a day. Nothing flips when the day passes: overdue is asked of a date.
create table evidence_request (
  id uuid primary key default gen_random_uuid(),
  registration_id uuid not null,
  authority_id smallint not null,
  wanted text not null check (wanted in ('training', 'guidance', 'staff_training', 'policy', 'other')),
  detail text not null default '' check (length(detail) <= 500),
  asked_on date not null,
  due_on date not null,
  received_on date,
  received_as text not null default '' check (length(received_as) <= 500),
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  withdrawn_by uuid, withdrawn_at timestamptz, -- no longer asked for
  foreign key (registration_id, authority_id) references registration (id, authority_id) on delete cascade,
  constraint request_due_later check (due_on > asked_on),
  constraint request_received_later check (received_on is null or received_on >= asked_on),
  constraint request_withdrawn_by_somebody check ((withdrawn_by is null) = (withdrawn_at is null)),
  constraint request_other_says_what check (wanted <> 'other' or length(trim(detail)) > 0)
);
create index evidence_request_due on evidence_request (due_on, id);
create index evidence_request_of on evidence_request (registration_id, asked_on desc);

do $$
declare t text;
begin
  foreach t in array array['fieldwork_visit', 'challenge_test', 'evidence_request'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy readable on %I for select to lantern_app, lantern_owner, lantern_reader using (authority_id = any ((select sec.readable())::smallint[]))', t);
    execute format('create policy insertable on %I for insert to lantern_app, lantern_owner with check (authority_id = any ((select sec.held(''recordFieldwork''))::smallint[]))', t);
    execute format('create policy updatable on %I for update to lantern_app, lantern_owner using (authority_id = any ((select sec.held(''recordFieldwork''))::smallint[]))
                      with check (authority_id = any ((select sec.held(''recordFieldwork''))::smallint[]))', t);
    execute format('create policy searched on %I for select to lantern_sec using (true)', t);
    execute format('grant select on %I to lantern_app, lantern_reader, lantern_sec', t);
    execute format('grant insert on %I to lantern_app', t);
  end loop;
end $$;
grant update (followed_up_on, withdrawn_by, withdrawn_at) on fieldwork_visit to lantern_app;
grant update (withdrawn_by, withdrawn_at) on challenge_test to lantern_app;
grant update (received_on, received_as, withdrawn_by, withdrawn_at) on evidence_request to lantern_app;
