-- Premises, guest houses and houses in multiple occupation stand at locations: one location, many registrations.
set local role lantern_owner;

-- What two ways of writing one address have in common: folded words without the postcode.
create function place_key(words text) returns text language sql stable parallel safe as $$
  select fold_name(regexp_replace(coalesce(words, ''), '\m[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}\M', ' ', 'gi'))
$$;

-- A place in one district. Truth of where it is: metres on the British National Grid (EPSG:27700). Many have none yet: they stay,
-- and pages say how many are not on the map.
create table location (
  id uuid primary key default gen_random_uuid(),
  authority_id smallint not null references authority,
  name text not null default '',                    -- as its sign says: "The Queens Head"
  address text not null default '',                 -- lines, separated by line feeds, without the postcode
  postcode text check (postcode = upper(postcode)),
  postcode_key text collate "C" generated always as (replace(postcode, ' ', '')) stored,
  match_key text collate "C" not null,              -- postcode and folded address: the same words are the same place
  uprn bigint check (uprn between 1 and 999999999999),
  easting integer, northing integer,
  placed_by text check (placed_by in ('register', 'postcode', 'officer')),
  point geometry(Point, 27700) generated always as (st_setsrid(st_makepoint(easting, northing), 27700)) stored,
  district text,                                    -- code of the outline that holds the point, where outlines are known
  version integer not null default 1,
  created_at timestamptz not null default now(),
  constraint location_place unique (id, authority_id),
  constraint location_once unique (authority_id, match_key),
  constraint location_grid check ((easting is null) = (northing is null) and (easting is null) = (placed_by is null)
    and easting between 0 and 700000 and northing between 0 and 1300000)
);
create index location_by_postcode on location (authority_id, postcode_key) where postcode_key is not null;
create index location_by_uprn on location (authority_id, uprn) where uprn is not null;
create index location_points on location using gist (point);
create index location_unplaced on location (authority_id, id) where easting is null;

alter table registration add location_id uuid;
alter table registration add particulars jsonb not null default '{}' check (jsonb_typeof(particulars) = 'object'); -- what the register says besides
alter table registration add constraint registration_location foreign key (location_id, authority_id) references location (id, authority_id);
create index registration_at_location on registration (location_id) where location_id is not null;

-- Two locations found to be one: which went into which, with all that it said. Written once.
create table location_merge (
  id uuid primary key default gen_random_uuid(),
  authority_id smallint not null,
  kept_id uuid not null,
  gone_id uuid not null,
  gone jsonb not null,
  moved uuid[] not null,                            -- registrations that stood at the one that went
  merged_by uuid not null, merged_at timestamptz not null default now(),
  foreign key (kept_id, authority_id) references location (id, authority_id)
);
create index location_merge_kept on location_merge (kept_id);

-- Two locations looked at and found to be two: not suggested again.
create table location_distinct (
  authority_id smallint not null,
  one_id uuid not null, other_id uuid not null,
  said_by uuid not null, said_at timestamptz not null default now(),
  primary key (one_id, other_id),
  constraint location_distinct_ordered check (one_id < other_id),
  foreign key (one_id, authority_id) references location (id, authority_id) on delete cascade,
  foreign key (other_id, authority_id) references location (id, authority_id) on delete cascade
);

-- Who answers for a place, over time: [starts_on, ends_before). One designated premises supervisor at a time (Licensing Act 2003
-- s.15); a change of supervisor and a transfer are occasions on which guidance is given anew.
create table place_role (
  id uuid primary key default gen_random_uuid(),
  registration_id uuid not null,
  authority_id smallint not null,
  role text not null check (role in ('licence_holder', 'dps', 'manager', 'owner', 'proprietor', 'hmo_manager')),
  name text not null check (length(trim(name)) between 1 and 200),
  contact text not null default '',
  starts_on date not null,
  ends_before date,
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  foreign key (registration_id, authority_id) references registration (id, authority_id) on delete cascade,
  constraint place_role_dates check (ends_before is null or ends_before > starts_on),
  constraint place_role_one_at_a_time exclude using gist (registration_id with =, role with =, daterange(starts_on, ends_before) with &&)
    where (role in ('dps', 'licence_holder'))
);
create index place_role_of on place_role (registration_id, starts_on desc);

-- Schemes that a place may belong to, and when it did.
create table scheme (code text primary key, name text not null, position smallint not null);
create table scheme_membership (
  id uuid primary key default gen_random_uuid(),
  location_id uuid not null,
  authority_id smallint not null,
  scheme text not null references scheme,
  starts_on date not null,
  ends_before date,
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  foreign key (location_id, authority_id) references location (id, authority_id),
  constraint scheme_membership_dates check (ends_before is null or ends_before > starts_on),
  constraint scheme_membership_once exclude using gist (location_id with =, scheme with =, daterange(starts_on, ends_before) with &&)
);
create index scheme_membership_of on scheme_membership (location_id);

-- Where postcodes are (ONS Postcode Directory or Code-Point Open), and outlines of districts and wards. Public facts, no secrets.
create table postcode_place (
  postcode_key text collate "C" primary key,
  easting integer not null, northing integer not null,
  district text
);
create table outline (
  kind text not null check (kind in ('district', 'ward')),
  code text not null,
  name text not null,
  shape geometry(MultiPolygon, 27700) not null,
  source text not null default '',
  primary key (kind, code)
);
create index outline_shapes on outline using gist (shape);

do $$
declare t text;
begin
  foreach t in array array['location', 'location_merge', 'location_distinct', 'place_role', 'scheme_membership'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy readable on %I for select to lantern_app, lantern_owner, lantern_reader
                      using (authority_id = any ((select sec.readable())::smallint[]))', t);
    execute format('create policy insertable on %I for insert to lantern_app, lantern_owner
                      with check (authority_id = any ((select sec.writable())::smallint[]))', t);
    execute format('create policy updatable on %I for update to lantern_app, lantern_owner
                      using (authority_id = any ((select sec.writable())::smallint[]))
                      with check (authority_id = any ((select sec.writable())::smallint[]))', t);
    execute format('create policy deletable on %I for delete to lantern_app, lantern_owner
                      using (authority_id = any ((select sec.writable())::smallint[]))', t);
    execute format('create policy searched on %I for select to lantern_sec using (true)', t);
    execute format('grant select on %I to lantern_app, lantern_reader, lantern_sec', t);
  end loop;
end $$;
grant insert, update, delete on location to lantern_app;
grant insert on location_merge, location_distinct to lantern_app;
grant insert, update (ends_before) on place_role, scheme_membership to lantern_app;
grant update (location_id) on scheme_membership to lantern_app; -- when two locations are found to be one
grant delete on scheme_membership to lantern_app;
grant select on scheme, postcode_place, outline to lantern_app, lantern_reader, lantern_sec;

-- The key by which the same words are the same place. Nothing but a name: the name stands for the address.
create function location_key(name text, address text, postcode text) returns text language sql stable parallel safe as $$
  select coalesce(upper(replace(postcode, ' ', '')), '') || '|' || coalesce(nullif(place_key(address), ''), place_key(name))
$$;

-- The location that these words name, found or made. Where it is: as the register says, else where its postcode is.
create function settle_location(place smallint, said_name text, said_address text, said_postcode text, said_uprn bigint default null,
  said_easting integer default null, said_northing integer default null) returns uuid
language plpgsql volatile as $$
declare
  key text := location_key(said_name, said_address, said_postcode);
  found_id uuid;
  e integer := said_easting; n integer := said_northing; how text := case when said_easting is not null then 'register' end;
begin
  if said_uprn is not null then
    select l.id into found_id from location l where l.authority_id = place and l.uprn = said_uprn limit 1;
  end if;
  if found_id is null then select l.id into found_id from location l where l.authority_id = place and l.match_key = key; end if;
  if found_id is not null then return found_id; end if;
  if e is null then
    select p.easting, p.northing, 'postcode' into e, n, how from postcode_place p where p.postcode_key = upper(replace(said_postcode, ' ', ''));
  end if;
  insert into location (authority_id, name, address, postcode, match_key, uprn, easting, northing, placed_by, district)
  values (place, coalesce(said_name, ''), coalesce(said_address, ''), said_postcode, key, said_uprn, e, n, how,
          (select o.code from outline o where o.kind = 'district' and st_covers(o.shape, st_setsrid(st_makepoint(e, n), 27700)) order by o.code limit 1))
  on conflict (authority_id, match_key) do update set version = location.version
  returning id into found_id;
  return found_id;
end $$;

-- Places every location that has no point and whose postcode is known now; says how many.
create function place_by_postcode() returns bigint
language plpgsql volatile as $$
declare many bigint;
begin
  update location l set easting = p.easting, northing = p.northing, placed_by = 'postcode',
         district = (select o.code from outline o where o.kind = 'district'
                      and st_covers(o.shape, st_setsrid(st_makepoint(p.easting, p.northing), 27700)) order by o.code limit 1)
    from postcode_place p where l.easting is null and p.postcode_key = l.postcode_key;
  get diagnostics many = row_count;
  return many;
end $$;

-- Assigns each placed location the district whose outline holds it.
create function assign_districts() returns bigint
language plpgsql volatile as $$
declare many bigint;
begin
  update location l set district = o.code
    from outline o where o.kind = 'district' and l.point is not null and st_covers(o.shape, l.point) and l.district is distinct from o.code;
  get diagnostics many = row_count;
  return many;
end $$;

-- Locations that may be one, likeliest first: the same UPRN; the same postcode and a like name; the same postcode and house number.
create function location_suggestions(most integer default 200)
returns table (one_id uuid, other_id uuid, why text, weight real)
language sql stable as $$
  select a.id, b.id, w.why, w.weight
    from location a
    join location b on b.authority_id = a.authority_id and b.postcode_key = a.postcode_key and b.id > a.id
   cross join lateral (
     select case when a.uprn = b.uprn then 'the same property number (UPRN)'
                 when a.name <> '' and place_key(a.name) = place_key(b.name) then 'the same name and postcode'
                 when a.name <> '' and b.name <> '' and similarity(place_key(a.name), place_key(b.name)) > 0.45 then 'a like name and the same postcode'
                 when similarity(place_key(a.address), place_key(b.address)) > 0.8
                      and substring(place_key(a.address) from '\d+[a-z]?') is not distinct from substring(place_key(b.address) from '\d+[a-z]?')
                   then 'a like address and the same postcode' end as why,
            case when a.uprn = b.uprn then 2
                 when a.name <> '' and place_key(a.name) = place_key(b.name) then 1.5
                 else greatest(similarity(place_key(a.name), place_key(b.name)), similarity(place_key(a.address), place_key(b.address))) end::real as weight) w
   where w.why is not null and (a.uprn is null or b.uprn is null or a.uprn = b.uprn)
     and not exists (select from location_distinct d where d.one_id = a.id and d.other_id = b.id)
   order by w.weight desc, a.id, b.id limit most
$$;
grant execute on function place_key, location_key, settle_location, place_by_postcode, assign_districts, location_suggestions
  to lantern_app, lantern_sec, lantern_reader;

set local role lantern_sec;
-- Of each authority the caller may count: locations with a current registration of a place, and of how many some registration there has
-- guidance in force: a hotel that sells alcohol counts once. Register null: both registers of places together.
create function sec.coverage_of_locations(on_day date)
returns table (authority_id smallint, register text, locations bigint, issued bigint, acknowledged bigint)
language plpgsql stable security definer rows 24 set search_path = sec, public, pg_temp as $$
#variable_conflict use_column
declare allowed smallint[] := sec.countable();
begin
  if allowed is null or cardinality(allowed) = 0 then return; end if;
  return query
    select x.authority_id, x.register, count(*), count(*) filter (where x.issued), count(*) filter (where x.acknowledged)
      from (select s.authority_id, k.register, r.location_id, bool_or(c.issued) as issued, bool_or(c.acknowledged) as acknowledged
              from sec.stretch s join licence_kind k on k.number = s.kind join sec.cover_on(on_day) c on c.id = s.cover
              join registration r on r.id = s.registration_id
             where s.starts_on <= on_day and s.ends_before > on_day and s.authority_id = any (allowed) and r.location_id is not null
             group by grouping sets ((s.authority_id, r.location_id, k.register), (s.authority_id, r.location_id))) x
     group by x.authority_id, x.register order by x.authority_id, x.register nulls last;
end $$;
revoke all on function sec.coverage_of_locations from public;
grant execute on function sec.coverage_of_locations to lantern_app, lantern_owner, lantern_reader;
