-- Committees, members, their training and the hearings they sit on are rows with days; who may sit is asked of a day.
set local role lantern_sec;

-- The authorities in which whoever this transaction is holds one of these permissions. The context is verified by sec.part.
create function sec.held(variadic wanted text[]) returns smallint[]
language plpgsql stable parallel restricted security definer set search_path = sec, pg_temp as $$
begin
  if sec.part(5) = 'operator' then return nullif(sec.part(4), '')::smallint[]; end if;
  if sec.part(5) is distinct from '' then return '{}'; end if;
  return coalesce((select array_agg(distinct a) from sec.reach(sec.me()) r cross join unnest(r.authority_ids) a where r.permission = any (wanted)), '{}');
end $$;
revoke all on function sec.held from public;
grant execute on function sec.held to lantern_app, lantern_owner, lantern_reader;

set local role lantern_owner;

create table committee (
  id uuid primary key default gen_random_uuid(),
  authority_id smallint not null references authority,
  parent_id uuid,                              -- of a sub-committee: the committee whose members sit on it
  name text not null check (length(trim(name)) between 3 and 120),
  regime text not null check (regime in ('la2003', 'gambling2005', 'taxi_general')),
  size_least smallint not null default 10, size_most smallint not null default 15,
  panel_size smallint not null default 3, quorum smallint not null default 3,
  chair_presides boolean not null default false,
  starts_on date not null default '1974-04-01', ends_before date,
  version integer not null default 1,
  constraint committee_name_once unique (authority_id, name),
  constraint committee_place unique (id, authority_id),
  constraint committee_sizes_in_order check (0 < quorum and quorum <= panel_size and panel_size <= size_most and size_least <= size_most),
  constraint committee_panel_of_three check (regime = 'taxi_general' or (panel_size = 3 and quorum = 3)),   -- Licensing Act 2003 s.9(1)
  constraint committee_dates_in_order check (ends_before is null or ends_before > starts_on),
  constraint committee_parent foreign key (parent_id, authority_id) references committee (id, authority_id),
  constraint committee_not_its_own check (parent_id is distinct from id)
);

-- A councillor, or an officer who decides under delegated powers. No party, no address: they decide nothing here.
create table member (
  id uuid primary key default gen_random_uuid(),
  authority_id smallint not null references authority,
  kind text not null default 'councillor' check (kind in ('councillor', 'officer')),
  name text not null check (length(trim(name)) between 1 and 120),
  sort_name text collate "C" not null,
  name_key text collate "C" not null,          -- folded, for matching what comes in from files
  ward text not null default '' check (length(ward) <= 120),
  email text check (email is null or (email = lower(trim(email)) and position('@' in email) > 1)),
  office_from date not null, office_before date,
  version integer not null default 1,
  constraint member_office_in_order check (office_before is null or office_before > office_from),
  constraint member_place unique (id, authority_id)
);
create index member_by_name on member (sort_name, id);
create index member_by_authority_name on member (authority_id, sort_name, id);
create index member_by_key on member (authority_id, name_key);
create index member_by_email on member (email) where email is not null;

-- [starts_on, ends_before): ended and begun anew each May, never edited into another.
create table appointment (
  id uuid primary key default gen_random_uuid(),
  authority_id smallint not null,
  committee_id uuid not null,
  member_id uuid not null,
  role text not null check (role in ('chair', 'vice_chair', 'member', 'substitute', 'officer')),
  starts_on date not null, ends_before date,
  ended_why text not null default '',
  recorded_by uuid, recorded_at timestamptz not null default now(),
  foreign key (committee_id, authority_id) references committee (id, authority_id),
  foreign key (member_id, authority_id) references member (id, authority_id),
  constraint appointment_dates_in_order check (ends_before is null or ends_before >= starts_on),
  constraint appointment_once exclude using gist (committee_id with =, member_id with =, daterange(starts_on, ends_before) with &&),
  constraint appointment_one_chair exclude using gist (committee_id with =, daterange(starts_on, ends_before) with &&) where (role = 'chair')
);
create index appointment_of on appointment (committee_id, starts_on);
create index appointment_of_member on appointment (member_id, starts_on) include (ends_before, authority_id, committee_id);

-- Courses are policy (Config/committees.json).
create table training_course (
  id smallint primary key generated always as identity,
  code text not null unique check (code ~ '^[a-z][a-z0-9_]*$'),
  title text not null,
  topic text not null check (topic in ('csae_risk', 'licensing_procedure', 'natural_justice', 'disability_equality', 'difficult_decisions')),
  minutes smallint,
  position smallint not null
);

-- One version of what an authority asks of a course: from a day, never edited. How long a completion counts is said here
-- and nowhere else.
create table training_requirement (
  id uuid primary key default gen_random_uuid(),
  authority_id smallint not null references authority,
  course_id smallint not null references training_course,
  regimes text[] not null check (cardinality(regimes) > 0 and regimes <@ array['la2003', 'gambling2005', 'taxi_general']),
  starts_on date not null, ends_before date,
  validity_months smallint check (validity_months between 1 and 240),   -- null: no end
  induction_days smallint not null default 42 check (induction_days between 0 and 366),
  needs_signature boolean not null default true,
  blocks boolean not null default true,        -- without it nobody sits (local rule); else a warning
  shortens boolean not null default false,     -- its validity also ends what was completed under longer-lasting versions
  source text not null default '',
  recorded_by uuid, recorded_at timestamptz not null default now(),
  constraint requirement_dates_in_order check (ends_before is null or ends_before > starts_on),
  constraint requirement_one_version exclude using gist (authority_id with =, course_id with =, daterange(starts_on, ends_before) with &&)
);
create index requirement_of on training_requirement (authority_id, course_id, starts_on);

create table training_session (
  id uuid primary key default gen_random_uuid(),
  authority_id smallint not null references authority,
  course_id smallint not null references training_course,
  held_on date not null,
  starts_at text not null default '' check (length(starts_at) <= 20),
  place text not null default '' check (length(place) <= 200),
  provider text not null default '' check (length(provider) <= 120),
  places smallint not null default 30 check (places between 1 and 500),
  cancelled_at timestamptz,
  recorded_by uuid, recorded_at timestamptz not null default now(),
  constraint session_place_of unique (id, authority_id)
);
create index session_by_day on training_session (held_on, id);

create table session_booking (
  session_id uuid not null,
  member_id uuid not null,
  authority_id smallint not null,
  attended boolean,                            -- null until the sheet is in
  booked_by uuid, booked_at timestamptz not null default now(),
  primary key (session_id, member_id),
  foreign key (session_id, authority_id) references training_session (id, authority_id),
  foreign key (member_id, authority_id) references member (id, authority_id)
);
create index booking_of_member on session_booking (member_id);

create table member_training (
  id uuid primary key default gen_random_uuid(),
  authority_id smallint not null,
  member_id uuid not null,
  course_id smallint not null references training_course,
  completed_on date not null,
  provider text not null default '' check (length(provider) <= 120),
  score smallint check (score between 0 and 100),
  passed boolean not null default true,
  evidence text not null check (evidence in ('signed_attendance_sheet', 'e_signature', 'certificate', 'lms_completion')),
  session_id uuid references training_session,
  file bytea check (length(file) <= 5242880), file_name text, file_type text,
  recorded_by uuid, recorded_at timestamptz not null default now(),
  foreign key (member_id, authority_id) references member (id, authority_id),
  constraint member_training_once unique (member_id, course_id, completed_on),
  constraint member_training_of unique (id, member_id, authority_id),
  constraint member_training_file_whole check ((file is null) = (file_name is null))
);
create index member_training_of_member on member_training (member_id, course_id, completed_on);

-- The person trained signs: by name on the screen, or on a sheet that is uploaded.
create table training_signature (
  training_id uuid primary key,
  member_id uuid not null,
  authority_id smallint not null,
  how text not null check (how in ('screen', 'sheet')),
  signed_name text not null check (length(trim(signed_name)) between 1 and 120),
  signed_on date not null,
  file bytea check (length(file) <= 5242880), file_name text, file_type text,
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  foreign key (training_id, member_id, authority_id) references member_training (id, member_id, authority_id)
);
create index training_signature_of on training_signature (member_id);

-- Evidence that turned out not to count.
create table training_void (
  training_id uuid primary key,
  member_id uuid not null,
  authority_id smallint not null,
  reason text not null check (length(trim(reason)) > 0),
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  foreign key (training_id, member_id, authority_id) references member_training (id, member_id, authority_id)
);

-- A decision that training elsewhere is as good, or that somebody need not do it: for days, by somebody, with a reason.
create table training_decision (
  id uuid primary key default gen_random_uuid(),
  authority_id smallint not null,
  member_id uuid not null,
  course_id smallint not null references training_course,
  kind text not null check (kind in ('equivalence', 'dispensation')),
  starts_on date not null, ends_before date not null,
  decided_by text not null check (length(trim(decided_by)) > 0),
  reason text not null check (length(trim(reason)) > 0),
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  foreign key (member_id, authority_id) references member (id, authority_id),
  constraint decision_dates_in_order check (ends_before > starts_on)
);
create index training_decision_of on training_decision (member_id, course_id);

create table hearing (
  id uuid primary key default gen_random_uuid(),
  authority_id smallint not null,
  committee_id uuid not null,
  kind text not null,
  reference text not null check (length(trim(reference)) between 1 and 60),
  subject text not null check (length(trim(subject)) between 1 and 200),   -- the premises or the driver, as the agenda names it
  ward text not null default '' check (length(ward) <= 120),
  held_on date not null,
  starts_at text not null default '' check (length(starts_at) <= 20),
  period_ends_on date,                         -- of representations, or the day a notice was received
  notice_given_on date,
  status text not null default 'scheduled' check (status in ('scheduled', 'held', 'cancelled')),
  minutes_reference text not null default '' check (length(minutes_reference) <= 120),
  version integer not null default 1,
  recorded_by uuid, recorded_at timestamptz not null default now(),
  foreign key (committee_id, authority_id) references committee (id, authority_id),
  constraint hearing_reference_once unique (authority_id, reference),
  constraint hearing_place unique (id, authority_id)
);
create index hearing_by_day on hearing (held_on, id);
create index hearing_of_committee on hearing (committee_id, held_on);

create table hearing_move (
  id uuid primary key default gen_random_uuid(),
  hearing_id uuid not null,
  authority_id smallint not null,
  from_day date not null, to_day date not null,
  reason text not null check (length(trim(reason)) > 0),
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  foreign key (hearing_id, authority_id) references hearing (id, authority_id)
);
create index hearing_move_of on hearing_move (hearing_id);

create table hearing_interest (
  hearing_id uuid not null,
  member_id uuid not null,
  authority_id smallint not null,
  what text not null default '' check (length(what) <= 300),
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  primary key (hearing_id, member_id),
  foreign key (hearing_id, authority_id) references hearing (id, authority_id),
  foreign key (member_id, authority_id) references member (id, authority_id)
);

-- A choice of a panel, with what the check found at that moment. The latest is the panel; none is ever changed.
create table panel (
  id uuid primary key default gen_random_uuid(),
  hearing_id uuid not null,
  authority_id smallint not null,
  number integer not null,
  for_day date not null,
  findings jsonb not null,
  override_reason text,
  chosen_by uuid not null, chosen_at timestamptz not null default now(),
  foreign key (hearing_id, authority_id) references hearing (id, authority_id),
  constraint panel_numbered unique (hearing_id, number),
  constraint panel_place unique (id, authority_id),
  constraint panel_override_has_reason check (override_reason is null or length(trim(override_reason)) > 0)
);
create table panel_seat (
  panel_id uuid not null,
  member_id uuid not null,
  authority_id smallint not null,
  seat smallint not null check (seat between 1 and 30),     -- 1 presides
  primary key (panel_id, member_id),
  constraint panel_seat_once unique (panel_id, seat),
  foreign key (panel_id, authority_id) references panel (id, authority_id),
  foreign key (member_id, authority_id) references member (id, authority_id)
);
create index panel_seat_of_member on panel_seat (member_id);

create trigger panel_never_changes before update or delete on panel for each row execute function never_change();
create trigger panel_seat_never_changes before update or delete on panel_seat for each row execute function never_change();
create trigger hearing_move_never_changes before update or delete on hearing_move for each row execute function never_change();
create trigger training_signature_never_changes before update or delete on training_signature for each row execute function never_change();
create trigger training_void_never_changes before update or delete on training_void for each row execute function never_change();
create trigger training_decision_never_changes before update or delete on training_decision for each row execute function never_change();
create trigger member_training_never_changes before update or delete on member_training for each row execute function never_change();

-- The second wall, by the permissions of committees. What names a person is read by those who keep committees and by that
-- person; what does not, also by every member of the authority.
grant select on member to lantern_sec;

set local role lantern_sec;
-- The members that this person is: whoever was invited under the address that stands on the member's record.
create function sec.my_members() returns uuid[]
language plpgsql stable parallel restricted security definer set search_path = sec, public, pg_temp as $$
begin
  if sec.part(5) is distinct from '' then return '{}'; end if;
  return coalesce((select array_agg(m.id) from public.member m join sec.account a on a.email = m.email and a.id = sec.me()
                    where m.authority_id = any (sec.held('ownTraining'))), '{}');
end $$;
revoke all on function sec.my_members from public;
grant execute on function sec.my_members to lantern_app, lantern_owner, lantern_reader;
set local role lantern_owner;

do $$
declare t text; own text; writers text;
begin
  foreach t in array array['committee', 'training_requirement', 'training_session', 'hearing', 'hearing_move', 'panel', 'panel_seat',
                           'member', 'appointment', 'session_booking', 'member_training', 'training_signature', 'training_void', 'training_decision',
                           'hearing_interest'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    if t in ('committee', 'training_requirement', 'training_session', 'hearing', 'hearing_move', 'panel', 'panel_seat') then
      execute format('create policy readable on %I for select to lantern_app, lantern_owner, lantern_reader
                        using (authority_id = any ((select sec.held(''readCommittees'', ''ownTraining''))::smallint[]))', t);
    else
      own := case t when 'member' then 'id' else 'member_id' end;
      execute format('create policy readable on %I for select to lantern_app, lantern_owner, lantern_reader
                        using (authority_id = any ((select sec.held(''readCommittees''))::smallint[]) or %I = any ((select sec.my_members())::uuid[]))', t, own);
    end if;
    -- Who records training does not appoint, and does not choose panels.
    writers := case when t in ('training_session', 'session_booking', 'member_training', 'training_signature', 'training_void')
                    then 'sec.held(''manageCommittees'', ''recordMemberTraining'')' else 'sec.held(''manageCommittees'')' end;
    execute format('create policy insertable on %I for insert to lantern_app, lantern_owner
                      with check (authority_id = any ((select %s)::smallint[]))', t, writers);
    execute format('create policy updatable on %I for update to lantern_app, lantern_owner
                      using (authority_id = any ((select %s)::smallint[])) with check (authority_id = any ((select %s)::smallint[]))', t, writers, writers);
    execute format('create policy searched on %I for select to lantern_sec using (true)', t);
    execute format('grant select on %I to lantern_app, lantern_reader, lantern_sec', t);
    execute format('grant insert on %I to lantern_app', t);
  end loop;
end $$;
create policy own_booking on session_booking for insert to lantern_app with check (member_id = any ((select sec.my_members())::uuid[]) and attended is null);
create policy own_booking_ended on session_booking for delete to lantern_app
  using (attended is null and (member_id = any ((select sec.my_members())::uuid[]) or authority_id = any ((select sec.held('recordMemberTraining'))::smallint[])));
create policy own_signature on training_signature for insert to lantern_app with check (member_id = any ((select sec.my_members())::uuid[]) and how = 'screen');
create policy interest_withdrawn on hearing_interest for delete to lantern_app using (authority_id = any ((select sec.held('manageCommittees'))::smallint[]));

grant update on committee, member, hearing to lantern_app;
grant update (ends_before, ended_why) on appointment to lantern_app;
grant update (ends_before) on training_requirement to lantern_app;
grant update (cancelled_at) on training_session to lantern_app;
grant update (attended), delete on session_booking to lantern_app;
grant delete on hearing_interest to lantern_app;
grant select on training_course to lantern_app, lantern_reader, lantern_sec;

-- The days on which training counts: from its completion for as long as the version of the requirement in force on that day says
-- (the first version where it came before any); a later version that shortens ends it, never before that version begins.
-- The one rule of validity; the check of a panel reads its rows.
create view member_cover with (security_invoker = true) as
  select t.id as training_id, t.member_id, t.authority_id, t.course_id, 'training'::text as source, t.completed_on as starts_on,
         least(b.ends, s.ends) as ends_before,
         exists (select from training_signature g where g.training_id = t.id) as signed
    from member_training t
    left join lateral (
      select (t.completed_on + make_interval(months => r.validity_months))::date as ends
        from training_requirement r where r.authority_id = t.authority_id and r.course_id = t.course_id
       order by r.starts_on <= t.completed_on desc, abs(r.starts_on - t.completed_on) limit 1) b on true
    left join lateral (
      select min(greatest(r.starts_on, (t.completed_on + make_interval(months => r.validity_months))::date)) as ends
        from training_requirement r
       where r.authority_id = t.authority_id and r.course_id = t.course_id and r.shortens and r.starts_on > t.completed_on) s on true
   where t.passed and not exists (select from training_void v where v.training_id = t.id)
  union all
  select null, d.member_id, d.authority_id, d.course_id, d.kind, d.starts_on, d.ends_before, true from training_decision d;

-- Whoever owes which course on a day, and where they stand. Chained training counts as one stretch.
create function training_matrix(on_day date)
returns table (member_id uuid, authority_id smallint, course_id smallint, appointed_on date, blocks boolean, due_by date,
               state text, held_from date, held_before date)
language sql stable as $$
  select d.member_id, d.authority_id, d.course_id, d.appointed_on, d.blocks, d.appointed_on + d.induction_days,
         case when c.exempt then 'exempt' when c.run is not null then 'valid' when c.unsigned then 'unsigned'
              when c.ended is not null then 'expired' when on_day <= d.appointed_on + d.induction_days then 'due' else 'overdue' end,
         c.last_from, coalesce(upper(c.run), c.ended)
    from (select a.member_id, a.authority_id, r.course_id, min(a.starts_on) as appointed_on, r.blocks, r.induction_days, r.needs_signature
            from appointment a join committee k on k.id = a.committee_id
            join training_requirement r on r.authority_id = a.authority_id and k.regime = any (r.regimes)
             and r.starts_on <= on_day and (r.ends_before is null or r.ends_before > on_day)
           where a.starts_on <= on_day and (a.ends_before is null or a.ends_before > on_day)
           group by a.member_id, a.authority_id, r.id, r.course_id, r.blocks, r.induction_days, r.needs_signature) d
   cross join lateral (
      select (select u from unnest(range_agg(daterange(v.starts_on, v.ends_before)) filter (where v.signed or not d.needs_signature)) u where u @> on_day) as run,
             coalesce(bool_or(not v.signed and v.starts_on <= on_day and (v.ends_before is null or v.ends_before > on_day)), false) as unsigned,
             max(v.ends_before) filter (where v.ends_before <= on_day) as ended,
             max(v.starts_on) filter (where v.starts_on <= on_day) as last_from,
             coalesce(bool_or(v.source = 'dispensation' and v.starts_on <= on_day and v.ends_before > on_day)
               and not bool_or(v.source <> 'dispensation' and v.signed and v.starts_on <= on_day and (v.ends_before is null or v.ends_before > on_day)), false) as exempt
        from (select * from member_cover x where x.member_id = d.member_id and x.course_id = d.course_id offset 0) v) c
$$;

-- The days on which each member of these committees is on its roll, and those on which nothing forbids them to sit: all days of
-- the roll on which every course that blocks is covered, wherever its requirement is in force. The set form of the check of one
-- member; a test holds the two against each other.
create function committee_able(committees uuid[])
returns table (committee_id uuid, member_id uuid, sits datemultirange, able datemultirange)
language sql stable as $$
  with roll as (
    select k.id, k.regime, k.authority_id, coalesce(k.parent_id, k.id) as roll_id from committee k where k.id = any (committees)),
  seat as materialized (
    select r.id as committee_id, a.member_id, range_agg(daterange(a.starts_on, a.ends_before) * daterange(m.office_from, m.office_before)) as sits
      from roll r join appointment a on a.committee_id = r.roll_id join member m on m.id = a.member_id
     where a.role in ('chair', 'vice_chair', 'member') or (a.role = 'substitute' and r.regime = 'taxi_general')
     group by r.id, a.member_id),
  duty as (
    select r.id as committee_id, q.id, q.course_id, q.needs_signature, daterange(q.starts_on, q.ends_before) as days
      from roll r join training_requirement q on q.authority_id = r.authority_id and r.regime = any (q.regimes) and q.blocks),
  -- offset 0: asked of each member on the roll, through the index, and not of everybody first
  cover as materialized (
    select s.member_id, v.course_id, v.signed, daterange(v.starts_on, v.ends_before) as days
      from (select distinct member_id from seat) s
     cross join lateral (select * from member_cover c where c.member_id = s.member_id offset 0) v),
  held as (
    select s.committee_id, s.member_id, d.days,
           coalesce(range_agg(c.days) filter (where c.signed or not d.needs_signature), '{}') as covered
      from seat s join duty d using (committee_id) left join cover c on c.member_id = s.member_id and c.course_id = d.course_id
     group by s.committee_id, s.member_id, d.id, d.days),
  free as (
    select h.committee_id, h.member_id, range_intersect_agg(h.covered + (datemultirange(daterange(null, null)) - datemultirange(h.days))) as days
      from held h group by h.committee_id, h.member_id)
  select s.committee_id, s.member_id, s.sits, case when f.days is null then s.sits else s.sits * f.days end
    from seat s left join free f using (committee_id, member_id)
$$;

-- How many members each of these committees has on each of so many days, and how many of them could lawfully sit.
create function committee_strength(committees uuid[], first_day date, days integer)
returns table (committee_id uuid, day date, members integer, able integer)
language sql stable as $$
  select k.id, x.day, (count(*) filter (where c.sits @> x.day))::integer, (count(*) filter (where c.able @> x.day))::integer
    from unnest(committees) k (id) cross join (select first_day + n as day from generate_series(0, days - 1) n) x
    left join committee_able(committees) c on c.committee_id = k.id
   group by k.id, x.day
$$;

grant select on member_cover to lantern_app, lantern_reader;
grant execute on function training_matrix, committee_able, committee_strength to lantern_app, lantern_reader;

-- How many places of a session are taken: a member who books sees the count, not the names.
set local role lantern_sec;
create function sec.session_taken(which uuid) returns integer
language sql stable security definer set search_path = sec, public, pg_temp as $$
  select count(*)::integer from public.session_booking b
   where b.session_id = which and b.authority_id = any ((select sec.held('readCommittees', 'ownTraining'))::smallint[])
$$;
revoke all on function sec.session_taken from public;
grant execute on function sec.session_taken to lantern_app, lantern_owner;

-- The history of a committee, a member or a hearing, for those who keep committees.
set local role lantern_sec;
create function audit.committee_history(of_record uuid, page integer)
returns table (seq bigint, body text, detail text, hash bytea)
language sql stable security definer set search_path = audit, sec, public, pg_temp as $$
  select e.seq, e.body, d.detail, e.hash
    from audit.subject s join audit.entry e on e.seq = s.seq left join audit.detail d on d.seq = e.seq
   where s.subject_id = of_record and s.authority_id = any ((select sec.held('readCommittees'))::smallint[])
     and (exists (select from public.committee c where c.id = of_record) or exists (select from public.member m where m.id = of_record)
          or exists (select from public.hearing h where h.id = of_record))
   order by s.seq desc limit least(page, 200)
$$;
revoke all on function audit.committee_history from public;
grant execute on function audit.committee_history to lantern_app, lantern_owner;
