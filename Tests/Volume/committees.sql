-- Committees with invented members and their training, lantern.members of them and one committee for each twelve and a half; run as superuser after county.sql.
insert into sec.role_permission (role, permission) values ('licensing_manager', 'readCommittees'), ('licensing_manager', 'manageCommittees') on conflict do nothing;
insert into training_course (code, title, topic, position) values
  ('cse_awareness', 'Child sexual exploitation awareness', 'csae_risk', 1), ('licensing_procedure', 'Licensing procedure', 'licensing_procedure', 2),
  ('natural_justice', 'Natural justice', 'natural_justice', 3), ('disability_equality', 'Disability and equality', 'disability_equality', 4) on conflict do nothing;
insert into training_requirement (authority_id, course_id, regimes, starts_on, ends_before, validity_months, blocks)
  select a.id, c.id, '{la2003,gambling2005,taxi_general}', v.starts_on, v.ends_before, v.months, c.position <= 2
    from authority a cross join training_course c cross join (values (date '2015-01-01', date '2022-04-01', 24), (date '2022-04-01', null, 36)) v(starts_on, ends_before, months);
insert into committee (authority_id, name, regime)
  select n % 6 + 1, 'Committee ' || n, case when n % 2 = 0 then 'la2003' else 'taxi_general' end
    from generate_series(0, greatest(current_setting('lantern.members')::int * 2 / 25, 1) - 1) n;
insert into member (authority_id, name, sort_name, name_key, ward, office_from)
  select n % 6 + 1, format('Given%s Family%s', n % 97, lpad(n::text, 5, '0')), format('family%s, given%s', lpad(n::text, 5, '0'), n % 97), format('given%s family%s', n % 97, lpad(n::text, 5, '0')), 'Ward ' || n % 23, '2015-05-08'
    from generate_series(0, current_setting('lantern.members')::int - 1) n;
insert into appointment (authority_id, committee_id, member_id, role, starts_on, ends_before)
  select m.authority_id, k.id, m.id, 'member', y.starts_on, y.ends_before
    from (select m.*, row_number() over (partition by authority_id order by sort_name) - 1 as place from member m) m
    join (select k.*, row_number() over (partition by authority_id order by name) - 1 as place, count(*) over (partition by authority_id) as many from committee k) k
      on k.authority_id = m.authority_id and k.place = m.place % k.many
   cross join (values (date '2025-05-21', date '2026-05-20'), (date '2026-05-20', null)) y(starts_on, ends_before);
insert into member_training (authority_id, member_id, course_id, completed_on, evidence)
  select m.authority_id, m.id, c.id, date '2026-11-01' - (hashtext(m.name || c.code) & 1023) - t.back, 'certificate'
    from member m cross join training_course c cross join (values (0), (1000)) t(back);
insert into training_signature (training_id, member_id, authority_id, how, signed_name, signed_on, recorded_by)
  select t.id, t.member_id, t.authority_id, 'sheet', 'x', t.completed_on, '00000000-0000-0000-0000-000000000001' from member_training t where hashtext(t.id::text) % 20 <> 0;
