-- Fills a county with invented premises and places to stay, a tenth of them near the middles of towns, and hot spots there. As superuser:
--   set lantern.places = '145000'; set lantern.spots = '40'; set lantern.volume_day = '2026-11-23' (all optional); then this file.
-- After volume.sql, or on an empty register whose kinds and authorities are there. Deterministic.
begin;
set local session_replication_role = replica; -- what triggers would keep is filled in set-wise below; keys hold by construction
insert into licence_kind (code, register, legal_base, term_months, position) values
  ('premises_licence', 'premises', 'Licensing Act 2003 Part 3', '{}', 5), ('hotel', 'accommodation', 'None', '{}', 10) on conflict do nothing;
create temporary table town on commit drop as
select * from (values (1::smallint, 395900, 270700), (2::smallint, 377700, 245900), (3::smallint, 404200, 267600), (4::smallint, 385000, 254900), (5::smallint, 389900, 263200),
  (6::smallint, 383100, 276700)) t (authority_id, easting, northing);
create temporary table stands on commit drop as
select n, md5('place' || n)::uuid as location_id, md5('standing' || n)::uuid as id, md5('keeper' || n)::uuid as party_id, t.authority_id,
       case when n % 8 = 0 then 'hotel' else 'premises_licence' end as kind,
       t.easting + case when n % 10 = 0 then x.e % 1200 - 600 else x.e % 24000 - 12000 end as easting,
       t.northing + case when n % 10 = 0 then x.o % 1200 - 600 else x.o % 24000 - 12000 end as northing,
       coalesce(nullif(current_setting('lantern.volume_day', true), '')::date, current_date) as today
  from generate_series(1, coalesce(nullif(current_setting('lantern.places', true), '')::integer, 145000)) n
  join town t on t.authority_id = n % 6 + 1
 cross join lateral (select (hashint8extended(n, 1) & 1073741823)::integer as e, (hashint8extended(n, 2) & 1073741823)::integer as o) x;
insert into party (id, authority_id, kind, name, family_name, address, postcode)
  select party_id, authority_id, 'business', 'Keeper ' || n || ' Ltd', 'Keeper ' || n, n || ' Quay Street', 'WR1 1AA' from stands;
insert into location (id, authority_id, name, address, postcode, match_key, easting, northing, placed_by)
  select location_id, authority_id, 'The Volume Arms ' || n, n || ' Quay Street', 'WR1 1AA', 'WR11AA|volume ' || n, easting, northing, 'register' from stands;
insert into registration (id, authority_id, kind, reference, party_id, trading_name, sort_name, postcode_key, anchor_on, location_id)
  select id, authority_id, kind, 'VOL/' || n, party_id, 'The Volume Arms ' || n, 'the volume arms ' || n, 'WR11AA', today - n % 3000 - 30, location_id from stands;
insert into term (id, registration_id, authority_id, kind, event, starts_on, granted_on)
  select md5('term of place' || n)::uuid, id, authority_id, kind, 'grant', today - n % 3000 - 30, today - n % 3000 - 30 from stands;
insert into guidance_document (id, code, title, audience) values (md5('volume-places')::uuid, 'volume-places', 'Guidance for places', '{premises_licence,hotel}');
insert into guidance_version (id, document_id, number, effective_from, requires_acknowledgement, approved_on, approved_by)
  select md5('volume-places 1')::uuid, md5('volume-places')::uuid, 1, today - 8000, true, today - 8010, 'Volume Manager' from stands limit 1;
insert into issuance (id, registration_id, authority_id, kind, version_id, occasion, channel, issued_on, covers_before, recorded_by, recorded_at)
  select md5('issue to place' || n)::uuid, id, authority_id, kind, md5('volume-places 1')::uuid, 'anniversary', 'letter', today - n % 300, today - n % 300 + 365,
         '00000000-0000-0000-0000-000000000001', today - n % 300 + interval '10 hours' from stands where n % 5 <> 0;
insert into hot_spot (authority_id, csp_id, name, area, drawn_from, theme, reason_codes, state, proposed_by, proposed_on, designated_by, designated_on, review_by)
  select t.authority_id, a.csp_id, 'Volume spot ' || s, st_multi(st_buffer(st_setsrid(st_makepoint(t.easting + (s / 6) % 5 * 900 - 1800, t.northing + (s / 30) * 900), 27700), 200, 16)),
         'circle', 'night_time', '{night_time_economy}', 'designated', md5('a')::uuid, x.today - 90, md5('b')::uuid, x.today - 60, x.today + 30
    from generate_series(0, coalesce(nullif(current_setting('lantern.spots', true), '')::integer, 40) - 1) s join town t on t.authority_id = s % 6 + 1
    join authority a on a.id = t.authority_id cross join (select today from stands limit 1) x;
-- Outlines of districts: squares of many corners, where none are loaded.
insert into outline (kind, code, name, shape)
  select 'district', a.code, a.name, st_multi(st_segmentize(st_makeenvelope(t.easting - 12000, t.northing - 12000, t.easting + 12000, t.northing + 12000, 27700), 50))
    from town t join authority a on a.id = t.authority_id on conflict do nothing;
select sec.derive_all_stretches();
commit;
