-- Lights, lists, what is due and search are asked of a date; each rule about sets stands here once.
set local role lantern_owner;

-- Figures of local policy that sets depend on: one row, copied from Config/policy.json by `lantern migrate`.
create table policy (
  one boolean primary key default true check (one),
  guidance_due_days smallint not null default 14 check (guidance_due_days between 0 and 365),
  renewal_before_days smallint not null default 56 check (renewal_before_days between 0 and 365),
  renewal_after_days smallint not null default 14 check (renewal_after_days between 0 and 365),
  training_expiring_days smallint not null default 90 check (training_expiring_days between 0 and 730)
);
insert into policy default values;
grant select on policy to lantern_app, lantern_sec, lantern_reader;

-- The three lights of every licence on a day, with its standing. Inlined into the query that asks, so that a list of fifty
-- pays for fifty. A licence that is not current owes nothing: that includes a suspended one, which is not in the population that
-- coverage is counted over; it owes again from the day it is reinstated, and what it was given before still counts.
--   guidance: held: some issue is in force (guidance_in_force); due: none is, and the guidance year began less than
--     policy.guidance_due_days ago; overdue: none is, later than that; none_needed: not current on the day.
--   guidance_issued_on, guidance_version: the latest issue in force. guidance_due_by: the day by which the next is owed: of the
--     year that has begun if none is held, else of the one after what is held.
--   ack: of the issues in force: acknowledged: one is, by that day; outstanding: none is and one asks for it; not_needed; none.
--   training: valid; expiring: valid, and over within policy.training_expiring_days; expired; none.
create function registration_lights(on_day date)
returns table (registration_id uuid, status text, term_starts_on date, term_ends_before date, guidance text, guidance_issued_on date,
               guidance_version text, guidance_due_by date, ack text, training text, training_valid_before date)
language sql stable parallel safe as $$
  select s.registration_id, s.status, s.term_starts_on, s.term_ends_before,
         case when s.status <> 'current' then 'none_needed'
              when g.issued_on is not null then 'held'
              when on_day < cycle_start(s.anchor_on, on_day) + p.guidance_due_days then 'due'
              else 'overdue' end,
         g.issued_on, g.version,
         case when s.status <> 'current' then null
              when g.issued_on is not null then g.covers_before + p.guidance_due_days
              else cycle_start(s.anchor_on, on_day) + p.guidance_due_days end,
         case when s.status <> 'current' or g.issued_on is null then 'none'
              when g.acknowledged then 'acknowledged'
              when g.asks then 'outstanding'
              else 'not_needed' end,
         case when t.valid_before is null then 'none'
              when t.valid_before <= on_day then 'expired'
              when t.valid_before <= on_day + p.training_expiring_days then 'expiring'
              else 'valid' end,
         t.valid_before
    from registration_standing(on_day) s
   cross join policy p
   cross join lateral (
     select max(f.issued_on) as issued_on,
            max(least(f.covers_before, f.counts_before)) as covers_before,
            (array_agg(f.title || ', version ' || f.number order by f.issued_on desc, f.number desc))[1] as version,
            bool_or(f.requires_acknowledgement) as asks,
            bool_or(exists (select from acknowledgement a where a.issuance_id = f.issuance_id and a.acknowledged_on <= on_day)) as acknowledged
       from guidance_in_force(on_day) f
      where f.registration_id = s.registration_id) g
   cross join lateral (
     select max(c.valid_before) as valid_before from training_completion c
      where c.registration_id = s.registration_id and c.completed_on <= on_day) t
$$;

-- The days of the year (month * 100 + day, as registration.anchor_md) on which a guidance year began at most `days` before a day:
-- a licence whose guidance is `due` has its anchor on one of them.
create function anniversary_days(on_day date, days integer) returns smallint[] language sql stable parallel safe as $$
  select array_agg((date_part('month', d) * 100 + date_part('day', d))::smallint)
         || case when bool_or(date_part('month', d) = 2 and date_part('day', d) = 28) then array[229::smallint] else '{}' end
    from (select on_day - x as d from generate_series(0, least(days, 366)) x) y
$$;

-- What falls due in a window of days, soonest first, then by name: renewals (the licence ends on that day and has no later term)
-- and anniversaries (a new guidance year begins). Only licences current on `on_day`; the lights are those of `on_day`, as on the
-- list. Goes day by day and stops when it has a page, so its cost follows the page, not the register.
-- Next page: the last row's due_on, sort_name and id. `states` null: any light of guidance.
create function due_list(on_day date, horizon_days integer, back_days integer default 0, states text[] default null,
  after_day date default null, after_name text default null, after_id uuid default null, page integer default 51)
returns table (registration_id uuid, occasion text, due_on date, sort_name text, authority_id smallint, kind text, reference text,
  party_id uuid, term_ends_before date, guidance text, guidance_issued_on date, guidance_version text, guidance_due_by date,
  ack text, training text, training_valid_before date)
language plpgsql stable rows 51 as $$
#variable_conflict use_column
declare
  d date := greatest(on_day - least(back_days, 366), coalesce(after_day, '-infinity'));
  last_day date := on_day + least(horizon_days, 366);
  md smallint; leap_md smallint; found_rows integer; wanted integer := least(page, 5001);
begin
  while d <= last_day and wanted > 0 loop
    md := date_part('month', d) * 100 + date_part('day', d);
    -- an anchor of 29 February turns on the 28th in common years
    leap_md := case when md = 228 and date_part('day', d + 1) = 1 then 229 end;
    return query
      select r.id, r.occasion, d, r.sort_name, r.authority_id, r.kind, r.reference, r.party_id, r.term_ends_before,
             l.guidance, l.guidance_issued_on, l.guidance_version, l.guidance_due_by, l.ack, l.training, l.training_valid_before
        from (
          select q.id, 'renewal' as occasion, q.sort_name, q.authority_id, q.kind, q.reference, q.party_id, q.term_ends_before, q.anchor_on
            from registration q where q.term_ends_before = d
          union all
          select q.id, 'anniversary', q.sort_name, q.authority_id, q.kind, q.reference, q.party_id, q.term_ends_before, q.anchor_on
            from registration q where q.anchor_md = md and q.anchor_on < d and coalesce(q.term_ends_before, 'infinity') > d
          union all
          select q.id, 'anniversary', q.sort_name, q.authority_id, q.kind, q.reference, q.party_id, q.term_ends_before, q.anchor_on
            from registration q where q.anchor_md = leap_md and q.anchor_on < d and coalesce(q.term_ends_before, 'infinity') > d
           order by 3, 1 offset 0) r -- in order first, then lights for as many as the page takes (see the filtered list)
       cross join lateral (select * from registration_lights(on_day) x where x.registration_id = r.id offset 0) l
       where (after_day is null or d > after_day or (r.sort_name, r.id) > (after_name, after_id))
         and coalesce(l.status = 'current' and (states is null or l.guidance = any (states)), false)
       order by r.sort_name, r.id
       limit wanted;
    get diagnostics found_rows = row_count;
    wanted := wanted - found_rows;
    d := d + 1;
  end loop;
end $$;

-- Renewals granted in a period with no issue of that licence near the grant that stands; with the reason where an officer gave one.
-- `open_until`: guidance given by then still puts it right.
create function renewals_without_guidance(from_day date, to_day date)
returns table (term_id uuid, registration_id uuid, authority_id smallint, granted_on date, starts_on date, open_until date,
               reason text, recorded_by uuid, recorded_at timestamptz)
language sql stable parallel safe as $$
  select t.id, t.registration_id, t.authority_id, t.granted_on, t.starts_on, t.granted_on + p.renewal_after_days,
         e.reason, coalesce(e.recorded_by, t.recorded_by), e.recorded_at
    from term t cross join policy p left join renewal_exception e on e.term_id = t.id
   where t.event = 'renewal' and t.granted_on between from_day and to_day
     and not exists (
       select from issuance i where i.registration_id = t.registration_id
          and i.issued_on between t.granted_on - p.renewal_before_days and t.granted_on + p.renewal_after_days
          and not exists (select from issuance_void x where x.issuance_id = i.id))
$$;

grant execute on function registration_lights, anniversary_days, due_list, renewals_without_guidance to lantern_app, lantern_sec, lantern_reader;

-- Words that sound alike lie together.
create index name_word_alike on name_word (dmetaphone(word));

set local role lantern_sec;

-- The holders whose names have, for each of up to five words, one of its candidates (best first), in order of the candidates and
-- then of name. Drives from the word with the fewest holders and looks up the others row by row (`limit 1`: a join would first
-- gather all holders of a common word). Of words that all have very many holders it looks at those whose family and given names
-- are the first two words, either way round, and at some hundreds more in order of name.
create function sec.holders(c1 text[], c2 text[], c3 text[], c4 text[], c5 text[], allowed smallint[], most integer)
returns table (registration_id uuid, place integer, sort_name text)
language plpgsql stable rows 50 set search_path = sec, public, pg_temp set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  bound constant integer := 250;
  swap text[];
  n1 integer; n2 integer;
  budget integer := 1000;
begin
  if c2 is null then
    return query select x.registration_id, x.place::integer, x.sort_name
      from unnest(c1) with ordinality c(word, place) cross join unnest(allowed) a(id)
     cross join lateral (select o.registration_id, c.place, o.sort_name from registration_word o where o.word = c.word and o.authority_id = a.id
                          order by o.sort_name, o.registration_id limit most) x
     order by x.place, x.sort_name, x.registration_id limit most;
    return;
  end if;
  n1 := (select count(*) from (select from registration_word o where o.word = any (c1) limit bound) x);
  n2 := (select count(*) from (select from registration_word o where o.word = any (c2) limit bound) x);
  if n2 < n1 then swap := c1; c1 := c2; c2 := swap; n1 := n2; end if;
  if c3 is not null then
    n2 := (select count(*) from (select from registration_word o where o.word = any (c3) limit bound) x);
    if n2 < n1 then swap := c1; c1 := c3; c3 := swap; n1 := n2; end if;
  end if;
  if n1 = bound then
    return query select x.id, x.place::integer, x.sort_name
      from (select f.word || ', ' || g.word as start, f.place + g.place - 1 as place
              from unnest(c1) with ordinality f(word, place), unnest(c2) with ordinality g(word, place)
            union all
            select g.word || ', ' || f.word, f.place + g.place - 1
              from unnest(c1) with ordinality f(word, place), unnest(c2) with ordinality g(word, place)) s
     cross join unnest(allowed) a(id)
     cross join lateral (select r.id, s.place, r.sort_name from registration r
                          where r.authority_id = a.id and r.sort_name >= s.start and r.sort_name < s.start || '~' order by r.sort_name, r.id limit most) x
     where (c3 is null or (select true from registration_word o where o.registration_id = x.id and coalesce(o.word = any (c3), false) limit 1))
       and (c4 is null or (select true from registration_word o where o.registration_id = x.id and coalesce(o.word = any (c4), false) limit 1))
       and (c5 is null or (select true from registration_word o where o.registration_id = x.id and coalesce(o.word = any (c5), false) limit 1))
     order by x.place, x.sort_name, x.id limit most;
    get diagnostics n2 = row_count;
    if n2 >= most then return; end if;
    if n2 > 0 then budget := 240; end if;
  end if;
  return query select x.registration_id, x.place::integer, x.sort_name
    from (select y.registration_id, y.place, y.sort_name
            from unnest(c1) with ordinality c(word, place) cross join unnest(allowed) a(id)
           cross join lateral (select o.registration_id, c.place, o.sort_name from registration_word o where o.word = c.word and o.authority_id = a.id
                                order by o.sort_name, o.registration_id limit greatest(budget / cardinality(allowed), 10)) y
           order by y.place, y.sort_name, y.registration_id limit budget) x
   where (select true from registration_word o where o.registration_id = x.registration_id and coalesce(o.word = any (c2), false) limit 1)
     and (c3 is null or (select true from registration_word o where o.registration_id = x.registration_id and coalesce(o.word = any (c3), false) limit 1))
     and (c4 is null or (select true from registration_word o where o.registration_id = x.registration_id and coalesce(o.word = any (c4), false) limit 1))
     and (c5 is null or (select true from registration_word o where o.registration_id = x.registration_id and coalesce(o.word = any (c5), false) limit 1))
   limit most;
end $$;

-- What a word may stand for, best first: itself, then words that begin with it (reach 1), then words spelt or sounding like it
-- (reach 2). Its cost follows the vocabulary, not the register.
create function sec.word_candidates(asked text, reach integer) returns text[]
language plpgsql stable set search_path = sec, public, pg_temp set plan_cache_mode = force_generic_plan as $$
declare sound text := case when asked ~ '^[a-z]' then nullif(dmetaphone(asked), '') end;
begin
  if asked is null then return null; elsif reach = 0 then return array[asked]; end if;
  return (
    select coalesce(array_agg(x.word order by x.distance, x.word), array[asked])
      from (select y.word, min(y.distance) as distance
              from (select asked as word, -2.0 as distance
                    union all
                    (select w.word, -1 from name_word w
                      where length(asked) > 1 and w.word > asked and w.word < asked || chr(1114111) order by length(w.word), w.word limit 12)
                    union all
                    select w.word, levenshtein(w.word, asked) - case when dmetaphone(w.word) = sound then 0.9 else 0 end
                      from name_word w
                     where reach = 2 and length(asked) > 2 and (
                             (w.word >= left(asked, 1) and w.word < left(asked, 1) || '~')
                             or dmetaphone(w.word) = sound
                             or w.word % asked)
                       and length(w.word) between length(asked) - 3 and length(asked) + 3
                       and levenshtein_less_equal(w.word, asked, 4)
                           <= case when length(asked) < 4 then 1 when length(asked) < 8 then 2 else 3 end
                              + case when dmetaphone(w.word) = sound then 1 else 0 end) y
             group by y.word order by 2, 1 limit 16) x);
end $$;

-- Finding a licence as a clerk asks: by reference, badge, postcode, then name, then names like it. Row level security would keep
-- such a query from its indexes (LIKE and trigrams may not run before the policy), so this one function stands outside it and
-- applies the scope itself, in every branch. It looks at a bounded number of rows whatever is typed: of a common word the first
-- holders in order of name. Any text is an answer, never an error.
-- `matched`: reference, badge, postcode, name, similar name. `rank`: 1 is best; rows come in order of rank, then name.
create function sec.search_registrations(words text, lim integer default 50)
returns table (registration_id uuid, matched text, rank integer)
language plpgsql stable security definer rows 50 set search_path = sec, public, pg_temp set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  allowed smallint[] := sec.readable();
  typed text := left(coalesce(words, ''), 200);
  key text := upper(regexp_replace(typed, '[^A-Za-z0-9]', '', 'g'));
  most integer := least(greatest(coalesce(lim, 50), 1), 200);
  asked text[];
  seen uuid[] := '{}';
  level integer;
  ids uuid[];
begin
  if allowed is null or cardinality(allowed) = 0 or trim(typed) = '' then return; end if;

  if key <> '' and length(key) <= 60 then
    return query select r.id, 'reference', 1 from registration r
                  where r.reference_key = key and r.authority_id = any (allowed) order by r.sort_name, r.id limit most;
    if found then return; end if;
    return query select r.id, 'badge', 2 from registration r
                  where r.badge_key = key and r.authority_id = any (allowed) order by r.sort_name, r.id limit most;
    if found then return; end if;
    if key ~ '^[A-Z]{1,2}[0-9]' and length(key) between 3 and 7 then
      return query select x.id, 'postcode', case when x.postcode_key = key then 3 else 5 end
                     from unnest(allowed) a(id)
                    cross join lateral (select r.id, r.postcode_key, r.sort_name from registration r
                                         where r.authority_id = a.id and r.postcode_key >= key and r.postcode_key < key || '~'
                                         order by r.postcode_key, r.sort_name, r.id limit most) x
                    order by x.postcode_key, x.sort_name, x.id limit most;
      if found then return; end if;
    end if;
    if length(key) >= 3 and (key ~ '[0-9]' or typed ~ '[-/]') then
      return query select x.id, 'reference', 4
                     from unnest(allowed) a(id)
                    cross join lateral (select r.id, r.reference_key from registration r
                                         where r.authority_id = a.id and r.reference_key >= key and r.reference_key < key || '~'
                                         order by r.reference_key, r.id limit most) x
                    order by x.reference_key, x.id limit most;
      if found then return; end if;
    end if;
  end if;

  select array_agg(x.w) into asked
    from (select left(u.w, 40) as w, min(u.n) from unnest(name_words(typed)) with ordinality u(w, n) where length(u.w) > 1 group by 1 order by 2 limit 5) x;
  if asked is null then
    -- one letter: the names that begin with it
    key := left(array_to_string(name_words(typed), ''), 1);
    if key <> '' then
      return query select x.id, 'name', 7
                     from unnest(allowed) a(id)
                    cross join lateral (select r.id, r.sort_name from registration r
                                         where r.authority_id = a.id and r.sort_name >= key and r.sort_name < key || chr(1114111)
                                         order by r.sort_name, r.id limit most) x
                    order by x.sort_name, x.id limit most;
    end if;
    return;
  end if;

  for level in 0 .. 2 loop
    -- words that begin so, then words like these, only when the words before found hardly anybody
    exit when cardinality(seen) >= case when level = 0 then 1 when cardinality(asked) > 1 then 3 - level else least(most, 10) end;
    select array_agg(x.registration_id order by x.place, x.sort_name, x.registration_id) into ids
      from (select h.registration_id, min(h.place) as place, min(h.sort_name) as sort_name
              from sec.holders(sec.word_candidates(asked[1], level), sec.word_candidates(asked[2], level), sec.word_candidates(asked[3], level),
                               sec.word_candidates(asked[4], level), sec.word_candidates(asked[5], level), allowed, most) h
             where h.registration_id <> all (seen) group by h.registration_id) x;
    continue when ids is null;
    ids := ids[1 : most - cardinality(seen)];
    return query select i, case when level < 2 then 'name' else 'similar name' end, 6 + level from unnest(ids) with ordinality u(i, n) order by n;
    seen := seen || ids;
  end loop;
end $$;
revoke all on function sec.holders, sec.word_candidates, sec.search_registrations from public;
grant execute on function sec.search_registrations to lantern_app, lantern_owner;
