-- Accounts, role grants, invitations and sessions exist, and a session alone decides what a transaction may see.
set local role lantern_sec;

-- One row a person who may sign in, or a named system actor (command line, scheduled work) which never can.
create table sec.account (
  id uuid primary key default gen_random_uuid(),
  kind text not null default 'person' check (kind in ('person', 'system')),
  email text not null,
  name text not null check (length(trim(name)) between 1 and 120),
  password_hash text,
  totp_secret bytea,             -- sealed by the application key; null until two-step verification is set up
  totp_last_step bigint,         -- the last 30-second step that was used: one code, one sign-in
  disabled_at timestamptz,
  created_at timestamptz not null default now(),
  version integer not null default 1,
  constraint account_email_form check (email = lower(trim(email)) and (kind = 'system' or position('@' in email) > 1)),
  constraint account_email_unique unique (email),
  constraint account_system_has_no_password check (kind = 'person' or password_hash is null)
);

-- Which role may do what: copied from Config/roles.json by `lantern migrate`, so that policies can read it.
create table sec.role_permission (
  role text not null,
  permission text not null,
  primary key (role, permission)
);

-- A role held by a person in a scope, from a day. Ended, never deleted.
create table sec.role_grant (
  id uuid primary key default gen_random_uuid(),
  account_id uuid not null references sec.account,
  role text not null,
  scope text not null check (scope in ('authority', 'csp', 'organisation', 'everywhere')),
  scope_id smallint,
  granted_at timestamptz not null default now(),
  granted_by uuid references sec.account,
  ended_at timestamptz,
  ended_by uuid references sec.account,
  constraint role_grant_scope_named check ((scope = 'everywhere') = (scope_id is null))
);
create unique index role_grant_once on sec.role_grant (account_id, role, scope, coalesce(scope_id, -1)) where ended_at is null;

-- Which authorities a scope reaches: kept by the owner's tables of authorities (see the next migration).
create table sec.scope_authority (
  scope text not null,
  scope_id smallint not null,
  authority_id smallint not null,
  primary key (scope, scope_id, authority_id)
);

create table sec.session (
  token_hash bytea primary key,
  id uuid not null default gen_random_uuid() unique,
  account_id uuid not null references sec.account,
  stage text not null check (stage in ('password', 'full')), -- 'password' is confined to the second step
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  ends_at timestamptz not null,
  ended_at timestamptz,
  ended_why text,
  agent text not null default ''
);
create index session_account on sec.session (account_id) where ended_at is null;

-- Invitations and password resets: a token known by its hash only, used once.
create table sec.invitation (
  token_hash bytea primary key,
  account_id uuid not null references sec.account,
  purpose text not null check (purpose in ('welcome', 'reset')),
  created_at timestamptz not null default now(),
  created_by uuid references sec.account,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index invitation_account on sec.invitation (account_id);

create table sec.key (name text primary key, secret bytea not null);
insert into sec.key values ('context', gen_random_bytes(32));

-- Idle sessions end after 30 minutes, all after eight hours (figures live here so that no caller can choose them).
create function sec.live_session(token bytea, stage_wanted text) returns sec.session
language sql stable security definer set search_path = sec, pg_temp as $$
  select s.* from sec.session s join sec.account a on a.id = s.account_id
   where s.token_hash = sha256(token) and s.stage = stage_wanted and s.ended_at is null
     and s.ends_at > now() and s.last_seen_at > now() - interval '30 minutes' and a.disabled_at is null
$$;

-- The authorities in which an account holds each permission, today.
create function sec.reach(who uuid) returns table (permission text, authority_ids smallint[], everywhere boolean)
language sql stable security definer set search_path = sec, pg_temp as $$
  select p.permission, coalesce(array_agg(distinct x.authority_id) filter (where x.authority_id is not null), '{}'),
         bool_or(g.scope = 'everywhere')
    from sec.role_grant g
    join sec.role_permission p on p.role = g.role
    left join sec.scope_authority x
      on g.scope = 'everywhere' or (x.scope = g.scope and x.scope_id = g.scope_id)
   where g.account_id = who and g.ended_at is null
   group by p.permission
$$;

-- The keyed hash of a context, nested so that nobody can lengthen what was hashed (half the cost of pgcrypto's hmac).
create function sec.mark(body text) returns bytea
language plpgsql stable security definer set search_path = sec, pg_temp as $$
declare secret bytea;
begin
  select k.secret into secret from sec.key k where k.name = 'context';
  return sha256(secret || sha256(secret || convert_to(body, 'UTF8')));
end $$;
revoke all on function sec.mark from public;

-- Seals a context into the transaction: account, session, the authorities it may read, write and count, backend and start of
-- transaction, with a keyed hash. A plain setting could be forged by injected SQL; this one cannot, nor be replayed later.
create function sec.seal(who uuid, session uuid, readable smallint[], writable smallint[], countable smallint[], flags text) returns void
language plpgsql volatile security definer set search_path = sec, pg_temp as $$
declare body text := concat_ws('|', who, session, readable::text, writable::text, flags, pg_backend_pid(),
                               extract(epoch from transaction_timestamp()), countable::text);
begin
  perform set_config('lantern.context', body || '#' || encode(sec.mark(body), 'hex'), true);
end $$;
revoke all on function sec.seal from public;

-- Part n of the sealed context. Restricted in parallel plans: a worker has another backend number. Policies ask through
-- (select ...), which the leader answers once and hands to its workers.
create function sec.part(n integer) returns text
language plpgsql stable parallel restricted security definer set search_path = sec, pg_temp as $$
declare
  whole text := current_setting('lantern.context', true);
  body text;
  secret bytea;
begin
  if whole is null or whole = '' then return null; end if;
  body := split_part(whole, '#', 1);
  select k.secret into secret from sec.key k where k.name = 'context'; -- sec.mark, said here again: this runs for every policy
  if split_part(whole, '#', 2) is distinct from encode(sha256(secret || sha256(secret || convert_to(body, 'UTF8'))), 'hex')
     or split_part(body, '|', 6) <> pg_backend_pid()::text
     or split_part(body, '|', 7) <> extract(epoch from transaction_timestamp())::text then
    raise exception 'the context of this transaction is not genuine' using errcode = '42501';
  end if;
  return split_part(body, '|', n);
end $$;

-- Written as expressions bound here and now, so that they are inlined and no search path can change their meaning.
create function sec.me() returns uuid language sql stable parallel restricted return nullif(sec.part(1), '')::uuid;
create function sec.readable() returns smallint[] language sql stable parallel restricted return nullif(sec.part(3), '')::smallint[];
create function sec.writable() returns smallint[] language sql stable parallel restricted return nullif(sec.part(4), '')::smallint[];
create function sec.countable() returns smallint[] language sql stable parallel restricted return nullif(sec.part(8), '')::smallint[];

-- The one door of the web: verifies the session, seals the context, and answers who it is. No row: no live session.
-- One plpgsql function with two statements whose plans are kept: it stands before every request.
create function sec.enter(token bytea)
returns table (account_id uuid, session_id uuid, name text, email text, last_seen_at timestamptz, two_step boolean, reach jsonb)
language plpgsql volatile security definer set search_path = sec, pg_temp as $$
#variable_conflict use_column
declare readable smallint[]; writable smallint[]; countable smallint[];
begin
  select s.account_id, s.id, a.name, a.email, s.last_seen_at, a.totp_secret is not null
    into enter.account_id, enter.session_id, enter.name, enter.email, enter.last_seen_at, enter.two_step
    from sec.session s join sec.account a on a.id = s.account_id
   where s.token_hash = sha256(token) and s.stage = 'full' and s.ended_at is null
     and s.ends_at > now() and s.last_seen_at > now() - interval '30 minutes' and a.disabled_at is null;
  if not found then return; end if;
  select coalesce(jsonb_object_agg(x.permission, to_jsonb(x.authority_ids)), '{}'),
         coalesce(max(x.authority_ids) filter (where x.permission = 'readRegister'), '{}'),
         coalesce(max(x.authority_ids) filter (where x.permission = 'editRegister'), '{}'),
         coalesce(max(x.authority_ids) filter (where x.permission = 'readCoverage'), '{}')
    into enter.reach, readable, writable, countable
    from (select p.permission, coalesce(array_agg(distinct g.authority_id order by g.authority_id) filter (where g.authority_id is not null), '{}') as authority_ids
            from (select distinct r.role, y.authority_id
                    from sec.role_grant r
                    left join sec.scope_authority y on r.scope = 'everywhere' or (y.scope = r.scope and y.scope_id = r.scope_id)
                   where r.account_id = enter.account_id and r.ended_at is null) g
            join sec.role_permission p on p.role = g.role
           group by p.permission) x;
  perform sec.seal(enter.account_id, enter.session_id, readable, writable, countable, '');
  return next;
end $$;

-- The door of the command line and of migrations: only the owner of the database can pass it.
create function sec.enter_operator(operator text) returns uuid
language plpgsql volatile security definer set search_path = sec, pg_temp as $$
declare account uuid; everyone smallint[];
begin
  select id into account from sec.account where email = 'operator:' || lower(operator);
  if account is null then -- written once, so that later commands may read in a read-only transaction
    insert into sec.account (kind, email, name) values ('system', 'operator:' || lower(operator), 'Command line (' || operator || ')')
      on conflict (email) do update set name = excluded.name returning id into account;
  end if;
  select coalesce(array_agg(distinct authority_id), '{}') into everyone from sec.scope_authority;
  perform sec.seal(account, gen_random_uuid(), everyone, everyone, everyone, 'operator');
  return account;
end $$;
revoke all on function sec.enter_operator from public;

revoke all on all functions in schema sec from public;
grant execute on function sec.enter, sec.part, sec.me, sec.readable, sec.writable, sec.countable to lantern_app, lantern_owner, lantern_reader;
grant execute on function sec.enter_operator to lantern_owner;
