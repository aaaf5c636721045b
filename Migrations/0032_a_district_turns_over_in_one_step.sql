-- A district turns over in one step that can be taken back for some hours; training comes in from files; attempts and marks are kept; a hearing knows its licence.
set local role lantern_owner;

-- One annual meeting of a district, with everything it changed: so that it can be taken back whole.
create table turnover (
  id uuid primary key default gen_random_uuid(),
  authority_id smallint not null references authority,
  held_on date not null,
  made_by uuid not null, made_at timestamptz not null,
  undone_at timestamptz, undone_by uuid,
  constraint turnover_place unique (id, authority_id),
  constraint turnover_undone_whole check ((undone_at is null) = (undone_by is null))
);
create index turnover_of on turnover (authority_id, made_at desc);
create table turnover_change (
  id uuid primary key default gen_random_uuid(),
  turnover_id uuid not null,
  authority_id smallint not null,
  what text not null check (what in ('ended', 'begun', 'left', 'elected')),
  appointment_id uuid,                         -- ended and begun; what began is gone once it is taken back
  member_id uuid not null,                     -- gone, of the newly elected, once it is taken back
  was_before date,                             -- the end that an appointment or an office had before
  foreign key (turnover_id, authority_id) references turnover (id, authority_id)
);
create index turnover_change_of on turnover_change (turnover_id);
create index turnover_change_appointment on turnover_change (appointment_id) where appointment_id is not null;
create index turnover_change_member on turnover_change (member_id);
create trigger turnover_change_never_changes before update or delete on turnover_change for each row execute function never_change();

-- A file of completions as it came, with what a person decided of lines that no rule could read.
create table training_import (
  id uuid primary key default gen_random_uuid(),
  authority_id smallint not null references authority,
  file_name text not null check (length(file_name) <= 200),
  sha256 bytea not null check (length(sha256) = 32),
  headings text[] not null,
  lines jsonb not null check (jsonb_typeof(lines) = 'array'),
  mapping jsonb,                               -- what each column is, and what its words for courses mean; null until it is said
  evidence text not null check (evidence in ('certificate', 'lms_completion')),
  made_by uuid not null, made_at timestamptz not null,
  closed_at timestamptz,
  constraint training_import_place unique (id, authority_id)
);
create index training_import_latest on training_import (authority_id, made_at desc, id);
create table training_import_decision (
  import_id uuid not null,
  line integer not null,
  authority_id smallint not null,
  member_id uuid,                              -- null: left out
  decided_by uuid not null, decided_at timestamptz not null,
  primary key (import_id, line),
  foreign key (import_id, authority_id) references training_import (id, authority_id),
  foreign key (member_id, authority_id) references member (id, authority_id)
);
-- What columns of these headings are, as they were said last.
create table training_mapping (
  authority_id smallint not null references authority,
  headings text[] not null,
  mapping jsonb not null,
  saved_by uuid not null, saved_at timestamptz not null,
  primary key (authority_id, headings)
);

-- Attempts and marks. The same course twice on a day: a failed attempt, and another.
alter table member_training add attempt smallint not null default 1 check (attempt between 1 and 20);
alter table member_training drop constraint member_training_once;
alter table member_training add constraint member_training_once unique (member_id, course_id, completed_on, attempt);
alter table member_training add import_id uuid;
alter table training_requirement add pass_mark smallint check (pass_mark between 1 and 100);
alter table training_requirement add most_attempts smallint check (most_attempts between 1 and 20);

-- The licence that a hearing is about, where the register has it: for its proof.
alter table hearing add registration_id uuid;
alter table hearing add licence_reference text not null default '' check (length(licence_reference) <= 60);  -- as the register writes it
alter table hearing add constraint hearing_registration foreign key (registration_id, authority_id) references registration (id, authority_id) on delete set null (registration_id);
create index hearing_of_registration on hearing (registration_id, held_on) where registration_id is not null;

do $$
declare t text; writers text;
begin
  foreach t in array array['turnover', 'turnover_change', 'training_import', 'training_import_decision', 'training_mapping'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    writers := case when t like 'turnover%' then 'sec.held(''manageCommittees'')' else 'sec.held(''recordMemberTraining'')' end;
    execute format('create policy readable on %I for select to lantern_app, lantern_owner, lantern_reader using (authority_id = any ((select %s)::smallint[]))', t, writers);
    execute format('create policy insertable on %I for insert to lantern_app, lantern_owner with check (authority_id = any ((select %s)::smallint[]))', t, writers);
    execute format('create policy updatable on %I for update to lantern_app, lantern_owner using (authority_id = any ((select %s)::smallint[]))
                      with check (authority_id = any ((select %s)::smallint[]))', t, writers, writers);
    execute format('grant select, insert on %I to lantern_app', t);
    execute format('grant select on %I to lantern_reader', t);
  end loop;
end $$;
grant update (undone_at, undone_by) on turnover to lantern_app;
grant update (mapping, closed_at) on training_import to lantern_app;
grant update (member_id, decided_by, decided_at) on training_import_decision to lantern_app;
grant update (mapping, saved_by, saved_at) on training_mapping to lantern_app;

-- Taking a turnover back takes away what it began, and nothing else.
create policy taken_back on appointment for delete to lantern_app, lantern_owner
  using (authority_id = any ((select sec.held('manageCommittees'))::smallint[])
         and exists (select from turnover_change c join turnover t on t.id = c.turnover_id
                      where c.appointment_id = appointment.id and c.what = 'begun' and t.undone_at is null));
create policy taken_back on member for delete to lantern_app, lantern_owner
  using (authority_id = any ((select sec.held('manageCommittees'))::smallint[])
         and exists (select from turnover_change c join turnover t on t.id = c.turnover_id
                      where c.member_id = member.id and c.what = 'elected' and t.undone_at is null));
grant delete on appointment, member to lantern_app;

set local role lantern_sec;
-- The licence of a district that bears a reference, for whoever arranges its hearing: that it is there and what it is, nothing of its holder.
create function sec.licence_of_hearing(in_authority smallint, wanted text) returns table (id uuid, reference text, kind text)
language sql stable security definer set search_path = sec, public, pg_temp as $$
  select r.id, r.reference, r.kind from public.registration r
   where r.authority_id = in_authority and in_authority = any (sec.held('manageCommittees', 'readCommittees'))
     and r.reference_key = regexp_replace(upper(wanted), '[^A-Z0-9]', '', 'g')
   order by r.id limit 2
$$;
revoke all on function sec.licence_of_hearing from public;
grant execute on function sec.licence_of_hearing to lantern_app, lantern_owner;

-- How often a licence stands in the log, and the hash of its latest entry: what a printed proof is held against.
create function audit.record_proof(subject uuid) returns table (entries bigint, seq bigint, hash bytea)
language sql stable security definer set search_path = audit, sec, pg_temp as $$
  select count(*) over (), e.seq, e.hash
    from audit.subject s join audit.entry e on e.seq = s.seq
   where s.subject_id = subject and s.authority_id = any (sec.readable())
   order by s.seq desc limit 1
$$;
revoke all on function audit.record_proof from public;
grant execute on function audit.record_proof to lantern_app, lantern_owner;
