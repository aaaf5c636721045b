-- Items near one another suggest a hot spot to those who may see them all; a person proposes it, or sets it aside with a reason.
set local role lantern_owner;

-- What became of a suggestion. While no new item joins those named here it is not suggested again.
create table hot_spot_suggestion (
  id uuid primary key default gen_random_uuid(),
  csp_id smallint not null references csp,
  items uuid[] not null check (cardinality(items) > 0),
  outcome text not null check (outcome in ('proposed', 'set_aside')),
  hot_spot_id uuid,
  authority_id smallint,
  reason text not null default '' check (length(reason) <= 2000),
  decided_by uuid not null,
  decided_on date not null,
  recorded_at timestamptz not null default now(),
  foreign key (hot_spot_id, authority_id) references hot_spot (id, authority_id),
  constraint hot_spot_suggestion_proposed_as check ((outcome = 'proposed') = (hot_spot_id is not null and authority_id is not null)),
  constraint hot_spot_suggestion_set_aside_with_reason check (outcome <> 'set_aside' or length(trim(reason)) >= 3)
);
create index hot_spot_suggestion_of on hot_spot_suggestion (hot_spot_id) where hot_spot_id is not null;
create index hot_spot_suggestion_by_csp on hot_spot_suggestion (csp_id, decided_on);
create trigger hot_spot_suggestion_never_changes before update or delete on hot_spot_suggestion for each row execute function never_change();

alter table hot_spot_suggestion enable row level security;
alter table hot_spot_suggestion force row level security;
-- Whoever may see every item that it rests on: asked of the items' own policy.
create policy readable on hot_spot_suggestion for select to lantern_app, lantern_owner using (
  csp_id = any ((select sec.held_csps('readIntelligence'))::smallint[])
  and (select count(*) from intelligence_item i where i.id = any (items)) = cardinality(items));
create policy insertable on hot_spot_suggestion for insert to lantern_app, lantern_owner with check (
  decided_by = (select sec.me()) and csp_id = any ((select sec.held_csps('proposeHotSpots'))::smallint[])
  and (select count(*) from intelligence_item i where i.id = any (items)) = cardinality(items));
create policy searched on hot_spot_suggestion for select to lantern_sec using (true);
grant select, insert on hot_spot_suggestion to lantern_app;
grant select on hot_spot_suggestion to lantern_sec;

-- All that a suggestion asks of an item, without the item: its text makes its row long. The condition is that of sec.hot_spot_suggestions.
create index intelligence_near on intelligence_item (csp_id, received_on) include (id, point, happened_on, author, kind, source_grade, information_grade, police_only)
 where point is not null and state not in ('recalled', 'disposed') and information_grade is distinct from 'E' and legacy_information is distinct from 5
   and (outcome is null or outcome not in ('identifying_data', 'duplicate'));

-- What suggested a hot spot is what it rests on: the links come with the proposal, so that a recall asks for another look.
create policy suggested on hot_spot_item for insert to lantern_sec with check (true);
grant select, insert on hot_spot_item to lantern_sec;

set local role lantern_sec;
create function sec.link_suggested() returns trigger language plpgsql security definer set search_path = sec, public, pg_temp as $$
begin
  insert into hot_spot_item (hot_spot_id, authority_id, item_id, csp_id, linked_by, linked_on)
  select h.id, h.authority_id, i.id, i.csp_id, new.decided_by, new.decided_on
    from hot_spot h join intelligence_item i on i.id = any (new.items) where h.id = new.hot_spot_id
  on conflict do nothing;
  return null;
end $$;
revoke all on function sec.link_suggested from public;
grant execute on function sec.link_suggested to lantern_app, lantern_owner;
reset role;
set local role lantern_owner;
create trigger hot_spot_suggestion_links after insert on hot_spot_suggestion for each row when (new.hot_spot_id is not null) execute function sec.link_suggested();
reset role;
set local role lantern_sec;
-- The organisation that each account acts for: as recorded with it, else the one that their role is scoped to. Without either it is not here.
create function sec.agencies() returns table (account_id uuid, organisation_id smallint)
language sql stable security definer set search_path = sec, public, pg_temp as $$
  select distinct on (x.account_id) x.account_id, x.organisation_id
    from (select c.account_id, c.organisation_id, 0 as rank from plan_colleague c
          union all select g.account_id, g.scope_id, 1 from sec.role_grant g where g.scope = 'organisation') x
   order by x.account_id, x.rank, x.organisation_id
$$;

-- Whether all these items were proposed or set aside together before. Says so to whoever asks of what they see; what else was in it, it does not say.
create function sec.suggestion_settled(of_csp smallint, these uuid[]) returns boolean
language plpgsql stable security definer set search_path = sec, public, pg_temp as $$
begin
  return exists (select from hot_spot_suggestion s where s.csp_id = of_csp and cardinality(s.items) >= cardinality(these) and s.items @> these);
end $$;
revoke all on function sec.agencies, sec.suggestion_settled from public;
grant execute on function sec.agencies, sec.suggestion_settled to lantern_app, lantern_owner;

-- Places where items lie so near one another that tasking may look at them, by the rule of Config/policy.json ("suggestions"). Asked as
-- the reader, under row level security: what they may not see neither counts nor appears. An item that was recalled, was found to name
-- somebody or to be another's duplicate, or is graded E (suspected to be false) does not count.
-- Agency 0 is "not recorded": it counts once, whoever they are. The heaviest 50, should there ever be more.
create function sec.hot_spot_suggestions(rule jsonb, on_day date)
returns table (suggestion_id uuid, csp_id smallint, items uuid[], agencies smallint[], first_on date, last_on date, weight double precision,
               across double precision, easting integer, northing integer, radius integer, authority_id smallint)
language sql stable parallel restricted rows 20 set search_path = sec, public, pg_temp as $$
  with figure as materialized (
    select (rule ->> 'metres')::double precision as metres, (rule ->> 'items')::integer as items, (rule ->> 'agencies')::integer as agencies,
           on_day - (rule ->> 'days')::integer as since, (rule ->> 'halfLifeDays')::double precision as half_life, (rule ->> 'ungradedWeight')::double precision as ungraded,
           coalesce((select o.id from organisation o where o.kind = 'police' order by o.id limit 1), 0::smallint) as police,
           -- Of the grades 1A, 1B ... 3E, in this order: looked up by their place.
           array(select s.value::double precision * i.value::double precision from jsonb_each_text(rule -> 'sourceWeights') s, jsonb_each_text(rule -> 'informationWeights') i
                  order by s.key collate "C", i.key collate "C") as grades),
  item as (
    select i.id, i.csp_id, i.point, coalesce(i.happened_on, i.received_on) as day,
           case when i.kind = 'police' then (select f.police from figure f) else coalesce(a.organisation_id, 0::smallint) end as agency,
           coalesce((select f.grades from figure f)[(i.source_grade - 1) * 5 + ascii(i.information_grade) - 64], (select f.ungraded from figure f))
             * power(0.5, (on_day - coalesce(i.happened_on, i.received_on)) / (select f.half_life from figure f)) as weight
      from intelligence_item i left join sec.agencies() a on a.account_id = i.author
     where i.received_on >= (select f.since from figure f) and coalesce(i.happened_on, i.received_on) >= (select f.since from figure f)
       and coalesce(i.happened_on, i.received_on) <= on_day
       and i.point is not null and i.state not in ('recalled', 'disposed') and i.information_grade is distinct from 'E' and i.legacy_information is distinct from 5
       and (i.outcome is null or i.outcome not in ('identifying_data', 'duplicate'))),
  -- Partnership by partnership, and in each those of one square of 256 metres after one another: the clustering looks for the neighbours
  -- of each where it has just looked for its neighbour's, and takes half the time. Who lies between two clusters falls to the same one each time.
  clustered as (
    select n.* from csp c cross join lateral (
      select s.*, st_clusterdbscan(s.point, (select f.metres from figure f), (select f.items from figure f)) over () as cluster
        from (select i.* from item i where i.csp_id = c.id order by (st_x(i.point)::integer >> 8 << 16) + (st_y(i.point)::integer >> 8), i.id offset 0) s) n),
  grouped as materialized (
    select c.csp_id, array_agg(c.id) as items, array_agg(c.agency) as authors, min(c.day) as first_on, max(c.day) as last_on, array_agg(c.point) as points, sum(c.weight) as weight
      from clustered c where c.cluster is not null group by c.csp_id, c.cluster having count(*) >= (select f.items from figure f)),
  -- The heaviest first, so that what costs more, who sent the items and whether they were decided on before, is asked until there are enough.
  ranked as (select g.* from grouped g order by g.weight desc, g.csp_id, g.last_on desc offset 0),
  heaviest as materialized (
    select row_number() over (order by g.weight desc, g.csp_id, g.last_on desc) as n, g.csp_id, g.items, g.agencies,
           g.first_on, g.last_on, g.weight, g.hull, st_centroid(g.hull) as middle
      from (select r.csp_id, r.items, k.agencies, r.first_on, r.last_on, r.weight, st_convexhull(st_collect(r.points)) as hull
              from ranked r cross join lateral (select array(select distinct x from unnest(r.authors) x) as agencies offset 0) k
             where cardinality(k.agencies) >= (select f.agencies from figure f) and not sec.suggestion_settled(r.csp_id, r.items)
             limit 50) g),
  -- Outline by outline, so that each is prepared once for all middles.
  located as materialized (
    select h.n, min(a.id) as authority_id
      from authority a join (select o.code, o.shape from outline o where o.kind = 'district' offset 0) o on o.code = a.code
     cross join lateral (select x.n from heaviest x where st_covers(o.shape, x.middle)) h group by h.n)
  -- The same of the same items, in whatever order they come.
  select md5((select count(*) || ' ' || bit_xor(uuid_hash_extended(x, 1)) || ' ' || bit_xor(uuid_hash_extended(x, 2)) from unnest(h.items) x))::uuid, h.csp_id, h.items, h.agencies, h.first_on, h.last_on, h.weight, st_maxdistance(h.hull, h.hull),
         round(st_x(h.middle))::integer, round(st_y(h.middle))::integer,
         least(2500, greatest(100, ceil((st_maxdistance(h.middle, h.hull) + 50) / 10) * 10))::integer, l.authority_id::smallint
    from heaviest h left join located l on l.n = h.n order by h.n
$$;

-- How many items that the reader may see lie in a hot spot and in the ring around it, in as many days before its designation as after
-- it; and, for the predictive accuracy index, in its whole partnership after it, with both areas in square metres. Nothing for what
-- was never designated, or was today. The study area is null unless the outlines of all districts of the partnership are known.
create function sec.hot_spot_displacement(which uuid, inner_metres double precision, ring double precision, most_days integer, on_day date)
returns table (days integer, inside_before bigint, inside_after bigint, ring_before bigint, ring_after bigint, core_after bigint, all_after bigint,
               area double precision, study_area double precision)
language sql stable parallel restricted rows 1 set search_path = sec, public, pg_temp as $$
  with spot as materialized (
    select h.area, st_expand(h.area, inner_metres + ring) as around, h.csp_id, h.designated_on as since, least(coalesce(h.ended_on, on_day) - h.designated_on, most_days) as days
      from hot_spot h where h.id = which and h.designated_on < on_day and coalesce(h.ended_on, on_day) > h.designated_on),
  item as (
    select coalesce(i.happened_on, i.received_on) >= s.since as after, case when i.point && s.around then st_distance(i.point, s.area) else 'infinity' end as distance
      from spot s join intelligence_item i on i.csp_id = s.csp_id
     where i.received_on >= s.since - s.days and coalesce(i.happened_on, i.received_on) >= s.since - s.days and coalesce(i.happened_on, i.received_on) < s.since + s.days
       and i.point is not null and i.state not in ('recalled', 'disposed') and i.information_grade is distinct from 'E' and i.legacy_information is distinct from 5
       and coalesce(i.outcome, '') not in ('identifying_data', 'duplicate'))
  select s.days, count(i) filter (where i.distance <= inner_metres and not i.after), count(i) filter (where i.distance <= inner_metres and i.after),
         count(i) filter (where i.distance > inner_metres and i.distance <= inner_metres + ring and not i.after),
         count(i) filter (where i.distance > inner_metres and i.distance <= inner_metres + ring and i.after),
         count(i) filter (where i.distance = 0 and i.after), count(i) filter (where i.after), st_area(s.area),
         (select sum(st_area(o.shape)) from authority a left join outline o on o.kind = 'district' and o.code = a.code
           where a.csp_id = s.csp_id having count(*) = count(o.code))
    from spot s left join item i on true group by s.days, s.area, s.csp_id
$$;
revoke all on function sec.hot_spot_suggestions, sec.hot_spot_displacement from public;
grant execute on function sec.hot_spot_suggestions, sec.hot_spot_displacement to lantern_app, lantern_owner;
