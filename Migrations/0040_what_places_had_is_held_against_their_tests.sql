-- What places had on the day of a challenge test is held against what their staff did; and districts stand side by side.
set local role lantern_owner;

-- The tests of a period with what the place had when the day of its test began: guidance in force and training that was valid, of the
-- licence that was tested or of another at the same place. What was given on the day itself was given because of the test. Asked as whoever
-- reads: rows of other authorities are not there.
create function challenge_standing(from_day date, to_day date)
returns table (test_id uuid, registration_id uuid, authority_id smallint, location_id uuid, tested_on date, kind text, result text, guidance boolean, trained boolean)
language sql stable as $$
  select t.id, t.registration_id, t.authority_id, r.location_id, t.tested_on, t.kind, t.result, had.guidance, had.trained
    from challenge_test t join registration r on r.id = t.registration_id
   cross join lateral (
      select coalesce(bool_or(exists (
               select from issuance i join guidance_version_counts v on v.version_id = i.version_id and coalesce(v.counts_before, 'infinity') > t.tested_on
                where i.registration_id = o.id and i.issued_on < t.tested_on and i.covers_before > t.tested_on
                  and not exists (select from issuance_void x where x.issuance_id = i.id))), false) as guidance,
             coalesce(bool_or(exists (
               select from training_completion c where c.registration_id = o.id and c.completed_on < t.tested_on and c.valid_before > t.tested_on)), false) as trained
        from (select r.id union select n.id from registration n where n.location_id = r.location_id) o) had
   where t.withdrawn_at is null and t.tested_on between from_day and to_day
$$;
grant execute on function challenge_standing to lantern_app, lantern_sec, lantern_reader;

create index board_pack_of_strategy on board_pack (strategy, recorded_at desc, id);
-- Which place a licence stands at, asked of all of them at once.
create index registration_places on registration (id) include (location_id) where location_id is not null;

set local role lantern_sec;
-- Places of a day are counted from these two indexes alone: the stretches of their kinds, and where each licence stands.
-- Premises and accommodation alone: operators' bases are counted in and around hot spots only.
create index stretch_of_kinds on sec.stretch (kind, ends_before, starts_on) include (registration_id, authority_id, cover);
create or replace function sec.coverage_of_locations(on_day date)
returns table (authority_id smallint, register text, locations bigint, issued bigint, acknowledged bigint)
language plpgsql stable security definer rows 24 set search_path = sec, public, pg_temp as $$
#variable_conflict use_column
declare allowed smallint[] := sec.countable();
begin
  if allowed is null or cardinality(allowed) = 0 then return; end if;
  return query
    select x.authority_id, x.register, count(*), count(*) filter (where x.issued), count(*) filter (where x.acknowledged)
      from (select s.authority_id, k.register, r.location_id, bool_or(c.issued) as issued, bool_or(c.acknowledged) as acknowledged
              from sec.stretch s join licence_kind k on k.number = s.kind join sec.cover_on(on_day) c on c.id = s.cover
              join registration r on r.id = s.registration_id
             where s.kind = any (array(select n.number from licence_kind n where n.register in ('premises', 'accommodation')))
               and s.starts_on <= on_day and s.ends_before > on_day and s.authority_id = any (allowed) and r.location_id is not null
             group by grouping sets ((s.authority_id, r.location_id, k.register), (s.authority_id, r.location_id))) x
     group by x.authority_id, x.register order by x.authority_id, x.register nulls last;
end $$;

-- Challenge tests of a period by district and by what the place had, inside a hot spot of that day or not. Counts only.
create function sec.challenge_counted(from_day date, to_day date)
returns table (authority_id smallint, guidance boolean, trained boolean, in_hot_spot boolean, completed bigint, challenged bigint, not_completed bigint)
language plpgsql stable security definer rows 40 set search_path = sec, public, pg_temp as $$
#variable_conflict use_column
declare allowed smallint[] := sec.countable();
begin
  if allowed is null or cardinality(allowed) = 0 then return; end if;
  return query
    select c.authority_id, c.guidance, c.trained, h.inside, count(*) filter (where c.result <> 'not_completed'), count(*) filter (where c.result = 'passed'),
           count(*) filter (where c.result = 'not_completed')
      from challenge_standing(from_day, to_day) c
      left join location l on l.id = c.location_id
     cross join lateral (select exists (
        select from hot_spot h where h.designated_on <= c.tested_on and (h.ended_on is null or h.ended_on > c.tested_on) and st_intersects(h.area, l.point)) as inside) h
     where c.authority_id = any (allowed)
     group by c.authority_id, c.guidance, c.trained, h.inside order by 1, 2, 3, 4;
end $$;

-- How many days hot spots of the two years to a day waited from their designation to an approved plan, by district and (district null) of
-- all; and drivers licensed elsewhere who were spoken to in the year to it. Counts and medians only.
create function sec.equity_counted(on_day date)
returns table (authority_id smallint, planned bigint, median_days double precision, contacts bigint)
language plpgsql stable security definer rows 7 set search_path = sec, public, pg_temp as $$
#variable_conflict use_column
declare allowed smallint[] := sec.countable();
begin
  if allowed is null or cardinality(allowed) = 0 then return; end if;
  return query
    with waited as (
      select h.authority_id, greatest(min(p.approved_on) - h.designated_on, 0) as days
        from hot_spot h join plan p on p.hot_spot_id = h.id and p.approved_on <= on_day
       where h.designated_on > (on_day - interval '2 years')::date and h.designated_on <= on_day and h.authority_id = any (allowed)
       group by h.id),
    met as (
      select c.authority_id, count(*) as many from awareness_contact c
       where c.met_on > (on_day - interval '1 year')::date and c.met_on <= on_day and c.withdrawn_at is null and c.authority_id = any (allowed)
       group by c.authority_id)
    select a.id, (select count(*) from waited w where w.authority_id = a.id),
           (select percentile_cont(0.5) within group (order by w.days) from waited w where w.authority_id = a.id),
           coalesce((select m.many from met m where m.authority_id = a.id), 0)
      from authority a where a.id = any (allowed)
    union all
    select null, (select count(*) from waited), (select percentile_cont(0.5) within group (order by w.days) from waited w), coalesce((select sum(m.many)::bigint from met m), 0)
    order by 1 nulls last;
end $$;
revoke all on function sec.challenge_counted, sec.equity_counted from public;
grant execute on function sec.challenge_counted, sec.equity_counted to lantern_app, lantern_owner, lantern_reader;
