-- The web signs people in, invites them and ends sessions only through these functions; it cannot read the tables.
set local role lantern_sec;

-- What sign-in needs of an account; the password is checked by the application. Unknown addresses give no row.
create function sec.sign_in_candidate(address text)
returns table (account_id uuid, password_hash text, totp_secret bytea, usable boolean)
language sql stable security definer set search_path = sec, pg_temp as $$
  select id, a.password_hash, a.totp_secret, disabled_at is null and a.password_hash is not null
    from sec.account a where email = lower(trim(address)) and kind = 'person'
$$;

create function sec.begin_session(who uuid, token bytea, stage_wanted text, agent_text text, hours integer default 8) returns uuid
language sql volatile security definer set search_path = sec, pg_temp as $$
  insert into sec.session (token_hash, account_id, stage, ends_at, agent)
  select sha256(token), id, stage_wanted, now() + least(hours, 8) * interval '1 hour', left(agent_text, 200)
    from sec.account where id = who and disabled_at is null and kind = 'person'
  returning id
$$;

-- The half-open session between password and second step: whose it is, and the seed to check the code against.
create function sec.second_step(token bytea)
returns table (account_id uuid, name text, email text, totp_secret bytea)
language sql stable security definer set search_path = sec, pg_temp as $$
  select a.id, a.name, a.email, a.totp_secret
    from sec.live_session(token, 'password') s join sec.account a on a.id = s.account_id where s.token_hash is not null
$$;

-- One code, one sign-in: true only for the first use of a step later than the last.
create function sec.use_totp_step(who uuid, step bigint) returns boolean
language sql volatile security definer set search_path = sec, pg_temp as $$
  with used as (update sec.account set totp_last_step = step
                 where id = who and (totp_last_step is null or totp_last_step < step) returning 1)
  select exists (select from used)
$$;

create function sec.touch(token bytea) returns void
language sql volatile security definer set search_path = sec, pg_temp as $$
  update sec.session set last_seen_at = now()
   where token_hash = sha256(token) and ended_at is null and last_seen_at < now() - interval '1 minute'
$$;

create function sec.end_session(token bytea, why text) returns void
language sql volatile security definer set search_path = sec, pg_temp as $$
  update sec.session set ended_at = now(), ended_why = why where token_hash = sha256(token) and ended_at is null
$$;

create function sec.end_sessions(who uuid, why text) returns integer
language sql volatile security definer set search_path = sec, pg_temp as $$
  with ended as (update sec.session set ended_at = now(), ended_why = why where account_id = who and ended_at is null returning 1)
  select count(*)::integer from ended
$$;

-- Two-step verification is set up from the half-open session, once: an account that has it cannot be given another seed here.
create function sec.enrol_second_step(token bytea, sealed bytea) returns uuid
language sql volatile security definer set search_path = sec, pg_temp as $$
  update sec.account set totp_secret = sealed, totp_last_step = null, version = version + 1
   where id = (select s.account_id from sec.live_session(token, 'password') s) and totp_secret is null returning id
$$;

-- A stored hash made with older parameters is replaced after a sign-in that proved the password.
create function sec.rehash_password(who uuid, old_hash text, new_hash text) returns void
language sql volatile security definer set search_path = sec, pg_temp as $$
  update sec.account set password_hash = new_hash where id = who and password_hash = old_hash
$$;

-- Refuses what the signed-in person may not do: the web's own check comes first, this is the second wall.
-- True or an error. In a query it stands in WHERE: an unused column of a subquery would never be evaluated.
create function sec.require(wanted text) returns boolean
language plpgsql stable security definer set search_path = sec, pg_temp as $$
begin
  if sec.part(5) = 'operator' then return true; end if;
  if sec.part(5) = '' and exists (select from sec.reach(sec.me()) r where r.permission = wanted) then return true; end if;
  raise exception 'not permitted' using errcode = '42501';
end $$;

-- The author of a change to accounts: the person of the session, whatever the statement says; the command line may name another.
create function sec.author(named uuid) returns uuid language sql stable parallel restricted
return case when sec.part(5) = 'operator' then coalesce(named, sec.me()) else sec.me() end;

create function sec.create_account(address text, full_name text) returns uuid
language sql volatile security definer set search_path = sec, pg_temp as $$
  select sec.require('manageAccounts');
  insert into sec.account (email, name) values (lower(trim(address)), trim(full_name)) returning id
$$;

-- Ends every session of the person, whatever changed: the next request signs in again with the new powers.
create function sec.set_disabled(who uuid, disabled boolean) returns void
language sql volatile security definer set search_path = sec, pg_temp as $$
  select sec.require('manageAccounts');
  update sec.account set disabled_at = case when disabled then now() end, version = version + 1 where id = who;
  select sec.end_sessions(who, 'account changed');
$$;

create function sec.grant_role(who uuid, role_name text, scope_kind text, scope_number smallint, author uuid) returns uuid
language plpgsql volatile security definer set search_path = sec, pg_temp as $$
declare made uuid;
begin
  perform sec.require('manageAccounts');
  if not exists (select from sec.role_permission where role = role_name) then raise exception 'unknown role' using errcode = '22023'; end if;
  insert into sec.role_grant (account_id, role, scope, scope_id, granted_by)
    values (who, role_name, scope_kind, scope_number, sec.author(author)) returning id into made;
  perform sec.end_sessions(who, 'roles changed');
  return made;
end $$;

create function sec.end_grant(grant_id uuid, author uuid) returns uuid
language plpgsql volatile security definer set search_path = sec, pg_temp as $$
declare holder uuid;
begin
  perform sec.require('manageAccounts');
  update sec.role_grant set ended_at = now(), ended_by = sec.author(author) where id = grant_id and ended_at is null returning account_id into holder;
  if holder is not null then perform sec.end_sessions(holder, 'roles changed'); end if;
  return holder;
end $$;

create function sec.invite(who uuid, token bytea, purpose_wanted text, author uuid, hours integer) returns void
language sql volatile security definer set search_path = sec, pg_temp as $$
  select sec.require('manageAccounts');
  update sec.invitation set used_at = now() where account_id = who and used_at is null;
  insert into sec.invitation (token_hash, account_id, purpose, created_by, expires_at)
    values (sha256(token), who, purpose_wanted, sec.author(author), now() + hours * interval '1 hour');
$$;
create function sec.invitation_for(token bytea) returns table (account_id uuid, name text, email text, purpose text, two_step boolean)
language sql stable security definer set search_path = sec, pg_temp as $$
  select a.id, a.name, a.email, i.purpose, a.totp_secret is not null from sec.invitation i join sec.account a on a.id = i.account_id
   where i.token_hash = sha256(token) and i.used_at is null and i.expires_at > now() and a.disabled_at is null
$$;
-- Uses the invitation and sets the password in one step; null if it was used or has expired.
create function sec.accept_invitation(token bytea, hash text) returns uuid
language plpgsql volatile security definer set search_path = sec, pg_temp as $$
declare holder uuid;
begin
  update sec.invitation set used_at = now()
   where token_hash = sha256(token) and used_at is null and expires_at > now() returning account_id into holder;
  if holder is null then return null; end if;
  update sec.account set password_hash = hash, version = version + 1 where id = holder and disabled_at is null;
  perform sec.end_sessions(holder, 'password changed');
  return holder;
end $$;

create function sec.accounts() returns table (id uuid, email text, name text, two_step boolean, has_password boolean,
  disabled boolean, last_seen_at timestamptz, version integer, roles jsonb)
language sql stable security definer set search_path = sec, pg_temp as $$
  select a.id, a.email, a.name, a.totp_secret is not null, a.password_hash is not null, a.disabled_at is not null,
         (select max(s.last_seen_at) from sec.session s where s.account_id = a.id), a.version,
         coalesce((select jsonb_agg(jsonb_build_object('id', g.id, 'role', g.role, 'scope', g.scope, 'scope_id', g.scope_id) order by g.role, g.scope, g.scope_id)
                     from sec.role_grant g where g.account_id = a.id and g.ended_at is null), '[]')
    from sec.account a where a.kind = 'person' and (select sec.require('manageAccounts'))
$$;
-- Names for histories and lists: who did it, as a name only.
create function sec.account_names(ids uuid[]) returns table (id uuid, name text)
language sql stable security definer set search_path = sec, pg_temp as $$
  select a.id, a.name from sec.account a where a.id = any(ids)
$$;

-- Login throttling survives a crash: buckets of guesses by account and by address, refilled over time.
create table sec.throttle (bucket text primary key, tokens double precision not null, at timestamptz not null);
create function sec.take_token(bucket_name text, capacity double precision, per_second double precision) returns boolean
language sql volatile security definer set search_path = sec, pg_temp as $$
  insert into sec.throttle as t values (bucket_name, capacity - 1, now())
  on conflict (bucket) do update
    set tokens = greatest(-1, least(capacity, t.tokens + extract(epoch from now() - t.at) * per_second) - 1), at = now()
  returning tokens >= 0
$$;

revoke all on all functions in schema sec from public;
grant execute on all functions in schema sec to lantern_app;
revoke execute on function sec.seal, sec.mark, sec.enter_operator, sec.live_session, sec.reach, sec.author from lantern_app;
grant execute on all functions in schema sec to lantern_owner;
revoke execute on function sec.seal, sec.mark from lantern_owner;
grant select, insert, update, delete on sec.role_permission, sec.scope_authority to lantern_owner;
