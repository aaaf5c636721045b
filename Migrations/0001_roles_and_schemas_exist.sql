-- The database has its roles, schemas and extensions; nobody holds more than their work needs.
-- lantern_owner migrates and owns; lantern_sec owns what must not be read by the web (accounts, sessions, the audit chain);
-- lantern_app runs the web; lantern_reader reads reports. Roles belong to the whole server, so they may exist already.
do $$
declare r text;
begin
  foreach r in array array['lantern_owner', 'lantern_sec', 'lantern_reader'] loop
    if not exists (select from pg_roles where rolname = r) then execute format('create role %I nologin', r); end if;
  end loop;
  if not exists (select from pg_roles where rolname = 'lantern_app') then create role lantern_app login; end if;
exception when duplicate_object or unique_violation then null; -- another database of the same server made them just now
end $$;

create extension if not exists postgis;
create extension if not exists pg_trgm;
create extension if not exists btree_gist;
create extension if not exists pgcrypto;
create extension if not exists unaccent;
create extension if not exists fuzzystrmatch;

-- A new function is nobody's until it is granted (PostgreSQL would give it to everybody).
alter default privileges for role lantern_owner, lantern_sec revoke execute on functions from public;

create schema sec authorization lantern_sec;
create schema audit authorization lantern_sec;

revoke all on schema public from public;
grant usage, create on schema public to lantern_owner;
grant usage on schema public to lantern_sec, lantern_app, lantern_reader;
grant usage on schema sec, audit to lantern_owner, lantern_app;
do $$
begin
  execute format('revoke temporary on database %I from public', current_database());
  execute format('grant connect on database %I to lantern_app, lantern_reader', current_database());
end $$;
