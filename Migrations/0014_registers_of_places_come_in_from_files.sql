-- Registers of premises and of places to stay come in from files like all others; each row says which location it stands at.
set local role lantern_owner;

alter table import_line add uprn bigint, add easting integer, add northing integer, add longitude double precision, add latitude double precision,
  add max_persons integer;
alter table import_row add is_place boolean, add match_key text collate "C", add location_id uuid, add uprn bigint, add easting integer,
  add northing integer, add placed_by text, add max_persons integer;

create or replace function analyze_registers() returns void
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  analyze party; analyze registration; analyze registration_word; analyze name_word; analyze term; analyze restriction; analyze import_source;
  analyze location;
end $$;

set local role lantern_sec;
-- Compares what was staged with what is held. A field that the file does not carry is never compared: it cannot change.
-- (No nested loops: the tables have just been filled, so that the planner does not know yet how many rows they have.)
create or replace function sec.compare_import(run uuid, mapped text[], today date) returns void
language plpgsql volatile security definer set search_path = sec, public, pg_temp
set plan_cache_mode = force_custom_plan set enable_nestloop = off as $$
declare place smallint := (select r.authority_id from import_run r where r.id = run and r.authority_id = any (sec.writable()));
begin
  if place is null then raise exception 'not permitted' using errcode = '42501'; end if;
  insert into import_row (run_id, authority_id, line, outcome, reason, original, reference, name, registration_id, party_id, kind, badge, is_business,
                          family_name, given_names, trading_name, address, postcode, email, phone, starts_on, ends_before, inferred, anchor_on,
                          restriction, restricted_on, digest, is_place, match_key, uprn, easting, northing, max_persons)
  with read as (
    select l.*, lower(l.kind) as code, sha256(convert_to(l.canonical, 'UTF8')) as digest,
           (l.operator_name is not null or k.register in ('premises', 'accommodation')) and l.family_name is null and l.given_names is null as business,
           k.register in ('premises', 'accommodation') as place_kind,
           st_transform(st_setsrid(st_makepoint(l.longitude, l.latitude), 4326), 27700) as by_degrees,
           coalesce(l.expires_on + 1, case when l.status = 'EXPIRED' then l.status_date end) as ends_before
      from import_line l left join licence_kind k on k.code = lower(l.kind) where l.run_id = run),
  dated as (
    select r.*,
           coalesce(r.starts_on,
             case when r.ends_before is not null then
               case when r.ends_before > today
                    then (r.ends_before - make_interval(years => (extract(year from age(r.ends_before, today))::integer + 1)))::date
                    else (r.ends_before - interval '1 year')::date end
                  when r.status = 'CURRENT' then coalesce(r.first_granted_on, r.status_date, today)
                  -- A place that needs no licence is registered from the day it became known.
                  when r.place_kind and r.status is null then coalesce(r.first_granted_on, today) end) as begins
      from read r),
  held as (
    select g.id, g.kind as code, upper(regexp_replace(g.reference, '\s', '', 'g')) as key, g.badge, g.trading_name, g.term_ends_before, g.reference as shown,
           p.id as party_id, p.name, p.kind = 'business' as business, p.family_name, p.given_names, p.address, p.postcode, p.email, p.phone, s.digest,
           (select b.kind from restriction b where b.registration_id = g.id and b.starts_on <= today and (b.lifted_on is null or b.lifted_on > today)
             order by array_position(array['revocation', 'surrender', 'refusal', 'suspension'], b.kind) limit 1) as restriction
      from registration g join party p on p.id = g.party_id left join import_source s on s.registration_id = g.id
     where g.authority_id = place),
  compared as (
    select d.*, h.id as held_id, h.party_id as held_party, h.digest as held_digest,
           case d.status when 'SUSPENDED' then 'suspension' when 'REVOKED' then 'revocation' when 'SURRENDERED' then 'surrender' when 'REFUSED' then 'refusal' end as barred,
           case when h.id is null or h.digest = d.digest then '' else concat_ws('; ',
             case when 'badge' = any (mapped) and h.badge is distinct from d.badge then format('Badge number from %s to %s', coalesce(h.badge, 'nothing'), coalesce(d.badge, 'nothing')) end,
             case when mapped && array['familyName', 'operatorName'] and (h.family_name, h.given_names) is distinct from
                       (coalesce(d.family_name, d.operator_name, d.trading_name, ''), coalesce(d.given_names, ''))
                  then format('Name from %s to %s', h.name, trim(concat_ws(' ', d.given_names, coalesce(d.family_name, d.operator_name)))) end,
             case when 'tradingName' = any (mapped) and h.trading_name is distinct from d.trading_name then format('Trading name from %s to %s', coalesce(h.trading_name, 'nothing'), coalesce(d.trading_name, 'nothing')) end,
             case when 'postcode' = any (mapped) and h.postcode is distinct from d.postcode then format('Postcode from %s to %s', coalesce(h.postcode, 'nothing'), coalesce(d.postcode, 'nothing')) end,
             case when 'addressLine' = any (mapped) and h.address is distinct from coalesce(d.address, '') then 'Address' end,
             case when 'email' = any (mapped) and h.email is distinct from d.email then format('E-mail from %s to %s', coalesce(h.email, 'nothing'), coalesce(d.email, 'nothing')) end,
             case when 'phone' = any (mapped) and h.phone is distinct from d.phone then format('Telephone from %s to %s', coalesce(h.phone, 'nothing'), coalesce(d.phone, 'nothing')) end,
             case when 'expiry' = any (mapped) and d.ends_before is not null and h.term_ends_before is distinct from d.ends_before
                  then format('Last day from %s to %s', coalesce((h.term_ends_before - 1)::text, 'none'), d.ends_before - 1) end,
             case when 'status' = any (mapped) and h.restriction is distinct from
                       case d.status when 'SUSPENDED' then 'suspension' when 'REVOKED' then 'revocation' when 'SURRENDERED' then 'surrender' when 'REFUSED' then 'refusal' end
                  then format('Standing from %s to %s', coalesce(h.restriction, 'none against it'), lower(d.status)) end) end as changes
      from dated d left join held h on h.code = d.code and h.key = d.reference_key)
  select run, place, c.line,
         case when c.begins >= c.ends_before then 'rejected' when c.held_id is null then 'new'
              when c.held_digest = c.digest or c.changes = '' then 'unchanged' else 'changed' end,
         case when c.begins >= c.ends_before then format('the licence ends on %s, before it starts on %s', c.ends_before - 1, c.begins) else c.changes end,
         '', c.reference, left(trim(concat_ws(' ', c.given_names, coalesce(c.family_name, c.operator_name, c.trading_name, c.reference))), 200),
         coalesce(c.held_id, gen_random_uuid()), coalesce(c.held_party, gen_random_uuid()), c.code, c.badge, c.business,
         coalesce(c.family_name, c.operator_name, c.trading_name, c.reference), coalesce(c.given_names, ''), c.trading_name,
         coalesce(c.address, ''), c.postcode, c.email, c.phone, c.begins, c.ends_before, c.starts_on is null and c.begins is not null,
         coalesce(c.begins, c.status_date, today), c.barred, least(coalesce(c.status_date, today), today), c.digest,
         c.place_kind, case when c.place_kind then location_key(c.trading_name, c.address, c.postcode) end, c.uprn,
         coalesce(c.easting, st_x(c.by_degrees)::integer), coalesce(c.northing, st_y(c.by_degrees)::integer), c.max_persons
    from compared c;
  -- Where a location is, when the file does not say: where its postcode is.
  update import_row x set easting = p.easting, northing = p.northing, placed_by = 'postcode'
    from postcode_place p where x.run_id = run and x.is_place and x.easting is null and p.postcode_key = replace(x.postcode, ' ', '');
  update import_row x set placed_by = 'register' where x.run_id = run and x.is_place and x.easting is not null and x.placed_by is null;
  -- Off the grid is nowhere: the row stays.
  update import_row x set easting = null, northing = null, placed_by = null
   where x.run_id = run and x.is_place and not (x.easting between 0 and 700000 and x.northing between 0 and 1300000);
  -- A property number that is known says which location it is, whatever the words.
  update import_row x set location_id = l.id from location l
   where x.run_id = run and x.is_place and x.uprn is not null and l.authority_id = place and l.uprn = x.uprn;
  -- Held by us and not in the file, for decision: nobody is deleted by an import. Of the kinds only that the file speaks of.
  insert into import_row (run_id, authority_id, line, outcome, reference, name, registration_id, kind)
    select run, place, row_number() over (order by g.sort_name, g.id), 'missing', g.reference, p.name, g.id, g.kind
      from registration g join party p on p.id = g.party_id
     where g.authority_id = place and g.kind in (select distinct lower(l.kind) from import_line l where l.run_id = run)
       and not exists (select from import_row x where x.run_id = run and x.registration_id = g.id and x.outcome <> 'missing');
  delete from import_line where run_id = run;
end $$;
