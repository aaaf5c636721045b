-- The list with conditions on lights (see list.sql). The lights are worked out row by row in the order of the list and tested there,
-- so a page ends as soon as it is full. Three things make it so, and none may be left out:
--   offset 0 in the lateral keeps it a step of its own;
--   coalesce(..., false) around the conditions hides them from the planner, which would think them rare and sort the whole register;
--   a condition that follows from them and is cheap on the licence itself is said beside them ("implied" below).
-- Conditions: l.status = any ($n), l.guidance = any ($n), l.ack = any ($n), l.training = any ($n).
-- Implied, with D the day and P = policy.guidance_due_days:
--   any of guidance held, due, overdue, any of ack but none, status current only:  coalesce(r.term_ends_before, 'infinity') > D
--   guidance due only:      r.anchor_md = any (anniversary_days(D, P))
--   status expired only:    r.term_ends_before <= D
--   status suspended, revoked, surrendered, refused only (some of them): r.id = any (array(select b.registration_id from restriction b
--                           where b.starts_on <= D and (b.lifted_on is null or b.lifted_on > D) and b.kind = any ($kinds)))
--   renewals without guidance: r.id = any (array(select w.registration_id from renewals_without_guidance($from, $to) w))
begin read only;
select account_id from sec.enter('\x01');
select r.id, r.authority_id, r.kind, r.reference, r.badge, p.name, r.trading_name, r.sort_name, r.term_ends_before, r.status,
       r.guidance, r.guidance_issued_on, r.guidance_version, r.guidance_due_by, r.ack, r.training, r.training_valid_before
  from (select r.id, r.authority_id, r.kind, r.reference, r.badge, r.party_id, r.trading_name, r.sort_name, r.term_ends_before, l.status,
               l.guidance, l.guidance_issued_on, l.guidance_version, l.guidance_due_by, l.ack, l.training, l.training_valid_before
          from registration r
         cross join lateral (select * from registration_lights('2026-11-23') x where x.registration_id = r.id offset 0) l
         where r.kind = any (array['hackney_driver', 'private_hire_driver', 'dual_driver'])
           and coalesce(r.term_ends_before, 'infinity') > '2026-11-23'
           and coalesce(l.status = 'current' and l.guidance = 'overdue', false)
         order by r.sort_name, r.id limit 51) r
  join party p on p.id = r.party_id
 order by r.sort_name, r.id;
select count(*) from (
  select from registration r
   cross join lateral (select * from registration_lights('2026-11-23') x where x.registration_id = r.id offset 0) l
   where r.kind = any (array['hackney_driver', 'private_hire_driver', 'dual_driver'])
     and coalesce(r.term_ends_before, 'infinity') > '2026-11-23'
     and coalesce(l.status = 'current' and l.guidance = 'overdue', false) limit 1001) x;
commit;
