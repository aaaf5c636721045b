-- Hot spots are areas with a state; every step is a recorded decision, and a designation takes two people and a consultation.
set local role lantern_owner;

create sequence hot_spot_number;

-- Label: a place and nothing else. Area in metres on the British National Grid.
create table hot_spot (
  id uuid primary key default gen_random_uuid(),
  authority_id smallint not null references authority,        -- the district that holds its middle
  csp_id smallint not null references csp,
  reference text not null unique default 'HS-' || lpad(nextval('hot_spot_number')::text, 4, '0'),
  name text not null check (length(trim(name)) between 3 and 120),
  area geometry(MultiPolygon, 27700) not null,
  drawn_from text not null check (drawn_from in ('circle', 'postcode', 'coordinates', 'geojson', 'cluster')),
  theme text not null check (theme in ('night_time', 'transport', 'accommodation', 'fast_food', 'open_space', 'premises', 'other')),
  reason_codes text[] not null check (cardinality(reason_codes) > 0 and reason_codes <@ array['intel_cluster', 'repeat_premises_concern',
    'missing_episode_location_aggregate', 'night_time_economy', 'transport_hub', 'fast_food_cluster', 'accommodation_cluster', 'park_open_space',
    'challenge_test_failure', 'community_info']),
  state text not null check (state in ('suggested', 'proposed', 'designated', 'under_response', 'monitoring', 'de_designated', 'rejected')),
  proposed_by uuid, proposed_on date,
  designated_by uuid, designated_on date,
  review_by date,
  ended_on date,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  constraint hot_spot_place unique (id, authority_id),
  constraint hot_spot_area_sound check (not st_isempty(area) and st_isvalid(area) and st_area(area) between 100 and 25000000),
  constraint hot_spot_proposed_by_somebody check (state in ('suggested', 'rejected') or (proposed_by is not null and proposed_on is not null)),
  constraint hot_spot_designated_by_another check (designated_by is distinct from proposed_by or designated_by is null),
  constraint hot_spot_designated_with_review check (state not in ('designated', 'under_response', 'monitoring')
    or (designated_by is not null and designated_on is not null and review_by is not null)),
  constraint hot_spot_ended_on_a_day check ((state in ('de_designated', 'rejected')) = (ended_on is not null))
);
create index hot_spot_areas on hot_spot using gist (area);
create index hot_spot_by_authority on hot_spot (authority_id, state);

-- What was decided, why, by whom; written once. A designation and its extension name the second person.
create table hot_spot_decision (
  id uuid primary key default gen_random_uuid(),
  hot_spot_id uuid not null,
  authority_id smallint not null,
  kind text not null check (kind in ('suggest', 'propose', 'designate', 'extend', 'respond', 'monitor', 'de_designate', 'reject')),
  reason_codes text[] not null default '{}',
  reason text not null check (length(trim(reason)) between 3 and 2000),
  meeting text not null default '' check (length(meeting) <= 120),
  decided_on date not null,
  review_by date,
  decided_by uuid not null,
  second_person uuid,                            -- of a designation: who proposed it
  recorded_at timestamptz not null default now(),
  foreign key (hot_spot_id, authority_id) references hot_spot (id, authority_id),
  constraint hot_spot_decision_two_people check (kind <> 'designate' or (second_person is not null and second_person <> decided_by)),
  constraint hot_spot_decision_review check ((kind in ('designate', 'extend')) = (review_by is not null)),
  constraint hot_spot_decision_review_in_time check (review_by > decided_on and review_by <= decided_on + 90)
);
create index hot_spot_decision_of on hot_spot_decision (hot_spot_id, recorded_at desc);
create trigger hot_spot_decision_never_changes before update or delete on hot_spot_decision for each row execute function never_change();

-- The Missing Children, CSE and Trafficking Group is asked and answers; its view is recorded, never a child.
create table hot_spot_consultation (
  id uuid primary key default gen_random_uuid(),
  hot_spot_id uuid not null,
  authority_id smallint not null,
  asked_on date not null,
  answered_on date,
  view text check (view in ('supports', 'supports_with_comments', 'does_not_support')),
  comments text not null default '' check (length(comments) <= 2000),
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  foreign key (hot_spot_id, authority_id) references hot_spot (id, authority_id),
  constraint hot_spot_consultation_answer check ((answered_on is null) = (view is null) and (answered_on is null or answered_on >= asked_on))
);
create index hot_spot_consultation_of on hot_spot_consultation (hot_spot_id, asked_on);
create unique index hot_spot_consultation_one_open on hot_spot_consultation (hot_spot_id) where answered_on is null;

do $$
declare t text;
begin
  foreach t in array array['hot_spot', 'hot_spot_decision', 'hot_spot_consultation'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy readable on %I for select to lantern_app, lantern_owner, lantern_reader
                      using (authority_id = any ((select sec.held(''readHotSpots''))::smallint[]))', t);
    execute format('create policy insertable on %I for insert to lantern_app, lantern_owner
                      with check (authority_id = any ((select sec.held(''proposeHotSpots'', ''designateHotSpots''))::smallint[]))', t);
    execute format('create policy updatable on %I for update to lantern_app, lantern_owner
                      using (authority_id = any ((select sec.held(''proposeHotSpots'', ''designateHotSpots''))::smallint[]))
                      with check (authority_id = any ((select sec.held(''proposeHotSpots'', ''designateHotSpots''))::smallint[]))', t);
    execute format('create policy searched on %I for select to lantern_sec using (true)', t);
    execute format('grant select on %I to lantern_app, lantern_reader, lantern_sec', t);
    execute format('grant insert on %I to lantern_app', t);
  end loop;
end $$;
grant update on hot_spot to lantern_app;
grant update (answered_on, view, comments) on hot_spot_consultation to lantern_app;
grant usage on sequence hot_spot_number to lantern_app;

-- A designation rests on an answer of the group, whatever the form forgot.
create function hot_spot_consulted() returns trigger language plpgsql as $$
begin
  if new.kind = 'designate' and not exists (select from hot_spot_consultation c where c.hot_spot_id = new.hot_spot_id and c.answered_on <= new.decided_on) then
    raise exception 'designated before the group answered' using errcode = '23514', constraint = 'hot_spot_decision_consulted';
  end if;
  return new;
end $$;
create trigger hot_spot_decision_consulted before insert on hot_spot_decision for each row execute function hot_spot_consulted();

set local role lantern_sec;
-- Places with a current licence in a hot spot or so many metres around it, and whether some registration there has guidance in
-- force: asked by partners who may not read registers, so names of places only, never of holders.
create function sec.hot_spot_places(which uuid, metres double precision, on_day date)
returns table (location_id uuid, authority_id smallint, name text, address text, postcode text, easting integer, northing integer, registers text,
               distance double precision, issued boolean, acknowledged boolean)
language plpgsql stable security definer rows 200 set search_path = sec, public, pg_temp as $$
#variable_conflict use_column
declare allowed smallint[] := sec.held('readHotSpots'); shape geometry;
begin
  select h.area into shape from hot_spot h where h.id = which and h.authority_id = any (allowed);
  if shape is null then return; end if;
  return query
    select l.id, l.authority_id, l.name, l.address, l.postcode, l.easting, l.northing, string_agg(distinct k.register, ',' order by k.register),
           st_distance(l.point, shape), coalesce(bool_or(c.issued), false), coalesce(bool_or(c.acknowledged), false)
      from location l
      join registration r on r.location_id = l.id
      join sec.stretch s on s.registration_id = r.id and s.starts_on <= on_day and s.ends_before > on_day
      join licence_kind k on k.number = s.kind
      left join sec.cover_on(on_day) c on c.id = s.cover
     where st_dwithin(l.point, shape, metres) and l.authority_id = any (allowed)
     group by l.id order by 9, l.name collate "C", l.id;
end $$;

-- Coverage of each hot spot and the metres around it against the rest of its district, in one statement.
create function sec.hot_spot_coverage(metres double precision, on_day date)
returns table (hot_spot_id uuid, inside bigint, inside_issued bigint, outside bigint, outside_issued bigint)
language plpgsql stable security definer rows 50 set search_path = sec, public, pg_temp as $$
#variable_conflict use_column
declare allowed smallint[] := sec.held('readHotSpots');
begin
  return query
    with place as materialized (
      select r.location_id as id, s.authority_id, bool_or(coalesce(c.issued, false)) as issued
        from sec.stretch s join registration r on r.id = s.registration_id left join sec.cover_on(on_day) c on c.id = s.cover
       where s.starts_on <= on_day and s.ends_before > on_day and s.authority_id = any (allowed) and r.location_id is not null
       group by r.location_id, s.authority_id),
    district as (select p.authority_id, count(*) as many, count(*) filter (where p.issued) as issued from place p group by p.authority_id)
    select h.id, coalesce(i.many, 0), coalesce(i.issued, 0), coalesce(d.many, 0) - coalesce(i.own, 0), coalesce(d.issued, 0) - coalesce(i.own_issued, 0)
      from hot_spot h
      left join district d on d.authority_id = h.authority_id
      left join lateral (
        select count(*) as many, count(*) filter (where p.issued) as issued, count(*) filter (where p.authority_id = h.authority_id) as own,
               count(*) filter (where p.authority_id = h.authority_id and p.issued) as own_issued
          from location l join place p on p.id = l.id where st_dwithin(l.point, h.area, metres)) i on true
     where h.authority_id = any (allowed);
end $$;

-- Locations in and around a hot spot, of those whose licences the caller reads: for campaigns, whose worker holds no role.
create function sec.locations_near_hot_spot(which uuid, metres double precision) returns setof uuid
language sql stable security definer rows 100 set search_path = sec, public, pg_temp as $$
  select l.id from hot_spot h join location l on st_dwithin(l.point, h.area, $2)
   where h.id = $1 and l.authority_id = any ((select sec.readable())::smallint[])
$$;
revoke all on function sec.hot_spot_places, sec.hot_spot_coverage, sec.locations_near_hot_spot from public;
grant execute on function sec.hot_spot_places, sec.hot_spot_coverage, sec.locations_near_hot_spot to lantern_app, lantern_owner, lantern_reader;

set local role lantern_owner;
-- A campaign may be narrowed to the surroundings of a hot spot: {"hotSpot": "uuid", "metres": 250}.
grant execute on function hot_spot_consulted to lantern_app;
create or replace function campaign_population(filter jsonb, version uuid, channel text, on_day date, among uuid[] default null)
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
     and ($1 -> 'hotSpot' is null or r.location_id in (
       select x from sec.locations_near_hot_spot(($1 ->> 'hotSpot')::uuid, coalesce(($1 ->> 'metres')::double precision, 0)) x))
     and ($5 is null or r.id = any ($5))
$$;
