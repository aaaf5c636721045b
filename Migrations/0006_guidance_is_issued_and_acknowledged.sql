-- Guidance has immutable versions; an issuance covers a range of days, an acknowledgement is bound to its exact version.
set local role lantern_owner;

create table guidance_document (
  id uuid primary key default gen_random_uuid(),
  code text not null unique check (code ~ '^[a-z0-9][a-z0-9-]{1,40}$'),
  title text not null check (length(trim(title)) between 3 and 200),
  owner_organisation_id smallint references organisation,
  audience text[] not null check (cardinality(audience) > 0),  -- codes of licence kinds
  created_at timestamptz not null default now(),
  version integer not null default 1
);

-- A version never changes once approved; withdrawal is a later row.
create table guidance_version (
  id uuid primary key default gen_random_uuid(),
  document_id uuid not null references guidance_document,
  number smallint not null check (number > 0),
  effective_from date not null,
  requires_acknowledgement boolean not null default true,
  requires_reissue boolean not null default false,   -- issues of earlier versions stop counting after the grace
  grace_days smallint not null default 28 check (grace_days between 0 and 366),
  summary text not null default '',
  approved_on date not null,
  approved_by text not null,
  recorded_by uuid, recorded_at timestamptz not null default now(),
  constraint guidance_version_once unique (document_id, number),
  constraint guidance_version_day_once unique (document_id, effective_from)
);

create table guidance_text (
  version_id uuid not null references guidance_version,
  language text not null check (language ~ '^[a-z]{2}(-[A-Z]{2})?$'),
  form text not null check (form in ('text', 'pdf')),
  body text,
  file bytea,
  file_name text,
  content_hash bytea not null check (length(content_hash) = 32),
  primary key (version_id, language),
  constraint guidance_text_one_form check ((form = 'text') = (body is not null) and (form = 'pdf') = (file is not null))
);

create table guidance_withdrawal (
  version_id uuid primary key references guidance_version,
  withdrawn_on date not null,
  reason text not null check (length(trim(reason)) > 0),
  recorded_by uuid, recorded_at timestamptz not null default now()
);

-- The days on which an issue of each version counts: until withdrawn, or until the grace after a later version that must be re-issued.
create view guidance_version_counts with (security_invoker = true) as
  select v.id as version_id, v.document_id, v.number, v.effective_from, v.requires_acknowledgement,
         least((select w.withdrawn_on from guidance_withdrawal w where w.version_id = v.id),
               (select min(n.effective_from + n.grace_days) from guidance_version n
                 where n.document_id = v.document_id and n.number > v.number and n.requires_reissue)) as counts_before,
         (select min(n.effective_from) from guidance_version n
           where n.document_id = v.document_id and n.number > v.number) as superseded_on,
         d.title, d.audience
    from guidance_version v join guidance_document d on d.id = v.document_id;

-- One giving of one version to one licence holder. Covers [issued_on, covers_before).
create table issuance (
  id uuid primary key default gen_random_uuid(),
  registration_id uuid not null,
  authority_id smallint not null,
  kind text not null,
  version_id uuid not null references guidance_version,
  occasion text not null check (occasion in ('grant', 'renewal', 'anniversary', 'variation', 'transfer', 'dps_change', 'annual_fee',
    'new_version', 'hotspot_campaign', 'forum_event', 'pubwatch_event', 'visit', 'committee_induction', 'review_or_enforcement', 'ad_hoc')),
  channel text not null check (channel in ('hand', 'letter', 'email', 'sms_link', 'portal', 'event_handout', 'with_licence_pack')),
  issued_on date not null,
  covers_before date not null,
  term_id uuid,                                 -- the renewal it belongs to; one that was undone leaves its id behind
  corrects_id uuid references issuance,         -- the slip it puts right
  recorded_by uuid not null,
  recorded_at timestamptz not null default now(),
  foreign key (registration_id, authority_id) references registration (id, authority_id) on delete cascade,
  constraint issuance_covers_something check (covers_before > issued_on),
  constraint issuance_version_named unique (id, version_id)
);
create index issuance_of on issuance (registration_id, issued_on desc) include (covers_before, version_id);
create index issuance_recent on issuance (recorded_at desc, id);
create index issuance_by_term on issuance (term_id) where term_id is not null;

-- An issue that no longer counts: undone within ten minutes, corrected later, returned, failed, cancelled.
create table issuance_void (
  issuance_id uuid primary key references issuance on delete cascade,
  registration_id uuid not null,
  authority_id smallint not null,
  how text not null check (how in ('undone', 'corrected', 'returned', 'failed', 'cancelled')),
  reason text not null default '',
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  foreign key (registration_id, authority_id) references registration (id, authority_id) on delete cascade,
  constraint issuance_void_says_why check (how = 'undone' or length(trim(reason)) > 0)
);
create index issuance_void_of on issuance_void (registration_id);

create table acknowledgement (
  issuance_id uuid primary key,
  version_id uuid not null,
  registration_id uuid not null,
  authority_id smallint not null,
  method text not null check (method in ('wet_signature', 'e_signature', 'email_reply', 'verbal_witnessed', 'renewal_form_declaration')),
  acknowledged_on date not null,
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  foreign key (issuance_id, version_id) references issuance (id, version_id) on delete cascade,
  foreign key (registration_id, authority_id) references registration (id, authority_id) on delete cascade
);
create index acknowledgement_of on acknowledgement (registration_id);

-- A renewal granted without guidance: who, and why.
create table renewal_exception (
  term_id uuid primary key references term on delete cascade,
  registration_id uuid not null,
  authority_id smallint not null,
  reason text not null check (length(trim(reason)) > 0),
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  foreign key (registration_id, authority_id) references registration (id, authority_id) on delete cascade
);
create index renewal_exception_of on renewal_exception (registration_id);

create table training_completion (
  id uuid primary key default gen_random_uuid(),
  registration_id uuid not null,
  authority_id smallint not null,
  course text not null,
  provider text not null default '',
  completed_on date not null,
  valid_before date not null,
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  foreign key (registration_id, authority_id) references registration (id, authority_id) on delete cascade,
  constraint training_valid_some_time check (valid_before > completed_on),
  constraint training_once unique (registration_id, course, completed_on)
);
create index training_of on training_completion (registration_id, valid_before desc);

-- The issues in force on a day: given by then, its guidance year not over, its version still counting, not void.
create function guidance_in_force(on_day date)
returns table (issuance_id uuid, registration_id uuid, version_id uuid, issued_on date, covers_before date,
               title text, number smallint, requires_acknowledgement boolean, counts_before date)
language sql stable parallel safe as $$
  select i.id, i.registration_id, i.version_id, i.issued_on, i.covers_before, v.title, v.number, v.requires_acknowledgement, v.counts_before
    from issuance i
    join guidance_version_counts v on v.version_id = i.version_id and coalesce(v.counts_before, 'infinity') > on_day
   where i.issued_on <= on_day and i.covers_before > on_day
     and not exists (select from issuance_void x where x.issuance_id = i.id)
$$;

-- Records that guidance was given, and acknowledged where `method` is not null; the range of days it covers follows here, once:
-- to the end of the guidance year of the day it was given or, at a renewal, of the year that the new term begins.
create function give_guidance(licence uuid, version uuid, occasion text, channel text, on_day date,
                              method text default null, renewal uuid default null, corrects uuid default null) returns uuid
language plpgsql volatile as $$
declare r registration; made uuid; counted_from date := on_day;
begin
  select * into strict r from registration where id = licence;
  if renewal is not null then
    select greatest(on_day, t.starts_on) into strict counted_from from term t where t.id = renewal;
  end if;
  insert into issuance (registration_id, authority_id, kind, version_id, occasion, channel, issued_on, covers_before, term_id, corrects_id, recorded_by)
    values (r.id, r.authority_id, r.kind, version, occasion, channel, on_day, cycle_end(r.anchor_on, counted_from), renewal, corrects, sec.me())
    returning id into made;
  if method is not null then
    insert into acknowledgement (issuance_id, version_id, registration_id, authority_id, method, acknowledged_on, recorded_by)
      values (made, version, r.id, r.authority_id, method, on_day, sec.me());
  end if;
  return made;
end $$;

-- A void, an acknowledgement, an exception names an issue or a renewal: it must be of the licence the row is for. Asked as
-- whoever writes, so that row level security answers for records of other authorities: not there.
create function of_one_licence() returns trigger language plpgsql as $$
declare there boolean;
begin
  if tg_table_name = 'renewal_exception' then
    there := exists (select from term t where t.id = new.term_id and t.registration_id = new.registration_id);
  else
    there := exists (select from issuance i where i.id = new.issuance_id and i.registration_id = new.registration_id);
  end if;
  if not there then
    raise exception 'a row of % belongs to another licence', tg_table_name using errcode = '23503', constraint = tg_table_name || '_of_one_licence';
  end if;
  return new;
end $$;
create trigger issuance_void_of_one_licence before insert on issuance_void for each row execute function of_one_licence();
create trigger acknowledgement_of_one_licence before insert on acknowledgement for each row execute function of_one_licence();
create trigger renewal_exception_of_one_licence before insert on renewal_exception for each row execute function of_one_licence();

-- What stands never changes: these tables take rows and give them, no more.
create function never_change() returns trigger language plpgsql as $$
begin
  raise exception '% rows never change; write a new one', tg_table_name using errcode = '55000', constraint = tg_table_name || '_never_changes';
end $$;
create trigger guidance_version_never_changes before update or delete on guidance_version for each row execute function never_change();
create trigger guidance_text_never_changes before update or delete on guidance_text for each row execute function never_change();
create trigger issuance_never_changes before update on issuance for each row execute function never_change();
create trigger issuance_void_never_changes before update or delete on issuance_void for each row execute function never_change();
create trigger acknowledgement_never_changes before update on acknowledgement for each row execute function never_change();
grant execute on function guidance_in_force, give_guidance to lantern_app, lantern_sec, lantern_reader;
