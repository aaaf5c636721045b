-- A register comes in from a file: staged, compared with what is held, looked at, then applied whole or not at all.
set local role lantern_owner;

-- One file for one authority. States follow one another; the worker moves it through checking and applying.
create table import_run (
  id uuid primary key default gen_random_uuid(),
  authority_id smallint not null references authority,
  file_name text not null,
  file_hash bytea not null check (length(file_hash) = 32),
  file_bytes bigint not null,
  state text not null default 'uploaded' check (state in ('uploaded', 'checking', 'checked', 'applying', 'applied', 'failed', 'cancelled')),
  mapping jsonb,                       -- what each column is read as, and the answers about dates and words
  phase text not null default '',      -- what is being done, in words
  done bigint not null default 0,
  total bigint not null default 0,
  counts jsonb not null default '{}',  -- new, changed, unchanged, rejected, missing
  failure text,
  started_by uuid not null,
  started_at timestamptz not null default now(),
  applied_at timestamptz,
  lease_until timestamptz
);
create index import_run_latest on import_run (started_at desc, id);
create index import_run_waiting on import_run (started_at) where state in ('checking', 'applying');

-- A row of a file, as it was read and what it would do. Typed, so that applying is a few statements over the set.
create table import_row (
  run_id uuid not null references import_run on delete cascade,
  authority_id smallint not null,
  line integer not null,
  outcome text not null check (outcome in ('new', 'changed', 'unchanged', 'rejected', 'missing')),
  reason text not null default '',     -- why rejected; for a changed row what changes, in words
  original text not null default '',   -- a rejected row as it stands in the file
  reference text not null default '', name text not null default '',
  registration_id uuid, party_id uuid,
  kind text, badge text, is_business boolean, family_name text, given_names text, trading_name text,
  address text, postcode text, email text, phone text,
  starts_on date, ends_before date, inferred boolean not null default false, anchor_on date,
  restriction text, restricted_on date,
  digest bytea,
  primary key (run_id, outcome, line)
);

-- Where the words of a licence last came from, and the digest of that line: the same line again changes nothing.
create table import_source (
  registration_id uuid primary key references registration on delete cascade,
  authority_id smallint not null,
  run_id uuid not null references import_run,
  line integer not null,
  digest bytea not null
);
create index import_source_run on import_source (run_id);

create table saved_mapping (
  authority_id smallint not null references authority,
  name text not null check (length(trim(name)) between 1 and 60),
  mapping jsonb not null,
  saved_at timestamptz not null default now(),
  primary key (authority_id, name)
);

do $$
declare t text;
begin
  foreach t in array array['import_run', 'import_row', 'import_source', 'saved_mapping'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy readable on %I for select to lantern_app, lantern_owner using (authority_id = any ((select sec.readable())::smallint[]))', t);
    execute format('create policy writable on %I to lantern_app, lantern_owner using (authority_id = any ((select sec.writable())::smallint[]))
                      with check (authority_id = any ((select sec.writable())::smallint[]))', t);
    execute format('create policy worked on %I to lantern_sec using (true) with check (true)', t);
    execute format('grant select, insert, update, delete on %I to lantern_app', t);
    execute format('grant select, insert, update, delete on %I to lantern_sec', t);
  end loop;
end $$;

-- The staging table that COPY fills. COPY does not work under row level security, so the web may add to this one and read nothing.
create unlogged table import_line (
  run_id uuid not null,
  line integer not null,
  reference text, reference_key text, kind text, badge text, family_name text, given_names text, operator_name text, trading_name text,
  search_name text, status text, status_date date, starts_on date, expires_on date, first_granted_on date, address text, postcode text,
  email text, phone text, canonical text
);
create index import_line_run on import_line (run_id);
grant insert on import_line to lantern_app;
grant select, insert, delete on import_line to lantern_sec;

-- After a whole register came in, the planner has to know.
create function analyze_registers() returns void
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  analyze party; analyze registration; analyze registration_word; analyze name_word; analyze term; analyze restriction; analyze import_source;
end $$;
revoke all on function analyze_registers from public;
grant execute on function analyze_registers to lantern_app;

set local role lantern_sec;

-- The next run that waits, claimed for a while: a worker that dies leaves it to another.
create function sec.claim_import() returns uuid
language sql volatile security definer set search_path = sec, public, pg_temp as $$
  update import_run set lease_until = now() + interval '2 minutes'
   where id = (select id from import_run where state in ('checking', 'applying') and (lease_until is null or lease_until < now())
                order by started_at for update skip locked limit 1)
  returning id
$$;

-- The door of the worker: acts as the person who started the run, in that run's authority only, and only while they still may.
create function sec.enter_import(run uuid) returns table (account_id uuid, name text, authority_id smallint)
language plpgsql volatile security definer set search_path = sec, public, pg_temp as $$
#variable_conflict use_column
declare r import_run;
begin
  select * into r from import_run where id = run and state in ('checking', 'applying');
  if r.id is null or not exists (
    select from sec.reach(r.started_by) x where x.permission = 'importRegister' and r.authority_id = any (x.authority_ids)) then return; end if;
  perform sec.seal(r.started_by, gen_random_uuid(), array[r.authority_id], array[r.authority_id], '{}', '');
  return query select a.id, a.name, r.authority_id from sec.account a where a.id = r.started_by and a.disabled_at is null;
end $$;

-- Forgets what an earlier check of the run found, before the file is read again.
create function sec.begin_import(run uuid) returns void
language plpgsql volatile security definer set search_path = sec, public, pg_temp as $$
begin
  if not exists (select from import_run r where r.id = run and r.authority_id = any (sec.writable())) then
    raise exception 'not permitted' using errcode = '42501';
  end if;
  delete from import_line where run_id = run;
  delete from import_row where run_id = run;
end $$;

-- Compares what was staged with what is held. A field that the file does not carry is never compared: it cannot change.
-- (No nested loops: the tables have just been filled, so that the planner does not know yet how many rows they have.)
create function sec.compare_import(run uuid, mapped text[], today date) returns void
language plpgsql volatile security definer set search_path = sec, public, pg_temp
set plan_cache_mode = force_custom_plan set enable_nestloop = off as $$
declare place smallint := (select r.authority_id from import_run r where r.id = run and r.authority_id = any (sec.writable()));
begin
  if place is null then raise exception 'not permitted' using errcode = '42501'; end if;
  insert into import_row (run_id, authority_id, line, outcome, reason, original, reference, name, registration_id, party_id, kind, badge, is_business,
                          family_name, given_names, trading_name, address, postcode, email, phone, starts_on, ends_before, inferred, anchor_on,
                          restriction, restricted_on, digest)
  with read as (
    select l.*, lower(l.kind) as code, sha256(convert_to(l.canonical, 'UTF8')) as digest,
           l.operator_name is not null and l.family_name is null and l.given_names is null as business,
           coalesce(l.expires_on + 1, case when l.status = 'EXPIRED' then l.status_date end) as ends_before
      from import_line l where l.run_id = run),
  dated as (
    select r.*,
           coalesce(r.starts_on,
             case when r.ends_before is not null then
               case when r.ends_before > today
                    then (r.ends_before - make_interval(years => (extract(year from age(r.ends_before, today))::integer + 1)))::date
                    else (r.ends_before - interval '1 year')::date end
                  when r.status = 'CURRENT' then coalesce(r.first_granted_on, r.status_date, today) end) as begins
      from read r),
  held as (
    select g.id, g.kind as code, upper(regexp_replace(g.reference, '\s', '', 'g')) as key, g.badge, g.trading_name, g.term_ends_before, g.reference as shown,
           p.id as party_id, p.name, p.kind = 'business' as business, p.family_name, p.given_names, p.address, p.postcode, p.email, p.phone, s.digest,
           (select b.kind from restriction b where b.registration_id = g.id and b.starts_on <= today and (b.lifted_on is null or b.lifted_on > today)
             order by array_position(array['revocation', 'surrender', 'refusal', 'suspension'], b.kind) limit 1) as restriction
      from registration g join party p on p.id = g.party_id left join import_source s on s.registration_id = g.id
     where g.authority_id = place),
  compared as (
    select d.*, h.id as held_id, h.party_id as held_party, h.digest as held_digest,
           case d.status when 'SUSPENDED' then 'suspension' when 'REVOKED' then 'revocation' when 'SURRENDERED' then 'surrender' when 'REFUSED' then 'refusal' end as barred,
           case when h.id is null or h.digest = d.digest then '' else concat_ws('; ',
             case when 'badge' = any (mapped) and h.badge is distinct from d.badge then format('Badge number from %s to %s', coalesce(h.badge, 'nothing'), coalesce(d.badge, 'nothing')) end,
             case when mapped && array['familyName', 'operatorName'] and (h.family_name, h.given_names) is distinct from
                       (coalesce(d.family_name, d.operator_name, ''), coalesce(d.given_names, ''))
                  then format('Name from %s to %s', h.name, trim(concat_ws(' ', d.given_names, coalesce(d.family_name, d.operator_name)))) end,
             case when 'tradingName' = any (mapped) and h.trading_name is distinct from d.trading_name then format('Trading name from %s to %s', coalesce(h.trading_name, 'nothing'), coalesce(d.trading_name, 'nothing')) end,
             case when 'postcode' = any (mapped) and h.postcode is distinct from d.postcode then format('Postcode from %s to %s', coalesce(h.postcode, 'nothing'), coalesce(d.postcode, 'nothing')) end,
             case when 'addressLine' = any (mapped) and h.address is distinct from coalesce(d.address, '') then 'Address' end,
             case when 'email' = any (mapped) and h.email is distinct from d.email then format('E-mail from %s to %s', coalesce(h.email, 'nothing'), coalesce(d.email, 'nothing')) end,
             case when 'phone' = any (mapped) and h.phone is distinct from d.phone then format('Telephone from %s to %s', coalesce(h.phone, 'nothing'), coalesce(d.phone, 'nothing')) end,
             case when 'expiry' = any (mapped) and d.ends_before is not null and h.term_ends_before is distinct from d.ends_before
                  then format('Last day from %s to %s', coalesce((h.term_ends_before - 1)::text, 'none'), d.ends_before - 1) end,
             case when 'status' = any (mapped) and h.restriction is distinct from
                       case d.status when 'SUSPENDED' then 'suspension' when 'REVOKED' then 'revocation' when 'SURRENDERED' then 'surrender' when 'REFUSED' then 'refusal' end
                  then format('Standing from %s to %s', coalesce(h.restriction, 'none against it'), lower(d.status)) end) end as changes
      from dated d left join held h on h.code = d.code and h.key = d.reference_key)
  select run, place, c.line,
         case when c.begins >= c.ends_before then 'rejected' when c.held_id is null then 'new'
              when c.held_digest = c.digest or c.changes = '' then 'unchanged' else 'changed' end,
         case when c.begins >= c.ends_before then format('the licence ends on %s, before it starts on %s', c.ends_before - 1, c.begins) else c.changes end,
         '', c.reference, left(trim(concat_ws(' ', c.given_names, coalesce(c.family_name, c.operator_name, c.trading_name, c.reference))), 200),
         coalesce(c.held_id, gen_random_uuid()), coalesce(c.held_party, gen_random_uuid()), c.code, c.badge, c.business,
         coalesce(c.family_name, c.operator_name, c.trading_name, c.reference), coalesce(c.given_names, ''), c.trading_name,
         coalesce(c.address, ''), c.postcode, c.email, c.phone, c.begins, c.ends_before, c.starts_on is null and c.begins is not null,
         coalesce(c.begins, c.status_date, today), c.barred, least(coalesce(c.status_date, today), today), c.digest
    from compared c;
  -- Held by us and not in the file, for decision: nobody is deleted by an import. Of the kinds only that the file speaks of.
  insert into import_row (run_id, authority_id, line, outcome, reference, name, registration_id, kind)
    select run, place, row_number() over (order by g.sort_name, g.id), 'missing', g.reference, p.name, g.id, g.kind
      from registration g join party p on p.id = g.party_id
     where g.authority_id = place and g.kind in (select distinct lower(l.kind) from import_line l where l.run_id = run)
       and not exists (select from import_row x where x.run_id = run and x.registration_id = g.id and x.outcome <> 'missing');
  delete from import_line where run_id = run;
end $$;

revoke all on function sec.claim_import, sec.enter_import, sec.begin_import, sec.compare_import from public;
grant execute on function sec.claim_import, sec.enter_import, sec.begin_import, sec.compare_import to lantern_app, lantern_owner;

-- A run whose starter may no longer import stops, whoever finds it.
create function sec.stop_import(run uuid) returns void
language sql volatile security definer set search_path = sec, public, pg_temp as $$
  update import_run set state = 'failed', phase = '', lease_until = null, failure = 'Who started this import may no longer import. Nothing was changed.'
   where id = run and state in ('checking', 'applying')
     and not exists (select from sec.reach(started_by) x where x.permission = 'importRegister' and authority_id = any (x.authority_ids))
$$;
revoke all on function sec.stop_import from public;
grant execute on function sec.stop_import to lantern_app, lantern_owner;
