-- Authorities, partnerships and organisations are rows with dates, copied from Config; so are licence kinds.
set local role lantern_owner;

create table csp (
  id smallint primary key,
  name text not null unique
);

-- A licensing authority. `code` is its ONS code. Authorities merge and are re-parented without losing history: dates.
create table authority (
  id smallint primary key,
  code text not null,
  name text not null unique,
  slug text not null unique check (slug ~ '^[a-z][a-z-]*$'),
  csp_id smallint references csp,
  starts_on date not null default '1974-04-01',
  ends_before date,
  constraint authority_dates_in_order check (ends_before is null or ends_before > starts_on)
);

create table organisation (
  id smallint primary key,
  kind text not null,
  name text not null unique,
  starts_on date not null default '1974-04-01',
  ends_before date,
  constraint organisation_dates_in_order check (ends_before is null or ends_before > starts_on)
);

-- Which authorities an organisation acts for, and since when.
create table organisation_authority (
  organisation_id smallint not null references organisation,
  authority_id smallint not null references authority,
  starts_on date not null default '1974-04-01',
  ends_before date,
  primary key (organisation_id, authority_id, starts_on)
);

-- A kind of licence, its legal base and the terms it is granted for. Source and date stand in Config/licence-kinds.json.
create table licence_kind (
  code text primary key check (code ~ '^[a-z][a-z_]*$'),
  number smallint not null unique generated always as identity,  -- stands for the code where rows must be narrow
  register text not null,           -- which register it belongs to: drivers, operators ...
  legal_base text not null,
  term_months smallint[] not null,  -- terms offered, the standard one first; empty: no end
  position smallint not null
);

-- What the installation is told once, such as whether its data are invented.
create table setting (name text primary key, value text not null);

grant select on setting to lantern_app, lantern_reader, lantern_sec;
grant select on csp, authority, organisation, organisation_authority, licence_kind to lantern_app, lantern_sec, lantern_reader;
grant references on authority to lantern_sec;
