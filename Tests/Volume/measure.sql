-- One line a question: the least and the middle of eleven runs, in milliseconds, as the web asks (role lantern_app, token \x01 of
-- county.sql). Run with: set lantern.volume_day = '...'; then this file, as superuser.
begin;
create temporary table asked (n serial, question text, statement text) on commit drop;
insert into asked (question, statement) values
  ('enter', 'select * from sec.enter(''\x01'')'),
  ('list, 51 rows with lights', 'select r.id, p.name, l.* from (select r.id, r.party_id, r.sort_name from registration r
     where r.kind = any (array[''hackney_driver'', ''private_hire_driver'', ''dual_driver'']) order by r.sort_name, r.id limit 51) r
     join party p on p.id = r.party_id cross join lateral (select * from registration_lights($1) x where x.registration_id = r.id) l order by r.sort_name, r.id'),
  ('list, overdue only', 'select r.id, l.* from registration r cross join lateral (select * from registration_lights($1) x where x.registration_id = r.id offset 0) l
     where coalesce(r.term_ends_before, ''infinity'') > $1 and coalesce(l.guidance = ''overdue'', false) order by r.sort_name, r.id limit 51'),
  ('count up to 1001', 'select count(*) from (select from registration r where r.kind = any (array[''hackney_driver'', ''private_hire_driver'', ''dual_driver'']) limit 1001) x'),
  ('search: reference', 'select * from sec.search_registrations(''RED-PHD-000123'')'),
  ('search: badge', 'select * from sec.search_registrations(''D1234'')'),
  ('search: postcode', 'select * from sec.search_registrations(''WR1'')'),
  ('search: khan', 'select * from sec.search_registrations(''khan'')'),
  ('search: kahn', 'select * from sec.search_registrations(''kahn'')'),
  ('search: piotr kowalsky', 'select * from sec.search_registrations(''piotr kowalsky'')'),
  ('search: mohammed khan', 'select * from sec.search_registrations(''mohammed khan'')'),
  ('due this week', 'select * from due_list($1, 7)'),
  ('coverage', 'select * from sec.coverage($1)'),
  ('coverage two years ago', 'select * from sec.coverage($1 - 730)'),
  ('renewals of a year', 'select * from sec.renewals_counted($1 - 365, $1)'),
  ('trend, 13 points', 'select * from sec.coverage_trend($1, 12)');
grant select on asked to lantern_app;
create temporary table took (n integer, ms double precision) on commit drop;
grant insert on took to lantern_app;
set local role lantern_app;
do $$
declare a record; started timestamptz; i integer; day date := current_setting('lantern.volume_day')::date;
begin
  perform sec.enter('\x01');
  for a in select * from asked order by n loop
    execute format('prepare question%s(date) as select count(answer::text) from (%s) answer', a.n, a.statement);
    for i in 1 .. 11 loop
      started := clock_timestamp();
      execute format('execute question%s(%L)', a.n, day);
      insert into took values (a.n, extract(epoch from clock_timestamp() - started) * 1000);
    end loop;
    execute format('deallocate question%s', a.n);
  end loop;
end $$;
reset role;
select a.question, round(min(t.ms)::numeric, 2) as least, round(percentile_cont(0.5) within group (order by t.ms)::numeric, 2) as middle
  from asked a join took t using (n) group by a.n, a.question order by a.n;
rollback;
