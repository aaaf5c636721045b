-- Fills an empty register with invented licences, for measuring. Plain SQL, one session, as superuser:
--   set lantern.volume = '100000'; set lantern.volume_day = '2026-11-23' (both optional); then this file.
-- Deterministic: every choice is a hash of the row's number, so the same settings give the same rows.
-- Licence kinds and authorities must be there (Config, or county.sql).
begin;
set local session_replication_role = replica; -- what triggers would keep is filled in set-wise below; keys hold by construction
set local synchronous_commit = off;
set local work_mem = '128MB';
set local maintenance_work_mem = '256MB';

-- Indexes and exclusion constraints are dropped here and built again at the end: ten times faster than keeping them row by row.
create temporary table built_again on commit drop as
select i.indrelid::regclass::text as on_table, c.conname as name, c.oid is not null as is_constraint,
       case when c.oid is null then pg_get_indexdef(i.indexrelid)
            else format('alter table %s add constraint %I %s', i.indrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) end as definition,
       i.indexrelid::regclass::text as index_name
  from pg_index i left join pg_constraint c on c.conindid = i.indexrelid and c.conrelid = i.indrelid and c.contype in ('p', 'u', 'x')
 where i.indrelid in ('party'::regclass, 'registration'::regclass, 'registration_word'::regclass, 'term'::regclass, 'restriction'::regclass,
                      'issuance'::regclass, 'acknowledgement'::regclass, 'training_completion'::regclass, 'sec.stretch'::regclass, 'sec.renewal'::regclass)
   and (c.oid is null or c.contype = 'x');
do $$
declare b record;
begin
  for b in select * from built_again loop
    execute case when b.is_constraint then format('alter table %s drop constraint %I', b.on_table, b.name) else 'drop index ' || b.index_name end;
  end loop;
end $$;

-- A number in [0, 1) for the row and the question asked of it.
create function pg_temp.chance(n bigint, question integer) returns double precision
language sql immutable parallel safe as $$ select (hashint8extended(n, question) & 1073741823) / 1073741824.0 $$;
create function pg_temp.pick(n bigint, question integer, choices integer) returns integer
language sql immutable parallel safe as $$ select ((hashint8extended(n, question) & 1073741823) % choices + 1)::integer $$;
create function pg_temp.number_id(what text, n bigint) returns uuid
language sql immutable parallel safe as $$ select md5(what || n)::uuid $$;

-- Surnames: a few dozen that thousands share, and a few thousand that few do.
create temporary table surname on commit drop as
with common as (
  select name from unnest(array['Khan', 'Hussain', 'Ahmed', 'Ali', 'Begum', 'Mahmood', 'Iqbal', 'Akhtar', 'Shah', 'Malik', 'Mirza', 'Rehman', 'Chaudhry',
    'Patel', 'Singh', 'Kaur', 'Sharma', 'Gill', 'Sandhu', 'Dhillon', 'Uddin', 'Miah', 'Rahman', 'Islam', 'Chowdhury', 'Aziz', 'Bashir', 'Hassan', 'Qureshi', 'Butt',
    'Kowalski', 'Nowak', 'Wiśniewski', 'Wójcik', 'Kamiński', 'Lewandowski', 'Zieliński', 'Szymański', 'Dąbrowski', 'Kozłowski', 'Mazur', 'Krawczyk',
    'O''Brien', 'O''Connor', 'O''Neill', 'Murphy', 'Kelly', 'Walsh', 'Byrne', 'Ryan', 'Doyle', 'Gallagher', 'McCarthy', 'McDonagh', 'Fitzgerald', 'Flanagan',
    'Smith', 'Jones', 'Taylor', 'Brown', 'Williams', 'Davies', 'Evans', 'Wilson', 'Thomas', 'Roberts', 'Johnson', 'Lewis', 'Walker', 'Robinson', 'Wood', 'Thompson',
    'White', 'Watson', 'Jackson', 'Wright', 'Green', 'Harris', 'Cooper', 'King', 'Lee', 'Martin', 'Clarke', 'James', 'Morgan', 'Hughes', 'Edwards', 'Hill', 'Moore',
    'Clark', 'Harrison', 'Scott', 'Young', 'Morris', 'Hall', 'Ward', 'Turner', 'Carter', 'Phillips', 'Mitchell', 'Popescu', 'Ionescu', 'Petrov', 'Ivanova', 'Nguyễn',
    'Silva', 'Santos', 'Okafor', 'Adeyemi', 'Mensah', 'Abdi', 'Mohamud', 'Tesfaye', 'Yılmaz', 'Çelik', 'Haddad', 'Saleh', 'Hosseini', 'García']) name),
made as (
  select a || b as name
    from unnest(array['Ash', 'Brad', 'Clif', 'Den', 'East', 'Fair', 'Gains', 'Hart', 'Ing', 'Kings', 'Lang', 'Mar', 'New', 'Oak', 'Pem', 'Rad', 'Stan', 'Thorn', 'Up',
      'Wal', 'Whit', 'Win', 'Wood', 'York', 'Ab', 'Beck', 'Cold', 'Dal', 'Eld', 'Far', 'Gold', 'Had', 'Holl', 'Kirk', 'Lin', 'Mel', 'Nor', 'Or', 'Pres', 'Rams', 'Sel',
      'Tan', 'Wel', 'Wex', 'Bur', 'Cros', 'Dun', 'Hal', 'Ken', 'Lea', 'Mid', 'Nether', 'Pad', 'Shel', 'Sut', 'Tren', 'Ware', 'Wil']) a,
         unnest(array['ley', 'ton', 'ford', 'worth', 'by', 'ham', 'field', 'wood', 'well', 'don', 'stead', 'brook', 'bury', 'wick', 'combe', 'dale', 'grave', 'hurst',
      'land', 'low', 'man', 'mere', 'more', 'ridge', 'shaw', 'stock', 'thorpe', 'vale', 'way', 'water', 'son', 'kin', 'ert', 'ard', 'ings', 'over', 'croft', 'gate', 'holt', 'hope']) b),
polish as (
  select a || b as name from unnest(array['Adam', 'Bor', 'Czer', 'Dob', 'Gaj', 'Gór', 'Jan', 'Jaw', 'Kar', 'Lip', 'Maj', 'Ostr', 'Pietr', 'Rut', 'Sad', 'Tom', 'Urb', 'Wit', 'Zaw', 'Żuk']) a,
         unnest(array['owski', 'ewski', 'ecki', 'iński', 'czak', 'czyk', 'aszek', 'owicz']) b)
select row_number() over (order by part, name)::integer as n, name, name_words(name) as words
  from (select 1 as part, name from common union all select 2, name from made union all select 2, name from polish) every;
create unique index on surname (n);
create temporary table given_name on commit drop as
select row_number() over ()::integer as n, name, name_words(name) as words
  from unnest(array['Mohammed', 'Amina', 'Imran', 'Nadia', 'Tariq', 'Shabana', 'Zafar', 'Yasmin', 'Asif', 'Farah', 'Bilal', 'Saima', 'Usman', 'Rukhsana', 'Kamran', 'Zainab',
    'Harpreet', 'Gurpreet', 'Manjit', 'Rajesh', 'Sunita', 'Priya', 'Vikram', 'Deepak', 'Abdul', 'Rafiq', 'Shirin', 'Naveed', 'Khalid', 'Waqar', 'Javed', 'Sajid',
    'Piotr', 'Anna', 'Krzysztof', 'Agnieszka', 'Tomasz', 'Małgorzata', 'Paweł', 'Katarzyna', 'Łukasz', 'Ewa', 'Michał', 'Zofia',
    'Seán', 'Siobhán', 'Patrick', 'Niamh', 'Declan', 'Orla', 'Liam', 'Aoife', 'Brendan', 'Ciara', 'Connor', 'Maeve',
    'David', 'Susan', 'Paul', 'Karen', 'Mark', 'Julie', 'Andrew', 'Tracey', 'Stephen', 'Deborah', 'Michael', 'Alison', 'Robert', 'Helen', 'Peter', 'Margaret', 'James', 'Sarah',
    'John', 'Emma', 'Christopher', 'Laura', 'Ian', 'Claire', 'Kevin', 'Joanne', 'Gary', 'Lisa', 'Simon', 'Rachel', 'Neil', 'Amanda', 'Martin', 'Victoria', 'Graham', 'Rebecca',
    'Ion', 'Elena', 'Dimitar', 'Maria', 'Chidi', 'Ngozi', 'Kwame', 'Abena', 'Hodan', 'Yusuf', 'Mehmet', 'Ayşe', 'Omar', 'Layla', 'Reza', 'José', 'Anne-Marie', 'Jean Paul']) name;
create unique index on given_name (n);

-- One row a licence with all that is chosen for it.
create temporary table choice on commit drop as
select i.n, pg_temp.number_id('registration', i.n) as id, pg_temp.number_id('party', i.n) as party_id,
       pg_temp.pick(i.n, 1, 6)::smallint as authority_id,
       c.kind, c.operator,
       s.name as surname, g.name as given, m.name as middle,
       s.words || g.words || coalesce(m.words, '{}') as words,
       c.months, c.terms, t.latest, (t.latest - make_interval(months => (c.terms - 1) * c.months))::date as anchor_on,
       (t.latest + make_interval(months => c.months))::date as ends_before,
       d.today
  from (select coalesce(nullif(current_setting('lantern.volume_day', true), '')::date, current_date) as today,
               coalesce(nullif(current_setting('lantern.volume', true), '')::integer, 100000) as many) d
  cross join lateral generate_series(1, d.many) i(n)
  cross join lateral (select pg_temp.chance(i.n, 2) as kind_at, pg_temp.chance(i.n, 3) as months_at, pg_temp.chance(i.n, 4) as terms_at) x
  cross join lateral (
    select case when kind_at < 0.04 then 'private_hire_operator' when kind_at < 0.24 then 'hackney_driver'
                when kind_at < 0.84 then 'private_hire_driver' else 'dual_driver' end as kind,
           kind_at < 0.04 as operator,
           case when months_at < 0.3 then 12 when kind_at < 0.04 then 60 else 36 end as months,
           case when terms_at < 0.45 then 1 when terms_at < 0.8 then 2 else 3 end as terms) c
  cross join lateral (select case when pg_temp.chance(i.n, 5) < 0.87 then today - (pg_temp.chance(i.n, 6) * c.months * 30.4)::integer -- covers today
    else (today - (pg_temp.chance(i.n, 6) * 700)::integer - make_interval(months => c.months))::date end as latest) t             -- over for up to two years
  join surname s on s.n = case when pg_temp.chance(i.n, 7) < 0.6 then 1 + floor(131 * power(pg_temp.chance(i.n, 8), 2))::integer % 131
                               else 1 + pg_temp.pick(i.n, 9, (select max(n) from surname)) % (select max(n) from surname) end
  join given_name g on g.n = pg_temp.pick(i.n, 10, (select max(n) from given_name))
  left join given_name m on m.n = pg_temp.pick(i.n, 11, (select max(n) from given_name)) and pg_temp.chance(i.n, 12) < 0.15;
analyze choice;

insert into party (id, authority_id, kind, name, family_name, given_names, email, phone, address, postcode)
select party_id, authority_id,
       case when operator then 'business' else 'person' end,
       case when operator then b.name else concat_ws(' ', given, middle, surname) end,
       case when operator then b.name else surname end,
       case when operator then '' else concat_ws(' ', given, middle) end,
       case when pg_temp.chance(n, 20) < 0.5 then 'holder' || n || '@example.com' end,
       case when pg_temp.chance(n, 21) < 0.7 then '07700 9' || lpad((n % 100000)::text, 5, '0') end,
       pg_temp.pick(n, 22, 180) || ' ' || (array['High Street', 'Station Road', 'Church Lane', 'Mill Close', 'The Crescent'])[pg_temp.pick(n, 23, 5)],
       p.postcode
  from choice
  cross join lateral (select surname || (array[' Cars Ltd', ' Taxis', ' Private Hire', ' Executive Travel Ltd'])[pg_temp.pick(n, 24, 4)] as name) b
  cross join lateral (select (array['B61', 'WR14', 'B98', 'WR1', 'WR11', 'DY11'])[authority_id] || ' ' || pg_temp.pick(n, 25, 9)
    || chr(64 + pg_temp.pick(n, 26, 20)) || chr(64 + pg_temp.pick(n, 27, 20)) as postcode) p;

insert into registration (id, authority_id, kind, reference, badge, party_id, trading_name, sort_name, postcode_key, anchor_on, term_ends_before)
select c.id, c.authority_id, c.kind,
       (array['BRO', 'MAL', 'RED', 'WOR', 'WYC', 'WYF'])[c.authority_id] || '-'
         || case c.kind when 'hackney_driver' then 'HCD' when 'private_hire_driver' then 'PHD' when 'dual_driver' then 'DUA' else 'PHO' end
         || '-' || lpad(c.n::text, greatest(6, length(c.n::text)), '0'),
       case when not c.operator and pg_temp.chance(c.n, 30) < 0.9 then 'D' || c.n end,
       c.party_id, case when c.operator then p.name end,
       array_to_string(name_words(p.family_name), ' ') || case when p.given_names <> '' then ', ' || array_to_string(name_words(p.given_names), ' ') else '' end,
       replace(p.postcode, ' ', ''), c.anchor_on, c.ends_before
  from choice c join party p on p.id = c.party_id order by 1;

insert into term (id, registration_id, authority_id, kind, event, starts_on, ends_before, granted_on)
select pg_temp.number_id('term', n * 10 + k), id, authority_id, kind, case when k = 1 then 'grant' else 'renewal' end,
       (latest - make_interval(months => (terms - k) * months))::date,
       (latest - make_interval(months => (terms - k - 1) * months))::date,
       (latest - make_interval(months => (terms - k) * months))::date - pg_temp.pick(n * 10 + k, 40, 10)
  from choice, generate_series(1, terms) k order by 1;

insert into restriction (id, registration_id, authority_id, kind, cause, reason, starts_on, lifted_on, lifted_reason, lifted_at)
select pg_temp.number_id('restriction', n), id, authority_id, x.kind,
       case when x.kind = 'suspension' then (array['medical', 'dbs', 'training_non_compliance', 'other'])[pg_temp.pick(n, 51, 4)] end,
       'Invented for measuring', x.starts_on, x.lifted_on, case when x.lifted_on is not null then 'Reinstated' end,
       case when x.lifted_on is not null then now() end
  from choice
  cross join lateral (
    select kind, starts_on, case when kind = 'suspension' and pg_temp.chance(n, 52) < 0.5 then starts_on + pg_temp.pick(n, 53, 60) end as lifted_on
      from (select case when pg_temp.chance(n, 54) < 0.6 then 'suspension' when pg_temp.chance(n, 54) < 0.75 then 'revocation'
                        when pg_temp.chance(n, 54) < 0.95 then 'surrender' else 'refusal' end as kind,
                   latest + (pg_temp.chance(n, 55) * greatest(1, today - latest))::integer as starts_on) y) x
 where pg_temp.chance(n, 50) < 0.03;

-- Two documents; that of drivers in four versions, of which the third had to be given anew.
insert into guidance_document (id, code, title, audience) values
  (pg_temp.number_id('document', 1), 'volume-drivers', 'Spotting child sexual exploitation: drivers', '{hackney_driver,private_hire_driver,dual_driver}'),
  (pg_temp.number_id('document', 2), 'volume-operators', 'Spotting child sexual exploitation: operators', '{private_hire_operator}');
insert into guidance_version (id, document_id, number, effective_from, requires_acknowledgement, requires_reissue, approved_on, approved_by)
select pg_temp.number_id('version', v.n), pg_temp.number_id('document', v.document), v.number, d.today - v.days, true, v.reissue, d.today - v.days - 5, 'Volume Manager'
  from (values (1, 1, 1, 8000, false), (2, 1, 2, 2500, false), (3, 1, 3, 1000, true), (4, 1, 4, 200, false), (5, 2, 1, 8000, false), (6, 2, 2, 600, false))
       v(n, document, number, days, reissue)
  cross join (select today from choice limit 1) d;

create temporary table given on commit drop as
select n * 100 + cycle as n, id as registration_id, authority_id, kind, operator, today, starts,
       case when cycle = 0 then 'grant' when cycle * 12 % months = 0 then 'renewal' else 'anniversary' end as occasion,
       least(starts + (45 * power(pg_temp.chance(n * 100 + cycle, 60), 2))::integer, today) as issued_on,
       (anchor_on + make_interval(years => cycle + 1))::date as covers_before
  from choice
  cross join lateral generate_series(0, extract(year from today)::integer - extract(year from anchor_on)::integer) cycle
  cross join lateral (select (anchor_on + make_interval(years => cycle))::date as starts) s
 where starts <= today and starts < ends_before and starts > today - 2200 and pg_temp.chance(n * 100 + cycle, 61) < case when cycle >= 0 and starts > today - 365 then 0.78 else 0.97 end;

insert into issuance (id, registration_id, authority_id, kind, version_id, occasion, channel, issued_on, covers_before, recorded_by, recorded_at)
select pg_temp.number_id('issuance', n), registration_id, authority_id, kind,
       pg_temp.number_id('version', case when operator then case when issued_on >= today - 600 then 6 else 5 end
         when issued_on >= today - 200 then 4 when issued_on >= today - 1000 then 3 when issued_on >= today - 2500 then 2 else 1 end),
       occasion, (array['hand', 'letter', 'email', 'with_licence_pack'])[pg_temp.pick(n, 62, 4)], issued_on, covers_before,
       '00000000-0000-0000-0000-000000000001', issued_on + interval '10 hours'
  from given order by 1; -- in order of their keys: a key built in order costs a third
insert into issuance_void (issuance_id, registration_id, authority_id, how, reason, recorded_by)
select id, registration_id, authority_id, 'returned', 'Returned by the post', recorded_by
  from issuance where channel = 'letter' and hashtext(id::text) % 25 = 0;
insert into acknowledgement (issuance_id, version_id, registration_id, authority_id, method, acknowledged_on, recorded_by)
select i.id, i.version_id, i.registration_id, i.authority_id, (array['wet_signature', 'email_reply', 'e_signature'])[pg_temp.pick(hashtext(i.id::text), 70, 3)],
       least(i.issued_on + pg_temp.pick(hashtext(i.id::text), 71, 21) - 1, c.today), i.recorded_by
  from issuance i cross join (select today from choice limit 1) c where pg_temp.chance(hashtext(i.id::text), 72) < 0.6 order by 1;
insert into training_completion (id, registration_id, authority_id, course, provider, completed_on, valid_before, recorded_by)
select pg_temp.number_id('training', n), id, authority_id, 'Safeguarding awareness', 'County training', x.day, (x.day + interval '36 months')::date,
       '00000000-0000-0000-0000-000000000001'
  from choice cross join lateral (select today - (pg_temp.chance(n, 81) * 1400)::integer as day) x where pg_temp.chance(n, 80) < 0.5 order by 1;

insert into name_word select distinct word from choice, unnest(words) word where length(word) > 1
  union select 'cars' union select 'taxis' union select 'ltd' union select 'private' union select 'hire' union select 'executive' union select 'travel' on conflict do nothing;
insert into registration_word (word, registration_id, authority_id, sort_name)
select distinct w.word, c.id, c.authority_id, r.sort_name
  from choice c join registration r on r.id = c.id
 cross join lateral (select unnest(case when operator then (select name_words(name) from party p where p.id = c.party_id) else words end) as word) w
 where length(w.word) > 1 order by 1, 3, 4, 2;
do $$
declare b record;
begin
  for b in select * from built_again where on_table not in ('sec.stretch', 'sec.renewal') loop execute b.definition; end loop;
end $$;
analyze;
select sec.derive_all_stretches();
do $$
declare b record;
begin
  for b in select * from built_again where on_table in ('sec.stretch', 'sec.renewal') loop execute b.definition; end loop;
end $$;
commit;
