-- A session begins only with a proof that the application itself made, so that injected SQL cannot make one.
set local role lantern_sec;

-- The proof is keyed by a secret that lies in the application's key directory and in sec.key, which no connection of the web may read.
-- It binds account, token and stage; the nesting is that of sec.mark.
create function sec.set_session_key(secret bytea) returns void
language sql volatile security definer set search_path = sec, pg_temp as $$
  insert into sec.key (name, secret) values ('sessions', set_session_key.secret)
  on conflict (name) do update set secret = excluded.secret where sec.key.secret is distinct from excluded.secret
$$;

create function sec.session_proof(who uuid, token bytea, stage text) returns bytea
language sql stable security definer set search_path = sec, pg_temp as $$
  select sha256(k.secret || sha256(k.secret || convert_to(concat_ws('|', who, encode(sha256(token), 'hex'), stage), 'UTF8')))
    from sec.key k where k.name = 'sessions'
$$;

drop function sec.begin_session(uuid, bytea, text, text, integer);
create function sec.begin_session(who uuid, token bytea, stage_wanted text, agent_text text, proof bytea, hours integer default 8) returns uuid
language plpgsql volatile security definer set search_path = sec, pg_temp as $$
declare made uuid;
begin
  if proof is distinct from sec.session_proof(who, token, stage_wanted) or proof is null then
    raise exception 'a session begins only with the proof of the application' using errcode = '42501', constraint = 'session_proven';
  end if;
  insert into sec.session (token_hash, account_id, stage, ends_at, agent)
  select sha256(token), a.id, stage_wanted, now() + least(hours, 8) * interval '1 hour', left(agent_text, 200)
    from sec.account a where a.id = who and a.disabled_at is null and a.kind = 'person'
  returning id into made;
  return made;
end $$;

revoke all on function sec.set_session_key, sec.session_proof, sec.begin_session from public;
grant execute on function sec.set_session_key to lantern_owner;
grant execute on function sec.begin_session to lantern_app;
