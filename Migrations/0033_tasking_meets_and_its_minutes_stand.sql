-- Tasking meets, decides on hot spots and gives tasks; its minutes stand as they were closed, and a correction is another row.
set local role lantern_owner;

create sequence tasking_number;
grant usage on sequence tasking_number to lantern_app;

create table tasking_meeting (
  id uuid primary key default gen_random_uuid(),
  csp_id smallint not null references csp,
  reference text not null unique default 'TM-' || lpad(nextval('tasking_number')::text, 4, '0'),
  held_on date not null,
  place text not null check (length(trim(place)) between 2 and 120),
  since date not null,                           -- new is what came after this day: that of the meeting before
  state text not null default 'planned' check (state in ('planned', 'closed', 'cancelled')),
  closed_at timestamptz, closed_by uuid,
  created_by uuid not null, created_at timestamptz not null default now(),
  version integer not null default 1,
  constraint tasking_meeting_partnership unique (id, csp_id),
  constraint tasking_meeting_since check (since < held_on),
  constraint tasking_meeting_closed_by_somebody check ((state = 'closed') = (closed_at is not null) and (closed_at is null) = (closed_by is null))
);
create unique index tasking_meeting_on_day on tasking_meeting (csp_id, held_on) where state <> 'cancelled';

-- How many of each organisation were there, and who: officers, and nobody else.
create table tasking_attendance (
  meeting_id uuid not null,
  csp_id smallint not null,
  organisation_id smallint not null references organisation,
  many smallint not null check (many between 1 and 60),
  names text not null default '' check (length(names) <= 400),
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  primary key (meeting_id, organisation_id),
  foreign key (meeting_id, csp_id) references tasking_meeting (id, csp_id)
);

-- What was decided, given as a task or noted, in the words of the meeting. authority_id: of the hot spot, where it is about one.
create table tasking_minute (
  id uuid primary key default gen_random_uuid(),
  meeting_id uuid not null,
  csp_id smallint not null,
  number smallint not null check (number between 1 and 500),
  authority_id smallint,
  hot_spot_id uuid,
  kind text not null check (kind in ('decision', 'task', 'note')),
  step text check (step in ('designate', 'extend', 'respond', 'monitor', 'de_designate', 'reject')),
  words text not null check (length(trim(words)) between 3 and 2000),
  review_by date,
  organisation_id smallint references organisation,
  due_on date,
  action_id uuid,
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  constraint tasking_minute_number unique (meeting_id, number),
  foreign key (meeting_id, csp_id) references tasking_meeting (id, csp_id),
  foreign key (hot_spot_id, authority_id) references hot_spot (id, authority_id),
  foreign key (action_id, authority_id) references plan_action (id, authority_id),
  constraint tasking_minute_place check ((hot_spot_id is null) = (authority_id is null)),
  constraint tasking_minute_decision check ((kind = 'decision') = (step is not null) and (step is null or hot_spot_id is not null)),
  constraint tasking_minute_task check (
    (kind = 'task') = (action_id is not null) and (action_id is null) = (organisation_id is null) and (action_id is null) = (due_on is null))
);
create index tasking_minute_of_action on tasking_minute (action_id) where action_id is not null;
create index tasking_minute_of_hot_spot on tasking_minute (hot_spot_id, recorded_at desc) where hot_spot_id is not null;
create trigger tasking_minute_never_changes before update or delete on tasking_minute for each row execute function never_change();

-- A minute that was wrong stays, and beside it what is right.
create table tasking_correction (
  id uuid primary key default gen_random_uuid(),
  meeting_id uuid not null,
  csp_id smallint not null,
  minute_number smallint,
  authority_id smallint,
  words text not null check (length(trim(words)) between 3 and 2000),
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  foreign key (meeting_id, csp_id) references tasking_meeting (id, csp_id),
  foreign key (meeting_id, minute_number) references tasking_minute (meeting_id, number)
);
create index tasking_correction_of on tasking_correction (meeting_id, recorded_at);
create trigger tasking_correction_never_changes before update or delete on tasking_correction for each row execute function never_change();

-- Which organisation's paper was printed, when and by whom.
create table tasking_pack (
  id uuid primary key default gen_random_uuid(),
  meeting_id uuid not null,
  csp_id smallint not null,
  organisation_id smallint not null references organisation,
  made_by uuid not null, made_at timestamptz not null default now(),
  foreign key (meeting_id, csp_id) references tasking_meeting (id, csp_id)
);
create index tasking_pack_of on tasking_pack (meeting_id, organisation_id, made_at desc);
create trigger tasking_pack_never_changes before update or delete on tasking_pack for each row execute function never_change();

-- While a meeting is planned its minutes are taken; once closed it stays, and only corrections are added.
create function tasking_meeting_stands() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  if old.state <> 'planned' then
    raise exception 'the meeting is over' using errcode = '23514', constraint = 'tasking_meeting_stands';
  end if;
  return new;
end $$;
create trigger tasking_meeting_stands before update or delete on tasking_meeting for each row execute function tasking_meeting_stands();
create function tasking_minutes_open() returns trigger language plpgsql set search_path = public, pg_temp as $$
declare wanted text := case tg_table_name when 'tasking_correction' then 'closed' else 'planned' end;
begin
  if not exists (select from tasking_meeting m where m.id = new.meeting_id and m.state = wanted) then
    raise exception 'the minutes do not take this now' using errcode = '23514', constraint = 'tasking_minutes_open';
  end if;
  return new;
end $$;
create trigger tasking_attendance_open before insert or update on tasking_attendance for each row execute function tasking_minutes_open();
create trigger tasking_minute_open before insert on tasking_minute for each row execute function tasking_minutes_open();
create trigger tasking_correction_open before insert on tasking_correction for each row execute function tasking_minutes_open();
grant execute on function tasking_meeting_stands, tasking_minutes_open to lantern_app;

do $$
declare t text;
begin
  foreach t in array array['tasking_meeting', 'tasking_attendance', 'tasking_minute', 'tasking_correction', 'tasking_pack'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    -- What is about a hot spot is read where hot spots are read; the rest in the partnership.
    execute format('create policy readable on %I for select to lantern_app, lantern_owner
                      using (((select sec.is_operator()) or csp_id = any ((select sec.held_csps(''readHotSpots''))::smallint[])) %s)', t,
                   case when t in ('tasking_minute', 'tasking_correction')
                        then 'and (authority_id is null or authority_id = any ((select sec.held(''readHotSpots''))::smallint[]))' else '' end);
    execute format('create policy insertable on %I for insert to lantern_app, lantern_owner
                      with check (((select sec.is_operator()) or csp_id = any ((select sec.held_csps(''managePlans''))::smallint[])) %s)', t,
                   case when t in ('tasking_minute', 'tasking_correction')
                        then 'and (authority_id is null or authority_id = any ((select sec.held(''managePlans''))::smallint[]))' else '' end);
    execute format('create policy searched on %I for select to lantern_sec using (true)', t);
    execute format('grant select on %I to lantern_app, lantern_sec', t);
    execute format('grant insert on %I to lantern_app', t);
  end loop;
  foreach t in array array['tasking_meeting', 'tasking_attendance'] loop
    execute format('create policy updatable on %I for update to lantern_app, lantern_owner
                      using ((select sec.is_operator()) or csp_id = any ((select sec.held_csps(''managePlans''))::smallint[]))
                      with check ((select sec.is_operator()) or csp_id = any ((select sec.held_csps(''managePlans''))::smallint[]))', t);
    execute format('grant update on %I to lantern_app', t);
  end loop;
end $$;

set local role lantern_sec;
-- How many minutes a meeting has, so that a reader who sees fewer is told how many are left out.
create function sec.tasking_minutes_counted(which uuid) returns integer
language sql stable security definer set search_path = sec, public, pg_temp as $$
  select count(*)::integer from tasking_minute m where m.meeting_id = which and m.csp_id = any (sec.held_csps('readHotSpots'))
$$;
revoke all on function sec.tasking_minutes_counted from public;
grant execute on function sec.tasking_minutes_counted to lantern_app, lantern_owner;
