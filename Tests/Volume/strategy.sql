-- To a volume register, what the strategy counts beside it: 20,000 premises at 19,500 places, six committees of fifteen whose members are trained,
-- 400 hot spots with a plan of five actions each, two years of forums, 600 challenge tests, and fifty reports of every action. As superuser, after
-- volume.sql and `lantern migrate`:  set lantern.plan = 'worcestershire-2015'.
begin;
set local work_mem = '128MB';
set local synchronous_commit = off;
create function pg_temp.chance(n bigint, question integer) returns double precision
language sql immutable parallel safe as $$ select (hashint8extended(n, question) & 1073741823) / 1073741824.0 $$;
create function pg_temp.number_id(what text, n bigint) returns uuid
language sql immutable parallel safe as $$ select md5(what || n)::uuid $$;

create temporary table house on commit drop as
select n, pg_temp.number_id('premises', n) as id, pg_temp.number_id('licensee', n) as party_id, (n % 6 + 1)::smallint as authority_id,
       case when n % 12 = 0 then 'club_premises_certificate' else 'premises_licence' end as kind,
       least(n, 19500) as place, (current_date - (pg_temp.chance(n, 1) * 3600)::integer - 30) as began
  from generate_series(1, 20000) n;
insert into party (id, authority_id, kind, name, family_name) select party_id, authority_id, 'business', 'Inns ' || n || ' Ltd', 'Inns ' || n || ' Ltd' from house;
insert into location (id, authority_id, name, address, match_key, easting, northing, placed_by)
select pg_temp.number_id('place', x.place), x.authority_id, 'The Lantern ' || x.place, x.place || ' High Street', 'high street ' || x.place,
       370000 + (pg_temp.chance(x.place, 2) * 40000)::integer, 240000 + (pg_temp.chance(x.place, 3) * 40000)::integer, 'register'
  from (select place, min(authority_id) as authority_id from house group by place) x;
insert into registration (id, authority_id, kind, reference, party_id, trading_name, sort_name, anchor_on, location_id)
select h.id, l.authority_id, h.kind, 'PREM/' || h.n, h.party_id, l.name, 'lantern ' || h.n, h.began, l.id
  from (select h.*, pg_temp.number_id('place', h.place) as at from house h) h join location l on l.id = h.at where h.authority_id = l.authority_id;
insert into term (registration_id, authority_id, kind, event, starts_on, granted_on) select r.id, r.authority_id, r.kind, 'grant', r.anchor_on, r.anchor_on from registration r join house h on h.id = r.id;
insert into guidance_document (id, code, title, audience) values (pg_temp.number_id('document', 9), 'volume-premises', 'Behind the door', '{premises_licence,club_premises_certificate}');
insert into guidance_version (id, document_id, number, effective_from, requires_acknowledgement, approved_on, approved_by)
values (pg_temp.number_id('version', 9), pg_temp.number_id('document', 9), 1, current_date - 4000, true, current_date - 4005, 'Volume Manager');
insert into issuance (registration_id, authority_id, kind, version_id, occasion, channel, issued_on, covers_before, recorded_by)
select r.id, r.authority_id, r.kind, pg_temp.number_id('version', 9), 'annual_fee', 'letter', g.given, cycle_end(r.anchor_on, g.given), pg_temp.number_id('who', 1)
  from registration r join house h on h.id = r.id cross join generate_series(0, 2) y
 cross join lateral (select cycle_start(r.anchor_on, current_date) as first) c
 cross join lateral (select (c.first - make_interval(years => y))::date + (pg_temp.chance(h.n * 3 + y, 4) * 25)::integer as given) g
 where g.given >= r.anchor_on and g.given <= current_date and pg_temp.chance(h.n * 3 + y, 5) < 0.85;

insert into training_course (code, title, topic, position) values ('csae_volume', 'Child sexual exploitation', 'csae_risk', 99) on conflict do nothing;
insert into committee (id, authority_id, name, regime) select pg_temp.number_id('committee', a.id), a.id, 'Licensing Committee', 'la2003' from authority a;
insert into member (id, authority_id, name, sort_name, name_key, office_from)
select pg_temp.number_id('member', a.id * 100 + n), a.id, 'Member ' || n, 'member ' || n, 'member ' || n, current_date - 1200 from authority a cross join generate_series(1, 15) n;
insert into appointment (authority_id, committee_id, member_id, role, starts_on)
select m.authority_id, pg_temp.number_id('committee', m.authority_id), m.id, 'member', current_date - 1100 from member m;
insert into training_requirement (authority_id, course_id, regimes, starts_on, validity_months, needs_signature)
select a.id, c.id, '{la2003}', current_date - 2000, 36, false from authority a cross join training_course c where c.code = 'csae_volume';
insert into member_training (authority_id, member_id, course_id, completed_on, passed, evidence)
select m.authority_id, m.id, c.id, current_date - 100 - (pg_temp.chance(row_number() over (order by m.id), 6) * 1400)::integer, true, 'signed_attendance_sheet' from member m cross join training_course c where c.code = 'csae_volume';

insert into hot_spot (id, authority_id, csp_id, name, area, drawn_from, theme, reason_codes, state, proposed_by, proposed_on, designated_by, designated_on, review_by)
select pg_temp.number_id('spot', n), a.id, a.csp_id, 'Hot spot ' || n,
       st_multi(st_buffer(st_setsrid(st_makepoint(370000 + (pg_temp.chance(n, 7) * 40000)::integer, 240000 + (pg_temp.chance(n, 8) * 40000)::integer), 27700), 300)), 'circle', 'night_time',
       '{night_time_economy}', 'under_response', pg_temp.number_id('who', 1), d.on_day - 9, pg_temp.number_id('who', 2), d.on_day, d.on_day + 90
  from generate_series(1, 400) n join authority a on a.id = n % 6 + 1 cross join lateral (select current_date - 20 - (pg_temp.chance(n, 9) * 600)::integer as on_day) d;
insert into hot_spot_consultation (hot_spot_id, authority_id, asked_on, answered_on, view, recorded_by)
select h.id, h.authority_id, h.designated_on - 8, h.designated_on - 2, 'supports', h.proposed_by from hot_spot h;
insert into hot_spot_decision (hot_spot_id, authority_id, kind, reason, decided_on, review_by, decided_by, second_person)
select h.id, h.authority_id, 'designate', 'Volume', h.designated_on, h.designated_on + 90, h.designated_by, h.proposed_by from hot_spot h;
insert into plan (id, hot_spot_id, authority_id, objective, begun_on, review_by, approved_on, approved_by, created_by)
select pg_temp.number_id('plan', row_number() over (order by h.id)), h.id, h.authority_id, 'Fewer calls', h.designated_on, h.designated_on + 90, h.designated_on + 12, h.designated_by, h.proposed_by from hot_spot h;
insert into plan_action (id, plan_id, authority_id, number, what, theme, organisation_id, lead, due_on, state, state_on, created_by)
select md5(p.id::text || n)::uuid, p.id, p.authority_id, n, 'Visit every place', 'prevent', (select id from organisation order by id offset n % 3 limit 1), 'Team leader', p.begun_on + 60, 'in_progress', p.begun_on + 5,
       p.created_by from plan p cross join generate_series(1, 5) n;
-- Who may write a step is not what is measured.
set local session_replication_role = replica;
insert into plan_action_step (action_id, authority_id, state, words, on_day, recorded_by)
select a.id, a.authority_id, s.state, 'Volume', a.state_on + s.n, a.created_by from plan_action a cross join (values ('proposed', 0), ('agreed', 1), ('in_progress', 2)) s (state, n);
set local session_replication_role = origin;

insert into awareness_event (authority_id, kind, title, held_on, agenda_item, author)
select n % 6 + 1, 'taxi_forum', 'Forum ' || n, current_date - n * 7, case when n % 2 = 0 then 'What to look for' else '' end, pg_temp.number_id('who', 1) from generate_series(1, 100) n;
insert into challenge_test (registration_id, authority_id, tested_on, kind, result, officer, recorded_by)
select r.id, r.authority_id, current_date - (h.n % 1100)::integer, 'underage_entry', case when pg_temp.chance(h.n, 10) < 0.6 then 'passed' else 'failed' end, 'Idris Vaughan', pg_temp.number_id('who', 1)
  from registration r join house h on h.id = r.id where h.n <= 600;

insert into strategy_report (strategy, action_ref, standing, progress, words, reported_on, recorded_by)
select current_setting('lantern.plan'), r.ref, case when n < 4 then 'not_started' else 'in_progress' end, n * 2, 'Under way', current_date - 1500 + n * 30, pg_temp.number_id('who', 1)
  from unnest(string_to_array(current_setting('lantern.refs'), ',')) r (ref) cross join generate_series(1, 50) n;
commit;
