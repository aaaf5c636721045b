-- What triggers keep follows every kind of write: one of each is done as the web does it (role lantern_app, token \x01 of
-- county.sql), then all is derived anew and compared. The last query answers no row when all is well. Rolls back.
begin;
set local role lantern_app;
select account_id from sec.enter('\x01');
with p as (insert into party (authority_id, kind, name, family_name, given_names) values (3, 'person', 'Zoë Quillfeather', 'Quillfeather', 'Zoë') returning id)
insert into registration (id, authority_id, kind, reference, party_id, sort_name, anchor_on)
  select '00000000-0000-0000-0000-00000000aaaa', 3, 'dual_driver', 'RED-TEST-1', id, 'quillfeather, zoe', current_date - 400 from p;
insert into term (id, registration_id, authority_id, kind, event, starts_on, ends_before, granted_on)
  values ('00000000-0000-0000-0000-00000000bbbb', '00000000-0000-0000-0000-00000000aaaa', 3, 'dual_driver', 'grant', current_date - 400, current_date - 35, current_date - 400);
select index_names(array['00000000-0000-0000-0000-00000000aaaa'::uuid]);
select r.term_ends_before = current_date - 35 as term_end_kept from registration r where r.id = '00000000-0000-0000-0000-00000000aaaa';
insert into term (id, registration_id, authority_id, kind, event, starts_on, ends_before, granted_on)
  values ('00000000-0000-0000-0000-00000000cccc', '00000000-0000-0000-0000-00000000aaaa', 3, 'dual_driver', 'renewal', current_date - 35, current_date + 330, current_date - 35);
insert into renewal_exception (term_id, registration_id, authority_id, reason, recorded_by)
  values ('00000000-0000-0000-0000-00000000cccc', '00000000-0000-0000-0000-00000000aaaa', 3, 'Abroad', sec.me());
select give_guidance('00000000-0000-0000-0000-00000000aaaa', (select version_id from guidance_version_counts where counts_before is null limit 1),
  'anniversary', 'hand', current_date - 10, 'wet_signature');
select give_guidance(r.id, (select version_id from guidance_version_counts where counts_before is null limit 1), 'ad_hoc', 'letter', current_date)
  from registration r order by r.sort_name, r.id limit 5;
insert into issuance_void (issuance_id, registration_id, authority_id, how, reason, recorded_by)
  select id, registration_id, authority_id, 'corrected', 'Slip', sec.me() from issuance i
   where not exists (select from issuance_void x where x.issuance_id = i.id) order by id limit 20;
insert into restriction (registration_id, authority_id, kind, cause, starts_on)
  select r.id, r.authority_id, 'suspension', 'medical', current_date - 3 from registration r
   where not exists (select from restriction x where x.registration_id = r.id) order by r.reference_key limit 20;
update restriction set lifted_on = current_date + 5, lifted_at = now() where id in (select id from restriction where lifted_at is null and kind = 'suspension' order by id limit 7);
update term set ends_before = ends_before - 1 where id in (select id from term where event = 'grant' order by id limit 9);
delete from term where id in (select id from term where event = 'renewal' order by id desc limit 9);
select x.matched, x.rank, r.reference from sec.search_registrations('quilfeather zoe') x join registration r on r.id = x.registration_id;
reset role;
create temporary table kept on commit drop as
  select registration_id, starts_on, ends_before, authority_id, kind, cover from sec.stretch;
create temporary table ends_kept on commit drop as select id, term_ends_before from registration;
select sec.derive_all_stretches() > 0 as derived;
select 'stretch' as wrong, count(*) from (
  (select * from kept except all select registration_id, starts_on, ends_before, authority_id, kind, cover from sec.stretch)
  union all (select registration_id, starts_on, ends_before, authority_id, kind, cover from sec.stretch except all select * from kept)) x having count(*) > 0
union all
select 'term end', count(*) from ends_kept k
 where k.term_ends_before is distinct from (select t.ends_before from term t where t.registration_id = k.id order by t.starts_on desc limit 1) having count(*) > 0
union all
select 'overlap', count(*) from sec.stretch a join sec.stretch b on a.registration_id = b.registration_id and a.starts_on < b.starts_on and a.ends_before > b.starts_on having count(*) > 0;
rollback;
