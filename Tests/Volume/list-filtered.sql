-- The list with conditions on lights (see list.sql): the lights are joined inside, before the limit, and tested row by row in the
-- order of the list, so a page ends as soon as it is full. Conditions: l.status = any ($n), l.guidance = any ($n), l.ack = any ($n),
-- l.training = any ($n). Renewals without guidance come from their own set instead: r.id in (select w.registration_id from
-- renewals_without_guidance($from, $to) w).
begin read only;
select account_id from sec.enter('\x01');
select r.id, r.authority_id, r.kind, r.reference, r.badge, p.name, r.trading_name, r.sort_name, r.term_ends_before, r.status,
       r.guidance, r.guidance_issued_on, r.guidance_version, r.guidance_due_by, r.ack, r.training, r.training_valid_before
  from (select r.id, r.authority_id, r.kind, r.reference, r.badge, r.party_id, r.trading_name, r.sort_name, r.term_ends_before, l.status,
               l.guidance, l.guidance_issued_on, l.guidance_version, l.guidance_due_by, l.ack, l.training, l.training_valid_before
          from registration r
         cross join lateral (select * from registration_lights('2026-11-23') x where x.registration_id = r.id) l
         where r.kind = any (array['hackney_driver', 'private_hire_driver', 'dual_driver'])
           and l.status = 'current' and l.guidance = 'overdue'
         order by r.sort_name, r.id limit 51) r
  join party p on p.id = r.party_id
 order by r.sort_name, r.id;
select count(*) from (
  select from registration r
   cross join lateral (select * from registration_lights('2026-11-23') x where x.registration_id = r.id) l
   where r.kind = any (array['hackney_driver', 'private_hire_driver', 'dual_driver']) and l.status = 'current' and l.guidance = 'overdue' limit 1001) x;
commit;
