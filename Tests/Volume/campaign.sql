-- A campaign by letter to `lantern.recipients` licences, listed and not begun, as the manager of county.sql. Run as superuser.
insert into guidance_document (id, code, title, audience)
  select 'b0000000-0000-0000-0000-000000000001', 'campaign', 'Campaign leaflet', array_agg(code) from licence_kind;
insert into guidance_version (id, document_id, number, effective_from, approved_on, approved_by)
  values ('b0000000-0000-0000-0000-000000000002', 'b0000000-0000-0000-0000-000000000001', 1, current_date - 30, current_date - 40, 'Safeguarding lead');
insert into campaign (id, name, authority_ids, population, version_id, channel, occasion, state, author, listed_on, started_by)
  values ('b0000000-0000-0000-0000-000000000003', 'Volume', (select array_agg(id order by id) from authority),
          jsonb_build_object('authorities', (select jsonb_agg(id order by id) from authority), 'gap', 'everybody'),
          'b0000000-0000-0000-0000-000000000002', 'hand', 'anniversary', 'ready', '00000000-0000-0000-0000-000000000001', current_date,
          '00000000-0000-0000-0000-000000000001');
update party set address = '1 High Street', postcode = coalesce(postcode, 'WR1 1AA') where address = '' or postcode is null;
insert into campaign_recipient (campaign_id, registration_id, authority_id, kind, reference, name, address, postcode, email, phone, walk_key, state)
  select c.id, p.registration_id, p.authority_id, p.kind, p.reference, p.name, p.address, p.postcode, p.email, p.phone, p.walk_key, 'planned'
    from campaign c cross join lateral campaign_population(c.population, c.version_id, 'letter', current_date) p
   where p.reason is null order by p.walk_key, p.registration_id limit current_setting('lantern.recipients')::integer;
update campaign set channel = 'letter';
analyze campaign_recipient;
analyze party;
