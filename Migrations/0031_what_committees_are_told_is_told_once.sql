-- Reminders of training and notices of broken panels go through the outbox, once each, whatever is killed; members say when they are away.
set local role lantern_owner;

-- The outbox also carries what is no message to a licence holder.
alter table delivery alter registration_id drop not null;
alter table delivery drop constraint delivery_purpose_check;
alter table delivery add constraint delivery_purpose_check check (purpose in ('guidance', 'reminder', 'evidence', 'evidence_reminder', 'member_reminder', 'panel_broken'));
alter table delivery add constraint delivery_about check ((registration_id is null) = (purpose in ('member_reminder', 'panel_broken')));
create index delivery_to_committees on delivery (made_at desc, id) where registration_id is null;
-- A message to a member or an officer is read by those who keep committees; by those who keep registers it is not.
alter policy readable on delivery using (registration_id is not null and authority_id = any ((select sec.readable())::smallint[]));
alter policy insertable on delivery with check (registration_id is not null and authority_id = any ((select sec.writable())::smallint[]));
alter policy updatable on delivery using (registration_id is not null and authority_id = any ((select sec.writable())::smallint[]))
  with check (registration_id is not null and authority_id = any ((select sec.writable())::smallint[]));
create policy of_committees on delivery for select to lantern_app, lantern_owner, lantern_reader
  using (registration_id is null and authority_id = any ((select sec.held('manageCommittees', 'recordMemberTraining'))::smallint[]));
grant insert on delivery to lantern_sec;

-- Whether somebody wants to be reminded: the latest choice counts; none is yes.
create table reminder_choice (
  id uuid primary key default gen_random_uuid(),
  authority_id smallint not null,
  member_id uuid not null,
  wanted boolean not null,
  recorded_by uuid not null, recorded_at timestamptz not null default clock_timestamp(),
  foreign key (member_id, authority_id) references member (id, authority_id)
);
create index reminder_choice_of on reminder_choice (member_id, recorded_at desc, id);
create trigger reminder_choice_never_changes before update or delete on reminder_choice for each row execute function never_change();

-- One a member, course, end and step. Words are kept: a carrier empties its message.
create table member_reminder (
  member_id uuid not null,
  course_id smallint not null references training_course,
  runs_out_on date not null,                   -- the last day on which it counts
  step smallint not null,
  authority_id smallint not null,
  delivery_id uuid not null references delivery,
  words text not null,
  made_at timestamptz not null,
  primary key (member_id, course_id, runs_out_on, step),
  foreign key (member_id, authority_id) references member (id, authority_id)
);
create unique index member_reminder_of_delivery on member_reminder (delivery_id);

-- A time during which the panel of a hearing could not sit, as it was noticed: so that each is told of once. It decides nothing:
-- whether a panel may sit is asked of the day whenever it is read.
create table panel_break (
  id uuid primary key default gen_random_uuid(),
  authority_id smallint not null,
  hearing_id uuid not null,
  panel_id uuid not null,
  for_day date not null,
  what text[] not null check (cardinality(what) > 0),
  began_at timestamptz not null, mended_at timestamptz,
  foreign key (hearing_id, authority_id) references hearing (id, authority_id),
  foreign key (panel_id, authority_id) references panel (id, authority_id)
);
create unique index panel_break_open on panel_break (hearing_id) where mended_at is null;
create index panel_break_of on panel_break (hearing_id, began_at desc);
create table panel_notice (
  delivery_id uuid primary key references delivery,
  break_id uuid not null references panel_break,
  authority_id smallint not null,
  account_id uuid not null,
  words text not null,
  made_at timestamptz not null,
  constraint panel_notice_once unique (break_id, account_id)
);

-- Days on which a member cannot sit, as they or democratic services say. Advice, never a bar. Taken back, not deleted.
create table member_away (
  id uuid primary key default gen_random_uuid(),
  authority_id smallint not null,
  member_id uuid not null,
  starts_on date not null, ends_before date not null,
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  withdrawn_at timestamptz, withdrawn_by uuid,
  foreign key (member_id, authority_id) references member (id, authority_id),
  constraint away_dates_in_order check (ends_before > starts_on and ends_before <= starts_on + 366),
  constraint away_withdrawn_whole check ((withdrawn_at is null) = (withdrawn_by is null)),
  constraint away_once exclude using gist (member_id with =, daterange(starts_on, ends_before) with &&) where (withdrawn_at is null)
);
create index member_away_of on member_away (member_id, starts_on);

do $$
declare t text; own text;
begin
  foreach t in array array['reminder_choice', 'member_reminder', 'panel_break', 'panel_notice', 'member_away'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    own := case when t in ('panel_break', 'panel_notice') then '' else ' or member_id = any ((select sec.my_members())::uuid[])' end;
    execute format('create policy readable on %I for select to lantern_app, lantern_owner, lantern_reader
                      using (authority_id = any ((select sec.held(''readCommittees''))::smallint[])%s)', t, own);
    execute format('create policy worked on %I to lantern_sec using (true) with check (true)', t);
    execute format('grant select on %I to lantern_app, lantern_reader', t);
    execute format('grant select, insert on %I to lantern_sec', t);
  end loop;
  foreach t in array array['reminder_choice', 'member_away'] loop
    execute format('create policy insertable on %I for insert to lantern_app, lantern_owner
                      with check (authority_id = any ((select sec.held(''manageCommittees''))::smallint[]) or member_id = any ((select sec.my_members())::uuid[]))', t);
    execute format('grant insert on %I to lantern_app', t);
  end loop;
end $$;
create policy withdrawable on member_away for update to lantern_app, lantern_owner
  using (authority_id = any ((select sec.held('manageCommittees'))::smallint[]) or member_id = any ((select sec.my_members())::uuid[]))
  with check (authority_id = any ((select sec.held('manageCommittees'))::smallint[]) or member_id = any ((select sec.my_members())::uuid[]));
grant update (withdrawn_at, withdrawn_by) on member_away to lantern_app;
grant update (mended_at) on panel_break to lantern_sec;
grant execute on function training_matrix to lantern_sec;
grant select on member_cover to lantern_sec;

-- Whoever watches over committees reads them all and changes nothing; it is no person.
set local role lantern_sec;
insert into sec.account (kind, email, name) values ('system', 'service:committees', 'Reminders and notices') on conflict (email) do nothing;

create or replace function sec.held(variadic wanted text[]) returns smallint[]
language plpgsql stable parallel restricted security definer set search_path = sec, pg_temp as $$
begin
  if sec.part(5) = 'operator' then return nullif(sec.part(4), '')::smallint[]; end if;
  -- the watch over committees: what it may read stands where others have what they may count
  if sec.part(5) = 'committees' then return case when 'readCommittees' = any (wanted) then nullif(sec.part(8), '')::smallint[] else '{}' end; end if;
  if sec.part(5) is distinct from '' then return '{}'; end if;
  return coalesce((select array_agg(distinct a) from sec.reach(sec.me()) r cross join unnest(r.authority_ids) a where r.permission = any (wanted)), '{}');
end $$;

create function sec.enter_committee_watch() returns table (account_id uuid, name text)
language plpgsql volatile security definer set search_path = sec, pg_temp as $$
#variable_conflict use_column
declare everyone smallint[];
begin
  select coalesce(array_agg(distinct x.authority_id), '{}') into everyone from sec.scope_authority x;
  return query select a.id, a.name from sec.account a where a.email = 'service:committees';
  perform sec.seal((select a.id from sec.account a where a.email = 'service:committees'), gen_random_uuid(), '{}', '{}', everyone, 'committees');
end $$;

-- Writes the reminders that fall due: of each member and course the narrowest step that has been reached, unless that or a narrower
-- one was written for the same end. Nothing of a hearing, nobody else's name. Answers whom it reminds.
create function sec.write_member_reminders(on_day date, steps smallint[], origin text, moment timestamptz)
returns table (member_id uuid, authority_id smallint)
language plpgsql volatile security definer set search_path = sec, public, pg_temp as $$
#variable_conflict use_column
begin
  return query
  with reached as (
    select t.member_id, t.authority_id, t.course_id, t.held_before - 1 as last, m.name, m.email, c.title,
           (select min(s) from unnest(steps) s where t.held_before - 1 - on_day <= s) as step
      from training_matrix(on_day) t join member m on m.id = t.member_id join training_course c on c.id = t.course_id
     where t.state = 'valid' and t.held_before - 1 - on_day <= (select max(s) from unnest(steps) s) and m.email is not null
       and (m.office_before is null or m.office_before > on_day)
       and coalesce((select r.wanted from reminder_choice r where r.member_id = t.member_id order by r.recorded_at desc, r.id limit 1), true)),
  worded as (
    select r.*, gen_random_uuid() as delivery_id, to_char(r.last, 'FMDD FMMonth YYYY') as last_words
      from reached r
     where not exists (select from member_reminder x where x.member_id = r.member_id and x.course_id = r.course_id and x.runs_out_on = r.last and x.step <= r.step)),
  noted as (
    insert into member_reminder (member_id, course_id, runs_out_on, step, authority_id, delivery_id, words, made_at)
    select w.member_id, w.course_id, w.last, w.step, w.authority_id, w.delivery_id,
           concat_ws(E'\n\n', 'To ' || w.name,
             'Your training “' || w.title || '” counts to ' || w.last_words || '. From the day after, nobody may choose you for a hearing until it is renewed.',
             'See what you hold, and book a session: ' || origin || '/my-training',
             'You can switch these reminders off there.'), moment
      from worded w on conflict do nothing returning member_id, authority_id, delivery_id, words),
  queued as (
    insert into delivery (id, authority_id, purpose, channel, recipient, name, subject, body, not_before, made_by, made_at)
    select n.delivery_id, n.authority_id, 'member_reminder', 'email', w.email, w.name, 'Your training counts to ' || w.last_words, n.words, moment, sec.me(), moment
      from noted n join worded w on w.delivery_id = n.delivery_id returning 1)
  select n.member_id, n.authority_id from noted n;
end $$;

-- Notes which fixed panels are broken and which are sound again. A panel that was sound is told of once to each who keeps its
-- committees, until it is sound again. Answers the hearings told of.
-- broken: [{"hearing", "panel", "day", "what": [...]}]; sound: hearings looked at and not among them.
create function sec.note_panels(broken jsonb, sound uuid[], on_day date, origin text, moment timestamptz)
returns table (hearing_id uuid, authority_id smallint, reference text, recipients bigint)
language plpgsql volatile security definer set search_path = sec, public, pg_temp as $$
#variable_conflict use_column
begin
  update panel_break b set mended_at = moment
   where b.mended_at is null
     and (b.hearing_id = any (sound) or not exists (select from hearing h where h.id = b.hearing_id and h.status = 'scheduled' and h.held_on >= on_day));
  return query
  with found as (
    select (x ->> 'hearing')::uuid as hearing, (x ->> 'panel')::uuid as panel, (x ->> 'day')::date as day, array(select jsonb_array_elements_text(x -> 'what')) as what
      from jsonb_array_elements(broken) x),
  begun as (
    insert into panel_break (authority_id, hearing_id, panel_id, for_day, what, began_at)
    select h.authority_id, h.id, f.panel, f.day, f.what, moment
      from found f join hearing h on h.id = f.hearing and h.status = 'scheduled' and h.held_on = f.day
     where f.panel = (select p.id from panel p where p.hearing_id = h.id order by p.number desc limit 1)
        on conflict do nothing returning id, authority_id, hearing_id, for_day),
  worded as (
    select b.id as break_id, b.authority_id, b.hearing_id, h.reference, a.id as account_id, a.name, a.email, gen_random_uuid() as delivery_id,
           concat_ws(E'\n\n', 'To ' || a.name,
             'The panel of hearing ' || h.reference || ' on ' || to_char(b.for_day, 'FMDD FMMonth YYYY') || ' may not sit as it stands.',
             'See why, and who else can sit: ' || origin || '/hearings/' || h.id) as words
      from begun b join hearing h on h.id = b.hearing_id
      join sec.account a on a.kind = 'person' and a.disabled_at is null
       and exists (select from sec.reach(a.id) r where r.permission = 'manageCommittees' and b.authority_id = any (r.authority_ids))),
  queued as (
    insert into delivery (id, authority_id, purpose, channel, recipient, name, subject, body, not_before, made_by, made_at)
    select w.delivery_id, w.authority_id, 'panel_broken', 'email', w.email, w.name, 'A panel may not sit: ' || w.reference, w.words, moment, sec.me(), moment from worded w
    returning 1),
  told as (
    insert into panel_notice (delivery_id, break_id, authority_id, account_id, words, made_at)
    select w.delivery_id, w.break_id, w.authority_id, w.account_id, w.words, moment from worded w returning 1)
  select b.hearing_id, b.authority_id, h.reference, (select count(*) from worded w where w.break_id = b.id) from begun b join hearing h on h.id = b.hearing_id;
end $$;
revoke all on function sec.enter_committee_watch, sec.write_member_reminders, sec.note_panels from public;
grant execute on function sec.enter_committee_watch, sec.write_member_reminders, sec.note_panels to lantern_app, lantern_owner;
