-- Operators have a base at a location, as premises do; a map shows what stands in and around hot spots.
set local role lantern_owner;

-- Gives each operator without a base the location of their address, found or made. Of these registrations only, where they are named. A
-- base bears the name of the firm, and none where a person trades under their own. Says how many.
create function settle_operator_bases(only_these uuid[] default null) returns bigint
language plpgsql volatile as $$
declare many bigint;
begin
  update registration r set location_id = settle_location(r.authority_id,
           coalesce(r.trading_name, case when p.kind = 'business' then p.name else '' end), p.address, p.postcode)
    from party p, licence_kind k
   where p.id = r.party_id and k.code = r.kind and k.register = 'operators' and r.location_id is null and trim(p.address) <> ''
     and (only_these is null or r.id = any (only_these));
  get diagnostics many = row_count;
  return many;
end $$;
grant execute on function settle_operator_bases to lantern_app;
reset role;
select settle_operator_bases();

set local role lantern_sec;
-- Places with a current licence in and around hot spots of these states, each once, with the nearest hot spot; of a partnership, a
-- register or a rectangle only, where one is named. As hot_spot_places: names of places, never of holders. (Row by row through indexes:
-- how few places are near a hot spot the planner cannot know, and would read every register of the county instead.)
create function sec.hot_spot_map(metres double precision, on_day date, states text[], of_csp smallint default null, of_register text default null,
                                 box geometry default null)
returns table (location_id uuid, authority_id smallint, name text, address text, postcode text, easting integer, northing integer, point geometry, registers text,
               hot_spot_id uuid, distance double precision, issued boolean, acknowledged boolean)
language plpgsql stable security definer rows 500 set search_path = sec, public, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare allowed smallint[] := sec.held('readHotSpots');
begin
  if allowed is null or cardinality(allowed) = 0 then return; end if;
  return query
    with near as materialized (
      select distinct on (l.id) l.id, h.id as spot, st_distance(l.point, h.area) as distance
        from hot_spot h join location l on st_dwithin(l.point, h.area, metres)
       where h.authority_id = any (allowed) and h.state = any (states) and (of_csp is null or h.csp_id = of_csp)
         and l.authority_id = any (allowed) and (box is null or (h.area && st_expand(box, metres) and l.point && box))
       order by l.id, st_distance(l.point, h.area), h.reference collate "C")
    select l.id, l.authority_id, l.name, l.address, l.postcode, l.easting, l.northing, l.point, string_agg(distinct k.register, ',' order by k.register),
           n.spot, n.distance, coalesce(bool_or(c.issued), false), coalesce(bool_or(c.acknowledged), false)
      from near n join location l on l.id = n.id
      join registration r on r.location_id = l.id
      join sec.stretch s on s.registration_id = r.id and s.starts_on <= on_day and s.ends_before > on_day
      join licence_kind k on k.number = s.kind
      left join sec.cover_on(on_day) c on c.id = s.cover
     group by l.id, n.spot, n.distance
    having of_register is null or bool_or(k.register = of_register)
     order by n.spot, n.distance, l.name collate "C", l.id;
end $$;
revoke all on function sec.hot_spot_map from public;
grant execute on function sec.hot_spot_map to lantern_app, lantern_owner, lantern_reader;
