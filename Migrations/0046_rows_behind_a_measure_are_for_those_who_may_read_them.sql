-- The rows behind a measure are for those who may read the register that they come from, in their districts: others are told how many, and of no row.
-- Which premises lie in hot spots tells where those are, and so does which lie elsewhere.
set local role lantern_sec;
create or replace function sec.measure_needs(which text) returns table (known boolean, permission text) language sql immutable as $$
  select true, case when which in ('guidance_trade', 'renewals_with_guidance', 'holders_at_events') then 'readRegister'
                    when which in ('members_trained', 'officers_trained', 'members_inducted', 'hearings_panel_trained') then 'readCommittees'
                    when which in ('hot_spots_reviewed', 'hot_spots_with_plan', 'plans_in_time', 'reviews_on_time', 'guidance_premises_hot_spots',
                      'guidance_premises_elsewhere') then 'readHotSpots' end
   where which = any (array['hot_spots_reviewed', 'hot_spots_with_plan', 'plans_in_time', 'reviews_on_time', 'partnership_links', 'partnership_duties', 'guidance_trade',
     'renewals_with_guidance', 'events_with_item', 'holders_at_events', 'guidance_premises', 'guidance_premises_hot_spots', 'guidance_premises_elsewhere', 'members_trained',
     'hearings_panel_trained', 'members_inducted', 'guidance_accommodation', 'accommodation_guidance', 'enforcement_review', 'problem_profile', 'problem_profile_available',
     'dataset_agreed', 'dataset_supplied', 'dataset_in_time', 'disruption_returned', 'agencies_assured', 'officers_trained', 'strategy_reviewed'])
$$;

create or replace function sec.measure_rows(which text, on_day date, known timestamptz, of_area smallint, wanted boolean, after_key text, after_id uuid, most integer)
returns table (key text, id uuid, link uuid, authority_id smallint, detail text, counted boolean)
language plpgsql stable security definer rows 50 set search_path = sec, public, pg_temp as $$
#variable_conflict use_column
declare areas smallint[] := sec.countable_areas(); needs text; readable smallint[];
begin
  select n.permission into needs from sec.measure_needs(which) n;
  if not found then return; end if;
  readable := case when needs is null then areas else sec.held(needs) end;
  return query execute format(
    'select x.key, x.id, x.link, x.area, x.detail, x.counted
       from (select concat_ws('' '', r.label, r.name) as key, r.id, r.link, r.area, r.detail, r.counted
               from sec.%I($3, $4) r where r.area = any ($1) and r.area = any ($2) and ($5 is null or r.area = $5) and ($6 is null or r.counted = $6)) x
      where (x.key collate "C", x.id) > ($7, $8) order by x.key collate "C", x.id limit $9', 'rows_' || which)
    using areas, readable, on_day, known, of_area, wanted, after_key, after_id, most;
end $$;
