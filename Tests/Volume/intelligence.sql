-- Fills a county with invented items of intelligence: none says anything (its text is a few bytes that nothing opens). As superuser:
--   set lantern.items = '100000'; set lantern.fresh = '100' (percent of them within 180 days); set lantern.volume_day = '2026-11-23'
-- (all optional); then this file. Three fifths lie about six towns, so that many are near one another. Deterministic.
begin;
create temporary table told on commit drop as
select n, (hashint8extended(n, 11) & 1073741823)::integer as e, (hashint8extended(n, 12) & 1073741823)::integer as o, (hashint8extended(n, 13) & 1073741823)::integer as c,
       coalesce(nullif(current_setting('lantern.volume_day', true), '')::date, current_date) as today
  from generate_series(1, coalesce(nullif(current_setting('lantern.items', true), '')::integer, 100000)) n;
insert into intelligence_item (id, reference, csp_id, theme, point, happened_on, received_on, kind, scheme, source_grade, information_grade, handling, review_by, author,
                               ciphertext, nonce, wrapped_key, sanitised_by, sanitised_on)
select md5('item' || n)::uuid, 'V-' || n, case when d.authority in (1, 3, 6) then 1 else 2 end, 'other',
       st_setsrid(st_makepoint(d.easting + case when n % 5 < 3 then e % 6000 - 3000 else e % 24000 - 12000 end, d.northing + case when n % 5 < 3 then o % 6000 - 3000 else o % 24000 - 12000 end), 27700),
       today - d.age - 1, today - d.age, case when n % 2 = 0 then 'police' else 'submission' end, case when n % 2 = 0 then '3x5x2' else 'ungraded' end, case when n % 2 = 0 then c % 3 + 1 end,
       case when n % 2 = 0 then (array['A', 'B', 'C', 'D', 'E'])[c % 5 + 1] end, 'P', today + 42,
       (array['00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000002', '00000000-0000-0000-0000-000000000003']::uuid[])[c % 3 + 1], '\x00', '\x00', '\x00',
       case when n % 2 = 0 then 'Intelligence unit' else '' end, case when n % 2 = 0 then today - d.age end
  from told
 cross join lateral (
   select t.authority, t.easting, t.northing,
          case when n % 100 < coalesce(nullif(current_setting('lantern.fresh', true), '')::integer, 100) then c % 178 else 181 + c % 2000 end as age
     from (values (1, 395900, 270700), (2, 377700, 245900), (3, 404200, 267600), (4, 385000, 254900), (5, 389900, 263200), (6, 383100, 276700)) t (authority, easting, northing)
    where t.authority = n % 6 + 1) d;
commit;
