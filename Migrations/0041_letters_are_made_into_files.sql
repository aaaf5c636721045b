-- Letters of a campaign are made into files, a batch each, every letter in one of them, by work that may die at any time.
set local role lantern_owner;

-- A file of letters to be printed: asked for by somebody, made by the work as that person, and made anew when it is asked for again.
create table letter_batch (
  id uuid primary key default gen_random_uuid(),
  campaign_id uuid not null references campaign on delete cascade,
  authority_ids smallint[] not null check (cardinality(authority_ids) > 0),
  number integer not null check (number > 0),
  letters integer not null check (letters > 0),
  state text not null default 'waiting' check (state in ('waiting', 'made', 'failed')),
  asked_by uuid not null,
  asked_at timestamptz not null,
  attempts smallint not null default 0,      -- who made which attempt may settle it, nobody else
  lease_until timestamptz,
  made_at timestamptz,
  bytes bigint,
  hash bytea check (length(hash) = 32),
  failure text,
  unique (campaign_id, number),
  constraint letter_batch_made check (state <> 'made' or (made_at is not null and bytes is not null and hash is not null)),
  constraint letter_batch_says_why check (state <> 'failed' or failure is not null)
);
create index letter_batch_waiting on letter_batch (asked_at, number) where state = 'waiting';

-- A letter as it goes out: name and address stay what they were when it went, whatever is sent again later. One a sending.
create table letter (
  batch_id uuid not null references letter_batch on delete cascade,
  number integer not null,
  campaign_id uuid not null,
  registration_id uuid not null,
  authority_id smallint not null,
  attempt smallint not null,
  kind text not null,
  reference text not null,
  name text not null,
  address text not null,
  postcode text,
  issued_on date not null,
  primary key (batch_id, number),
  unique (campaign_id, registration_id, attempt),
  foreign key (registration_id, authority_id) references registration (id, authority_id) on delete cascade
);
create index letter_of on letter (registration_id);

alter table letter_batch enable row level security;
alter table letter_batch force row level security;
create policy readable on letter_batch for select to lantern_app, lantern_owner, lantern_reader using (authority_ids && (select sec.readable())::smallint[]);
create policy insertable on letter_batch for insert to lantern_app, lantern_owner with check (authority_ids <@ (select sec.writable())::smallint[]);
create policy updatable on letter_batch for update to lantern_app, lantern_owner using (authority_ids <@ (select sec.writable())::smallint[])
  with check (authority_ids <@ (select sec.writable())::smallint[]);
create policy worked on letter_batch to lantern_sec using (true) with check (true);
alter table letter enable row level security;
alter table letter force row level security;
create policy readable on letter for select to lantern_app, lantern_owner, lantern_reader using (authority_id = any ((select sec.readable())::smallint[]));
create policy insertable on letter for insert to lantern_app, lantern_owner with check (authority_id = any ((select sec.writable())::smallint[]));
grant select on letter_batch, letter to lantern_app, lantern_reader;
grant insert on letter_batch, letter to lantern_app;
grant update (state, asked_by, asked_at, attempts, lease_until, made_at, bytes, hash, failure) on letter_batch to lantern_app;
grant select, update on letter_batch to lantern_sec;

-- Puts whoever was given it by letter, and is in no file yet, into files of at most so many, in walking order. Says how many letters.
create function ask_for_letters(which uuid, most integer, moment timestamptz) returns bigint
language plpgsql volatile as $$
declare before integer; many bigint;
begin
  -- Two who ask at once: the second finds nobody left.
  perform 1 from campaign c where c.id = which and c.channel = 'letter' for update;
  if not found then return 0; end if;
  before := (select coalesce(max(b.number), 0) from letter_batch b where b.campaign_id = which);
  with waiting as materialized (
    select r.*, (row_number() over (order by r.walk_key, r.registration_id))::integer - 1 as place from campaign_recipient r
     where r.campaign_id = which and r.state = 'issued'
       and not exists (select from letter l where l.campaign_id = which and l.registration_id = r.registration_id and l.attempt = r.attempt)),
  batches as (
    insert into letter_batch (campaign_id, authority_ids, number, letters, asked_by, asked_at)
    select which, (select c.authority_ids from campaign c where c.id = which), before + 1 + place / most, count(*), sec.me(), moment from waiting group by place / most
    returning id, number)
  insert into letter (batch_id, number, campaign_id, registration_id, authority_id, attempt, kind, reference, name, address, postcode, issued_on)
  select b.id, w.place % most + 1, which, w.registration_id, w.authority_id, w.attempt, w.kind, w.reference, w.name, w.address, w.postcode, w.issued_on
    from waiting w join batches b on b.number = before + 1 + w.place / most;
  get diagnostics many = row_count;
  return many;
end $$;
grant execute on function ask_for_letters to lantern_app;

set local role lantern_sec;

-- The next file to be made, claimed for five minutes: work that dies leaves it to another.
create function sec.claim_letters(moment timestamptz) returns table (id uuid, attempt smallint)
language sql volatile security definer set search_path = sec, public, pg_temp as $$
  update letter_batch b set lease_until = moment + interval '5 minutes', attempts = b.attempts + 1
   where b.id = (select w.id from letter_batch w where w.state = 'waiting' and (w.lease_until is null or w.lease_until <= moment)
                  order by w.asked_at, w.number for update skip locked limit 1)
  returning b.id, b.attempts
$$;

-- The door of the work: acts as the person who asked for the file, in its districts only, while they still may.
create function sec.enter_letters(which uuid) returns table (account_id uuid, name text)
language plpgsql volatile security definer set search_path = sec, public, pg_temp as $$
#variable_conflict use_column
declare b letter_batch;
begin
  select * into b from letter_batch where id = which and state = 'waiting';
  if b.id is null
     or not exists (select from sec.reach(b.asked_by) x where x.permission = 'runCampaigns' and b.authority_ids <@ x.authority_ids)
     or not exists (select from sec.account a where a.id = b.asked_by and a.disabled_at is null) then return; end if;
  perform sec.seal(b.asked_by, gen_random_uuid(), b.authority_ids, b.authority_ids, '{}', '');
  return query select a.id, a.name from sec.account a where a.id = b.asked_by;
end $$;

-- One whose asker may no longer ask is not made.
create function sec.stop_letters(which uuid, attempt smallint) returns void
language sql volatile security definer set search_path = sec, public, pg_temp as $$
  update letter_batch b set state = 'failed', lease_until = null, failure = 'Who asked for this file may no longer run campaigns here. Somebody who may can have it made.'
   where b.id = which and b.state = 'waiting' and b.attempts = attempt
$$;
revoke all on function sec.claim_letters, sec.enter_letters, sec.stop_letters from public;
grant execute on function sec.claim_letters, sec.enter_letters, sec.stop_letters to lantern_app, lantern_owner;
