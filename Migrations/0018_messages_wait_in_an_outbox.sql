-- What is to be sent waits in an outbox: written with its issue in one transaction, sent once, tried again, or given up with a reason.
set local role lantern_owner;

create table delivery (
  id uuid primary key default gen_random_uuid(),
  authority_id smallint not null,
  registration_id uuid not null,
  issuance_id uuid references issuance,
  campaign_id uuid,
  purpose text not null check (purpose in ('guidance', 'reminder')),
  channel text not null check (channel in ('email', 'sms')),
  recipient text not null,                          -- the address or number as it was when the message was written
  name text not null,
  subject text not null,
  body text not null,                               -- holds a link that works once: emptied when a carrier has taken the message
  -- What a carrier is told, so that the same message is never taken twice although an answer was lost.
  reference text not null unique default 'lantern-' || gen_random_uuid(),
  state text not null default 'queued' check (state in ('queued', 'leased', 'sent', 'delivered', 'failed', 'dead', 'cancelled')),
  not_before timestamptz not null,
  attempts smallint not null default 0,
  lease_until timestamptz,
  carrier text,                                     -- who took it: outbox, smtp, notify
  provider_id text,
  last_error text not null default '',
  made_by uuid not null,
  made_at timestamptz not null,
  settled_at timestamptz,
  foreign key (registration_id, authority_id) references registration (id, authority_id) on delete cascade,
  constraint delivery_leased_until check ((state = 'leased') = (lease_until is not null))
);
create index delivery_waiting on delivery (not_before) where state in ('queued', 'leased');
create index delivery_of on delivery (registration_id, made_at desc);
create index delivery_latest on delivery (made_at desc, id);
create index delivery_troubled on delivery (made_at desc, id) where state in ('failed', 'dead');
-- One message of a purpose for an issue: asked for twice, it goes once. Reminders have a rung each.
alter table delivery add rung smallint not null default 0;
create unique index delivery_once on delivery (issuance_id, purpose, rung) where state <> 'cancelled';

alter table delivery enable row level security;
alter table delivery force row level security;
create policy readable on delivery for select to lantern_app, lantern_owner, lantern_reader using (authority_id = any ((select sec.readable())::smallint[]));
create policy insertable on delivery for insert to lantern_app, lantern_owner with check (authority_id = any ((select sec.writable())::smallint[]));
create policy updatable on delivery for update to lantern_app, lantern_owner using (authority_id = any ((select sec.writable())::smallint[]))
  with check (authority_id = any ((select sec.writable())::smallint[]));
create policy worked on delivery to lantern_sec using (true) with check (true);
grant select, insert on delivery to lantern_app;
grant update (state, not_before, attempts, last_error, settled_at) on delivery to lantern_app; -- trying again, or no longer
grant select, update on delivery to lantern_sec;
grant select on delivery to lantern_reader;

-- Writes a message with a link for each of these issues that can be reached by the channel and has none yet. Says how many.
create function queue_messages(ids uuid[], via text, why text, rung_now smallint, campaign uuid, origin text, moment timestamptz, days integer) returns bigint
language plpgsql volatile as $$
declare many bigint;
begin
  with wanted as (
    select i.id, i.registration_id, i.authority_id, i.issued_on, c.title, c.number, k.name, case via when 'email' then k.email else k.phone end as recipient,
           gen_random_bytes(32) as token
      from issuance i join guidance_version_counts c on c.version_id = i.version_id join registration_contact k on k.registration_id = i.registration_id
     where i.id = any (ids) and case via when 'email' then k.email else k.phone end is not null
       and not exists (select from acknowledgement a where a.issuance_id = i.id)
       and not exists (select from issuance_void v where v.issuance_id = i.id)
       and not exists (select from delivery d where d.issuance_id = i.id and d.purpose = why and d.rung = rung_now and d.state <> 'cancelled')),
  -- A volatile token must be made once for each row, and be the same in both tables.
  made as materialized (select *, rtrim(translate(encode(token, 'base64'), '+/' || chr(10), '-_'), '=') as words from wanted),
  linked as (
    insert into acknowledgement_link (token_hash, issuance_id, registration_id, authority_id, made_by, made_at, expires_at)
    select sha256(token), id, registration_id, authority_id, sec.me(), moment, moment + make_interval(days => days) from made returning 1)
  insert into delivery (authority_id, registration_id, issuance_id, campaign_id, purpose, channel, recipient, name, subject, body, not_before, made_by, made_at, rung)
  select m.authority_id, m.registration_id, m.id, campaign, why, via, m.recipient, m.name,
         case why when 'reminder' then 'Please acknowledge: ' else '' end || m.title,
         case when via = 'sms'
              then format('Licensing: read and acknowledge your safeguarding guidance: %s/a/%s', origin, m.words)
              else concat_ws(E'\n\n', 'To ' || m.name,
                case why when 'reminder' then 'You were given safeguarding guidance on ' || to_char(m.issued_on, 'FMDD Month YYYY') || ', and have not acknowledged it yet.'
                         else 'This is the safeguarding guidance that goes with your licence: ' || m.title || ', version ' || m.number || '.' end,
                'Read it and acknowledge it here. It takes about three minutes, and needs no account:',
                origin || '/a/' || m.words,
                'The link works once, until ' || to_char(moment + make_interval(days => days), 'FMDD Month YYYY') || '.',
                'If somebody is in danger now, call 999. If you are worried about a young person, call 101.') end,
         moment, sec.me(), moment, rung_now
    from made m;
  get diagnostics many = row_count;
  return many;
end $$;
grant execute on function queue_messages to lantern_app;

-- Who has not acknowledged what asks for it, with how long it has been and which reminder that deserves: one rule, asked of a day.
-- rung: 0 none yet; 1, 2 … the step of the ladder that has been reached; escalated: beyond its last step.
create function chase_list(on_day date, steps smallint[])
returns table (issuance_id uuid, registration_id uuid, authority_id smallint, version_id uuid, issued_on date, days integer, rung smallint, escalated boolean)
language sql stable as $$
  select f.issuance_id, f.registration_id, r.authority_id, f.version_id, f.issued_on, on_day - f.issued_on,
         (select count(*) from unnest(steps) s where on_day - f.issued_on >= s)::smallint,
         on_day - f.issued_on >= steps[cardinality(steps)]
    from (select distinct on (g.registration_id) g.* from guidance_in_force(on_day) g
           where g.requires_acknowledgement
             and not exists (select from guidance_in_force(on_day) h join acknowledgement a on a.issuance_id = h.issuance_id and a.acknowledged_on <= on_day
                              where h.registration_id = g.registration_id)
           order by g.registration_id, g.issued_on desc) f
    join registration_standing(on_day) s on s.registration_id = f.registration_id and s.status = 'current'
    join registration r on r.id = f.registration_id
$$;
grant execute on function chase_list to lantern_app, lantern_reader, lantern_sec;

set local role lantern_sec;
-- Takes messages that wait, for two minutes: a worker that dies leaves them to another. Its reference keeps the carrier from sending twice.
create function sec.lease_messages(most integer, moment timestamptz)
returns table (id uuid, channel text, recipient text, name text, subject text, body text, reference text, attempts smallint)
language sql volatile security definer set search_path = sec, public, pg_temp as $$
  update delivery d set state = 'leased', lease_until = moment + interval '2 minutes', attempts = d.attempts + 1
   where d.id in (select w.id from delivery w where (w.state = 'queued' and w.not_before <= moment) or (w.state = 'leased' and w.lease_until <= moment)
                   order by w.not_before, w.id for update skip locked limit most)
  returning d.id, d.channel, d.recipient, d.name, d.subject, d.body, d.reference, d.attempts
$$;

-- What became of a message. Only who holds it may say so: a lease that ran out says nothing any more.
create function sec.settle_message(message uuid, attempt smallint, became text, by_carrier text, provider text, problem text, again_at timestamptz, moment timestamptz)
returns boolean language plpgsql volatile security definer set search_path = sec, public, pg_temp as $$
begin
  if became not in ('sent', 'queued', 'failed', 'dead') then raise exception 'no such outcome' using errcode = '22023'; end if;
  update delivery d set state = became, lease_until = null, carrier = coalesce(by_carrier, d.carrier), provider_id = coalesce(provider, d.provider_id),
         last_error = left(coalesce(problem, ''), 300), not_before = coalesce(again_at, d.not_before), settled_at = case when became = 'queued' then null else moment end,
         -- The link lives in the message alone; where nobody can fetch it any more it is gone. The local outbox is read by people.
         body = case when became = 'sent' and by_carrier <> 'outbox' then '' else d.body end
   where d.id = message and d.state = 'leased' and d.attempts = attempt;
  return found;
end $$;

-- What a carrier reports afterwards.
create function sec.report_message(provider text, became text, problem text, moment timestamptz) returns boolean
language plpgsql volatile security definer set search_path = sec, public, pg_temp as $$
begin
  update delivery d set state = became, last_error = left(coalesce(problem, ''), 300), settled_at = moment
   where d.provider_id = provider and d.state in ('sent', 'delivered') and became in ('delivered', 'failed');
  return found;
end $$;
revoke all on function sec.lease_messages, sec.settle_message, sec.report_message from public;
grant execute on function sec.lease_messages, sec.settle_message, sec.report_message to lantern_app, lantern_owner;
