-- The list of drivers and operators: the text the store composes, runnable as it stands with psql or pgbench as lantern_app
-- (token \x01 of county.sql). Only the conditions that are set are written into the query: a condition that might be null would
-- rob the planner of its index. Lights are worked out for the rows of the page, unless a condition asks about them.
begin read only;
select account_id from sec.enter('\x01');

-- 1. A page, no condition on lights. Order by name:      (r.sort_name, r.id)      indexes: registration_by_name, _by_authority_name, _by_kind_name
--                          by reference: (r.reference_key, r.id)  registration_by_reference, _by_authority_reference
--                          by expiry:    (r.term_ends_before, r.id) registration_by_expiry; rows without an end are asked for by
--                                        a condition of their own (term_ends_before is null), or the order would need a sort
--    Conditions on the licence, in the inner query:
--      authorities: r.authority_id = $n for one, r.authority_id = any ($n) for several; none when all that may be read are asked
--      kinds:       r.kind = $n for one, r.kind = any ($n) for several
--      expiring:    r.term_ends_before > $day and r.term_ends_before <= $day + $days  (and status current, below)
--    After a row:   and (r.sort_name, r.id) > ($name, $id). Before a row: < and both orders descending; the page is turned round.
--    51 rows: the 51st says that there is a next page.
select r.id, r.authority_id, r.kind, r.reference, r.badge, p.name, r.trading_name, r.sort_name, r.term_ends_before, l.status,
       l.guidance, l.guidance_issued_on, l.guidance_version, l.guidance_due_by, l.ack, l.training, l.training_valid_before
  from (select r.id, r.authority_id, r.kind, r.reference, r.badge, r.party_id, r.trading_name, r.sort_name, r.term_ends_before
          from registration r
         where r.kind = any (array['hackney_driver', 'private_hire_driver', 'dual_driver'])
         order by r.sort_name, r.id limit 51) r
  join party p on p.id = r.party_id
 cross join lateral (select * from registration_lights('2026-11-23') x where x.registration_id = r.id) l
 order by r.sort_name, r.id;

-- 2. How many, counted no further than 1001 ("more than 1,000").
select count(*) from (
  select from registration r where r.kind = any (array['hackney_driver', 'private_hire_driver', 'dual_driver']) limit 1001) x;
commit;
