-- The default county, as `lantern migrate` copies it from Config/: for volume work without the program. Run as superuser.
insert into csp (id, name) values (1, 'CSP North'), (2, 'CSP South') on conflict do nothing;
insert into authority (id, code, name, slug, csp_id) values
  (1, 'E07000234', 'Bromsgrove', 'bromsgrove', 1), (2, 'E07000235', 'Malvern Hills', 'malvern-hills', 2),
  (3, 'E07000236', 'Redditch', 'redditch', 1), (4, 'E07000237', 'Worcester City', 'worcester', 2),
  (5, 'E07000238', 'Wychavon', 'wychavon', 2), (6, 'E07000239', 'Wyre Forest', 'wyre-forest', 1) on conflict do nothing;
insert into organisation (id, kind, name) values (1, 'regulatory_service', 'Worcestershire Regulatory Services') on conflict do nothing;
insert into organisation_authority (organisation_id, authority_id) select 1, id from authority on conflict do nothing;
insert into licence_kind (code, register, legal_base, term_months, position) values
  ('hackney_driver', 'drivers', 'TPCA 1847 s.46; LGMPA 1976 s.53', '{36,12}', 1),
  ('private_hire_driver', 'drivers', 'LGMPA 1976 ss.51, 53', '{36,12}', 2),
  ('dual_driver', 'drivers', 'TPCA 1847 s.46; LGMPA 1976 s.53', '{36,12}', 3),
  ('private_hire_operator', 'operators', 'LGMPA 1976 s.55', '{60,12}', 4) on conflict do nothing;
insert into sec.scope_authority (scope, scope_id, authority_id)
  select 'authority', id, id from authority
  union all select 'csp', csp_id, id from authority
  union all select 'organisation', organisation_id, authority_id from organisation_authority on conflict do nothing;
insert into sec.role_permission (role, permission)
  select 'licensing_manager', p from unnest(array['readRegister', 'editRegister', 'renewLicences', 'restrictLicences', 'issueGuidance',
    'recordTraining', 'exportRegister', 'importRegister', 'readCoverage', 'readGuidance', 'manageGuidance']) p
  union all select 'board_reader', p from unnest(array['readCoverage', 'readGuidance']) p on conflict do nothing;

-- Three who sign in with the tokens \x01 (the whole county), \x02 (one authority), \x03 (counts only).
insert into sec.account (id, email, name) values
  ('00000000-0000-0000-0000-000000000001', 'manager@volume.test', 'Volume Manager'),
  ('00000000-0000-0000-0000-000000000002', 'officer@volume.test', 'Volume Officer'),
  ('00000000-0000-0000-0000-000000000003', 'board@volume.test', 'Volume Board') on conflict do nothing;
insert into sec.role_grant (account_id, role, scope, scope_id)
  select v.account::uuid, v.role, v.scope, v.scope_id from (values
    ('00000000-0000-0000-0000-000000000001', 'licensing_manager', 'organisation', 1::smallint),
    ('00000000-0000-0000-0000-000000000002', 'licensing_manager', 'authority', 3::smallint),
    ('00000000-0000-0000-0000-000000000003', 'board_reader', 'everywhere', null)) v(account, role, scope, scope_id)
   where not exists (select from sec.role_grant g where g.account_id = v.account::uuid);
insert into sec.session (token_hash, account_id, stage, ends_at, last_seen_at)
  select sha256(v.token), v.account::uuid, 'full', now() + interval '30 days', now() + interval '30 days' from (values
    ('\x01'::bytea, '00000000-0000-0000-0000-000000000001'), ('\x02', '00000000-0000-0000-0000-000000000002'),
    ('\x03', '00000000-0000-0000-0000-000000000003')) v(token, account)
  on conflict (token_hash) do update set ends_at = excluded.ends_at, last_seen_at = excluded.last_seen_at, ended_at = null;
