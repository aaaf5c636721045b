-- Every write appends its entries, last in its transaction, to one hash chain that nobody may change.
set local role lantern_sec;

create table audit.head (
  one boolean primary key default true check (one),
  log_id uuid not null default gen_random_uuid(),
  seq bigint not null default 0,
  hash bytea not null default decode(repeat('00', 32), 'hex')
);
insert into audit.head default values;

-- `body` is canonical JSON made by the application and hashed as the exact bytes stored here:
-- hash = sha256("audit-v1" 0x00 || seq (8 bytes) || previous hash || length of body (8 bytes) || body).
create table audit.entry (
  seq bigint primary key,
  hash bytea not null,
  body text not null
);

-- Before and after values, kept apart so that they can be weeded: the body holds only sha256(salt || detail).
create table audit.detail (
  seq bigint primary key references audit.entry,
  salt bytea not null,
  detail text not null
);

create table audit.subject (
  subject_id uuid not null,
  seq bigint not null references audit.entry,
  authority_id smallint,
  primary key (subject_id, seq)
);

create function audit.never_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is only ever added to' using errcode = '55000', constraint = 'audit_never_changes';
end $$;
create trigger entry_never_changes before update or delete or truncate on audit.entry for each statement execute function audit.never_change();
create trigger subject_never_changes before update or delete or truncate on audit.subject for each statement execute function audit.never_change();

-- Appends entries in order. Called once, as the last statement: the head row is locked from here to the commit.
-- subjects: one text a entry, "uuid:authority" items separated by spaces (authority may be empty).
create function audit.append(bodies text[], salts text[], details text[], subjects text[]) returns bigint
language plpgsql volatile security definer set search_path = audit, sec, pg_temp as $$
declare
  h audit.head;
  i integer;
  body bytea;
begin
  if sec.me() is null then raise exception 'an audit entry needs an author' using errcode = '42501'; end if;
  select * into h from audit.head for update;
  for i in 1 .. cardinality(bodies) loop
    if bodies[i]::jsonb ->> 'by' is distinct from sec.me()::text then
      raise exception 'an audit entry names another author' using errcode = '42501';
    end if;
    body := convert_to(bodies[i], 'UTF8');
    h.seq := h.seq + 1;
    h.hash := sha256('audit-v1'::bytea || '\x00'::bytea || int8send(h.seq) || h.hash || int8send(length(body)) || body);
    insert into audit.entry values (h.seq, h.hash, bodies[i]);
    if details[i] is not null then insert into audit.detail values (h.seq, decode(salts[i], 'hex'), details[i]); end if;
    insert into audit.subject (subject_id, seq, authority_id)
      select distinct on (split_part(x, ':', 1)) split_part(x, ':', 1)::uuid, h.seq, nullif(split_part(x, ':', 2), '')::smallint
        from unnest(string_to_array(subjects[i], ' ')) x where x <> '';
  end loop;
  update audit.head set seq = h.seq, hash = h.hash;
  return h.seq;
end $$;

-- Sign-in happens before there is anybody to be: these entries are made for an account by the sign-in itself.
create function audit.append_sign_in(who uuid, body text) returns bigint
language plpgsql volatile security definer set search_path = audit, sec, pg_temp as $$
declare
  before text := current_setting('lantern.context', true);
  made bigint;
begin
  if (body::jsonb ->> 'verb') is null or body::jsonb ->> 'verb' not in ('signIn', 'signInFailed', 'signOut', 'acceptInvitation', 'enrolSecondStep') then
    raise exception 'not a sign-in entry' using errcode = '42501';
  end if;
  -- marked: being this person here opens nothing (sec.require refuses it), and it ends with the entry
  perform sec.seal(who, gen_random_uuid(), '{}', '{}', '{}', 'sign_in');
  made := audit.append(array[body], array[null::text], array[null::text], array[who || ':']);
  perform set_config('lantern.context', coalesce(before, ''), true);
  return made;
end $$;

-- The history of one record, newest first, for those who may read its authority.
create function audit.history(subject uuid, before_seq bigint, page integer)
returns table (seq bigint, body text, detail text)
language sql stable security definer set search_path = audit, sec, pg_temp as $$
  select e.seq, e.body, d.detail
    from audit.subject s join audit.entry e on e.seq = s.seq left join audit.detail d on d.seq = e.seq
   where s.subject_id = subject and s.seq < coalesce(before_seq, 9223372036854775807)
     and (s.authority_id is null or s.authority_id = any (sec.readable()))
   order by s.seq desc limit least(page, 200)
$$;

-- The whole log, newest first, for those who may read it.
create function audit.page(before_seq bigint, page integer) returns table (seq bigint, body text)
language sql stable security definer set search_path = audit, sec, pg_temp as $$
  select e.seq, e.body from audit.entry e
   where (select sec.require('readAudit')) and e.seq < coalesce(before_seq, 9223372036854775807) order by e.seq desc limit least(page, 200)
$$;

-- What the verifier and the checkpoint writer read: plain rows, recomputed in Swift, never a verdict of the database.
create function audit.head_now() returns table (log_id uuid, seq bigint, hash bytea)
language sql stable security definer set search_path = audit, pg_temp as $$ select log_id, seq, hash from audit.head $$;

revoke all on all functions in schema audit from public;
grant execute on function audit.append, audit.append_sign_in, audit.history, audit.page, audit.head_now to lantern_app, lantern_owner;
grant select on audit.entry, audit.detail, audit.subject, audit.head to lantern_owner;
