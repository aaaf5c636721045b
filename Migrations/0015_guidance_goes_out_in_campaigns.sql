-- A campaign gives one version of guidance to everybody of a population, once each, whatever is interrupted.
set local role lantern_owner;

-- Where a letter, an e-mail or a message about a registration goes: what stands at a location is written to there, people where they
-- live. One place to say it, whatever register it is of.
create view registration_contact with (security_invoker = true) as
  select r.id as registration_id,
         case when l.id is not null then concat_ws(', ', p.name, nullif(coalesce(r.trading_name, l.name), p.name))
              when r.trading_name is null or r.trading_name = p.name then p.name
              else p.name || ', trading as ' || r.trading_name end as name,
         case when l.id is not null and trim(l.address) <> '' then l.address else p.address end as address,
         case when l.id is not null and trim(l.address) <> '' then l.postcode else p.postcode end as postcode,
         p.email, p.phone
    from registration r join party p on p.id = r.party_id left join location l on l.id = r.location_id;

-- The order in which somebody walks: postcode with its numbers as numbers, street, house number.
create function walk_key(address text, postcode text) returns text language sql immutable parallel safe as $$
  select concat_ws('|',
    coalesce(regexp_replace(regexp_replace(replace(postcode, ' ', ''), '^([A-Z]+)(\d[A-Z]?\d\D\D)$', '\10\2'), '(\d\D\D)$', ' \1'), '~'),
    lower(trim(regexp_replace(split_part(address, chr(10), 1), '^\D{0,12}\d+\S*', ''))),
    lpad(left(coalesce(substring(split_part(address, chr(10), 1) from '\d+'), ''), 6), 6, '0'))
$$;

-- States follow one another: draft (who would be reached is asked anew each time it is looked at), ready (the list is fixed),
-- running, paused, finished; cancelled from any of them. `population` is a saved filter, as data:
--   {"authorities": [1], "registers": ["drivers"], "kinds": ["hackney_driver"], "statuses": ["current"], "gap": "owed" | "everybody",
--    "postcodes": ["WR1"], "registrations": ["uuid"]}; what is left out does not narrow.
create table campaign (
  id uuid primary key default gen_random_uuid(),
  name text not null check (length(trim(name)) between 3 and 120),
  authority_ids smallint[] not null check (cardinality(authority_ids) > 0),
  population jsonb not null,
  version_id uuid not null references guidance_version,
  channel text not null check (channel in ('hand', 'letter', 'email', 'sms_link', 'event_handout', 'with_licence_pack')),
  occasion text not null,
  state text not null default 'draft' check (state in ('draft', 'ready', 'running', 'paused', 'cancelled', 'finished')),
  -- Given by people, not by this service: those who are left were given it on this day, and the work records them.
  rest_given_on date,
  author uuid not null,
  created_at timestamptz not null default now(),
  version integer not null default 1,
  listed_on date,
  started_by uuid,                     -- as whom the work is done
  started_at timestamptz,
  ended_at timestamptz,
  failure text,
  constraint campaign_list_before_run check (state in ('draft', 'cancelled') or listed_on is not null),
  constraint campaign_run_by_somebody check (state not in ('running', 'paused', 'finished') or started_by is not null)
);
create index campaign_latest on campaign (created_at desc, id);
create index campaign_at_work on campaign (started_at) where state = 'running';

-- One row for each registration of a campaign: the key is what makes it once each. Name and address are as they were when it went.
create table campaign_recipient (
  campaign_id uuid not null references campaign on delete cascade,
  registration_id uuid not null,
  authority_id smallint not null,
  kind text not null,
  reference text not null,
  name text not null,
  address text not null default '',
  postcode text, email text, phone text,
  walk_key text collate "C" not null,
  state text not null default 'planned' check (state in ('planned', 'excluded', 'issued', 'failed', 'returned')),
  reason text,                         -- why excluded or failed: a code, in words in the application
  attempt smallint not null default 1,
  issuance_id uuid unique references issuance,
  issued_on date,
  returned_on date,
  primary key (campaign_id, registration_id),
  foreign key (registration_id, authority_id) references registration (id, authority_id) on delete cascade,
  constraint campaign_recipient_says_why check (state not in ('excluded', 'failed') or reason is not null),
  constraint campaign_recipient_issued check (state not in ('issued', 'returned') or (issuance_id is not null and issued_on is not null)),
  constraint campaign_recipient_returned check ((state = 'returned') = (returned_on is not null))
);
create index campaign_recipient_in_order on campaign_recipient (campaign_id, state, walk_key, registration_id);
create index campaign_recipient_of on campaign_recipient (registration_id);

-- Mail that came back. The guidance stays issued; the address is not written to again until it changes.
create table mail_returned (
  id uuid primary key default gen_random_uuid(),
  registration_id uuid not null,
  authority_id smallint not null,
  campaign_id uuid references campaign on delete set null,
  address text not null,
  postcode text,
  returned_on date not null,
  reason text not null check (reason in ('gone_away', 'unknown', 'incomplete', 'refused', 'other')),
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  withdrawn_by uuid, withdrawn_at timestamptz,   -- a slip taken back
  foreign key (registration_id, authority_id) references registration (id, authority_id) on delete cascade
);
create index mail_returned_of on mail_returned (registration_id) where withdrawn_at is null;

alter table campaign enable row level security;
alter table campaign force row level security;
-- A campaign is seen by whoever reads one of its districts, and changed by whoever may write in all of them. Its recipients are
-- seen district by district.
create policy readable on campaign for select to lantern_app, lantern_owner, lantern_reader using (authority_ids && (select sec.readable())::smallint[]);
create policy insertable on campaign for insert to lantern_app, lantern_owner with check (authority_ids <@ (select sec.writable())::smallint[]);
create policy updatable on campaign for update to lantern_app, lantern_owner using (authority_ids <@ (select sec.writable())::smallint[])
  with check (authority_ids <@ (select sec.writable())::smallint[]);
create policy deletable on campaign for delete to lantern_app, lantern_owner using (authority_ids <@ (select sec.writable())::smallint[] and state = 'draft');
create policy worked on campaign to lantern_sec using (true) with check (true);
do $$
declare t text;
begin
  foreach t in array array['campaign_recipient', 'mail_returned'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy readable on %I for select to lantern_app, lantern_owner, lantern_reader using (authority_id = any ((select sec.readable())::smallint[]))', t);
    execute format('create policy insertable on %I for insert to lantern_app, lantern_owner with check (authority_id = any ((select sec.writable())::smallint[]))', t);
    execute format('create policy updatable on %I for update to lantern_app, lantern_owner using (authority_id = any ((select sec.writable())::smallint[]))
                      with check (authority_id = any ((select sec.writable())::smallint[]))', t);
    execute format('create policy deletable on %I for delete to lantern_app, lantern_owner using (authority_id = any ((select sec.writable())::smallint[]))', t);
    execute format('create policy searched on %I for select to lantern_sec using (true)', t);
    execute format('grant select on %I to lantern_app, lantern_reader, lantern_sec', t);
  end loop;
end $$;
grant select, insert, update, delete on campaign to lantern_app;
grant select, update on campaign to lantern_sec;
grant select on campaign, registration_contact to lantern_reader;
grant select on registration_contact to lantern_app;
grant insert, delete on campaign_recipient to lantern_app;
grant update (name, address, postcode, email, phone, walk_key, state, reason, attempt, issuance_id, issued_on, returned_on) on campaign_recipient to lantern_app;
grant insert, update (withdrawn_by, withdrawn_at) on mail_returned to lantern_app;

-- Who was reached stays known: a list is thrown away only while nothing has gone out.
create function keep_recipients() returns trigger language plpgsql as $$
begin
  if exists (select from campaign c where c.id = old.campaign_id and c.state not in ('draft', 'ready'))
     and exists (select from registration r where r.id = old.registration_id) then
    raise exception 'the list of a campaign that was begun is kept' using errcode = '55000', constraint = 'campaign_recipient_kept';
  end if;
  return old;
end $$;
create trigger campaign_recipient_kept before delete on campaign_recipient for each row execute function keep_recipients();

-- The population of a filter on a day, with everybody who is left out and why (`reason` null: goes out). One rule, for the dry
-- run, for the list that is fixed, and again for each when the turn comes (`among`).
create function campaign_population(filter jsonb, version uuid, channel text, on_day date, among uuid[] default null)
returns table (registration_id uuid, authority_id smallint, kind text, reference text, name text, address text, postcode text, email text, phone text,
               walk_key text, status text, reason text)
language sql stable parallel safe as $$
  select r.id, r.authority_id, r.kind, r.reference, c.name, c.address, c.postcode, c.email, c.phone, walk_key(c.address, c.postcode), s.status,
         case when s.status in ('revoked', 'surrendered', 'refused') then 'closed'
              when s.status <> all (coalesce((select array_agg(x) from jsonb_array_elements_text($1 -> 'statuses') x), '{current}')) then 'not_current'
              when r.kind <> all (v.audience) then 'not_audience'
              when $4 < v.effective_from or coalesce(v.counts_before, 'infinity') <= $4 then 'not_in_effect'
              when exists (select from guidance_in_force($4) f where f.registration_id = r.id and f.version_id = $2) then 'has_version'
              when $1 ->> 'gap' = 'owed' and exists (select from guidance_in_force($4) f where f.registration_id = r.id) then 'guidance_held'
              when $3 = 'letter' and (trim(c.address) = '' or c.postcode is null) then 'no_address'
              when $3 = 'letter' and exists (
                select from mail_returned m where m.registration_id = r.id and m.withdrawn_at is null
                   and m.address = c.address and m.postcode is not distinct from c.postcode) then 'address_returned'
              when $3 = 'email' and c.email is null then 'no_email'
              when $3 = 'sms_link' and c.phone is null then 'no_phone' end
    from registration r
    join registration_contact c on c.registration_id = r.id
    join registration_standing($4) s on s.registration_id = r.id
    join guidance_version_counts v on v.version_id = $2
   where r.authority_id = any (coalesce((select array_agg(x::smallint) from jsonb_array_elements_text($1 -> 'authorities') x), '{}'))
     and ($1 -> 'kinds' is null or r.kind = any ((select array_agg(x) from jsonb_array_elements_text($1 -> 'kinds') x)::text[]))
     and ($1 -> 'registers' is null or r.kind = any ((select array_agg(k.code) from licence_kind k where $1 -> 'registers' ? k.register)::text[]))
     and ($1 -> 'registrations' is null or r.id = any ((select array_agg(x::uuid) from jsonb_array_elements_text($1 -> 'registrations') x)::uuid[]))
     and ($1 -> 'postcodes' is null or exists (
       select from jsonb_array_elements_text($1 -> 'postcodes') x where starts_with(r.postcode_key, replace(upper(x), ' ', ''))))
     and ($5 is null or r.id = any ($5))
$$;

-- Gives one version to many at once: an issue each, covering as the rule of give_guidance says, in one statement.
create function give_guidance_to_many(licences uuid[], version uuid, occasion text, channel text, on_day date)
returns table (registration_id uuid, issuance_id uuid)
language sql volatile as $$
  insert into issuance (registration_id, authority_id, kind, version_id, occasion, channel, issued_on, covers_before, recorded_by)
  select r.id, r.authority_id, r.kind, $2, $3, $4, $5, cycle_end(r.anchor_on, $5), sec.me() from registration r where r.id = any ($1)
  returning issuance.registration_id, issuance.id
$$;

-- Takes up to `most` of those who wait, in walking order, and gives each the guidance, or leaves out whom the rule leaves out by
-- now. Everything in the transaction of the caller: a row that is taken is locked, and if the transaction dies it waits again, so
-- there is no claim to expire. Two at work at once take different rows. A campaign that was paused or cancelled gives no more:
-- its row is held here until the batch is done, so that whoever pauses it waits for that and knows.
create function campaign_batch(which uuid, most integer, on_day date, among uuid[] default null)
returns table (registration_id uuid, authority_id smallint, kind text, reference text, name text, address text, postcode text, email text, phone text,
               attempt smallint, issuance_id uuid, reason text)
language plpgsql volatile set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare c campaign; taken uuid[]; goes uuid[]; again uuid[];
begin
  select * into c from campaign where id = which and state = 'running' for share;
  if c.id is null then return; end if;
  select array_agg(x.registration_id) into taken from (
    select r.registration_id from campaign_recipient r
     where r.campaign_id = which and r.state = 'planned' and (among is null or r.registration_id = any (among))
     order by r.walk_key, r.registration_id limit most for update skip locked) x;
  if taken is null then return; end if;
  -- As things are now: the address of today, and whoever has been given it or has left since the list was fixed is left out. One
  -- who is sent it again holds that version, and is not left out for it.
  update campaign_recipient r
     set name = coalesce(p.name, r.name), address = coalesce(p.address, r.address), postcode = p.postcode, email = p.email, phone = p.phone,
         walk_key = coalesce(p.walk_key, r.walk_key),
         state = case when p.registration_id is null or (p.reason is not null and not (r.attempt > 1 and p.reason in ('has_version', 'guidance_held')))
                      then 'excluded' else r.state end,
         reason = case when p.registration_id is null then 'left' when r.attempt > 1 and p.reason in ('has_version', 'guidance_held') then null else p.reason end
    from unnest(taken) t(id) left join campaign_population(c.population, c.version_id, c.channel, on_day, taken) p on p.registration_id = t.id
   where r.campaign_id = which and r.registration_id = t.id;
  select array_agg(r.registration_id) filter (where r.issuance_id is null or exists (select from issuance_void x where x.issuance_id = r.issuance_id)),
         array_agg(r.registration_id)
    into goes, again
    from campaign_recipient r where r.campaign_id = which and r.registration_id = any (taken) and r.state = 'planned';
  with given as (select * from give_guidance_to_many(goes, c.version_id, c.occasion, c.channel, on_day))
  update campaign_recipient r
     set state = 'issued', reason = null, issuance_id = coalesce(g.issuance_id, r.issuance_id), issued_on = case when g.issuance_id is null then r.issued_on else on_day end
    from unnest(again) a(id) left join given g on g.registration_id = a.id
   where r.campaign_id = which and r.registration_id = a.id;
  return query
    select r.registration_id, r.authority_id, r.kind, r.reference, r.name, r.address, r.postcode, r.email, r.phone, r.attempt, r.issuance_id, r.reason
      from campaign_recipient r where r.campaign_id = which and r.registration_id = any (taken) order by r.walk_key, r.registration_id;
end $$;

grant execute on function walk_key, campaign_population to lantern_app, lantern_reader;
grant execute on function give_guidance_to_many, campaign_batch to lantern_app;

set local role lantern_sec;

-- Campaigns with something for the work to do: sent by this service, or whose rest was given by people.
create function sec.campaigns_at_work() returns setof uuid
language sql stable security definer set search_path = sec, public, pg_temp as $$
  select c.id from campaign c where c.state = 'running' and (c.channel in ('letter', 'email', 'sms_link') or c.rest_given_on is not null) order by c.started_at, c.id
$$;

-- The door of the work: acts as the person who started the campaign, in its districts only, while it runs and while they still may.
create function sec.enter_campaign(which uuid) returns table (account_id uuid, name text)
language plpgsql volatile security definer set search_path = sec, public, pg_temp as $$
#variable_conflict use_column
declare c campaign;
begin
  select * into c from campaign where id = which and state = 'running';
  if c.id is null
     or not exists (select from sec.reach(c.started_by) x where x.permission = 'runCampaigns' and c.authority_ids <@ x.authority_ids)
     or not exists (select from sec.account a where a.id = c.started_by and a.disabled_at is null) then return; end if;
  perform sec.seal(c.started_by, gen_random_uuid(), c.authority_ids, c.authority_ids, '{}', '');
  return query select a.id, a.name from sec.account a where a.id = c.started_by;
end $$;

-- One whose starter may no longer run it pauses, whoever finds it.
create function sec.stop_campaign(which uuid) returns void
language sql volatile security definer set search_path = sec, public, pg_temp as $$
  update campaign c set state = 'paused', failure = 'Who started this campaign may no longer run it. Somebody who may can resume it.'
   where c.id = which and c.state = 'running'
     and not (exists (select from sec.reach(c.started_by) x where x.permission = 'runCampaigns' and c.authority_ids <@ x.authority_ids)
              and exists (select from sec.account a where a.id = c.started_by and a.disabled_at is null))
$$;
revoke all on function sec.campaigns_at_work, sec.enter_campaign, sec.stop_campaign from public;
grant execute on function sec.campaigns_at_work, sec.enter_campaign, sec.stop_campaign to lantern_app, lantern_owner;
