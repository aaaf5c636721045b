-- Each measure is one function of a day: so many of so many by area, with the rows behind it, as known now or at a moment before.
set local role lantern_owner;
grant select on strategy_report, strategy_figure to lantern_sec;

set local role lantern_sec;
-- An area is a district by its number, a partnership by its number below zero, the county as 0. `known` leaves out what was
-- recorded later; 'infinity' is what is known now. Rows are for those who may read the register that they come from, in their districts
-- (sec.measure_needs): others are told how many, and of no row. Which premises lie in hot spots tells where those are, and so does which
-- lie elsewhere. None of these answers for what the caller may count:
-- sec.measure_of, sec.measure_rows and sec.strategy_measures do, and only they are granted.
create function sec.day_words(d date) returns text language sql immutable return to_char(d, 'FMDD Mon YYYY');
create function sec.stand_in(area smallint) returns uuid language sql immutable
  return ('00000000-0000-4000-8000-' || lpad((area + 1000)::text, 12, '0'))::uuid;
-- The end of a day in the county.
create function sec.end_of(d date) returns timestamptz language sql stable return (d + 1)::timestamp at time zone 'Europe/London' - interval '1 microsecond';

-- 3.3.1 and section 8: hot spots.
create function sec.spots_on(on_day date, known timestamptz)
returns table (id uuid, authority_id smallint, reference text, name text, designated_on date, area geometry) language sql stable as $$
  select h.id, h.authority_id, h.reference, h.name, h.designated_on, h.area
    from hot_spot h
   where h.designated_on <= on_day
     and (known = 'infinity' or exists (select from hot_spot_decision d where d.hot_spot_id = h.id and d.kind = 'designate' and d.recorded_at <= known))
     and (h.ended_on is null or h.ended_on > on_day
          or (known < 'infinity' and not exists (
            select from hot_spot_decision d where d.hot_spot_id = h.id and d.kind in ('de_designate', 'reject') and d.recorded_at <= known)))
$$;

create function sec.rows_hot_spots_reviewed(on_day date, known timestamptz)
returns table (area smallint, id uuid, link uuid, label text, name text, detail text, counted boolean) language sql stable as $$
  select h.authority_id, h.id, h.id, h.reference, h.name, coalesce('looked at on ' || sec.day_words(d.last), 'not looked at since'), coalesce(d.last > on_day - 90, false)
    from sec.spots_on(on_day, known) h
   cross join lateral (select max(x.decided_on) as last from hot_spot_decision x
                        where x.hot_spot_id = h.id and x.kind in ('designate', 'extend') and x.decided_on <= on_day and x.recorded_at <= known) d
$$;

create function sec.rows_hot_spots_with_plan(on_day date, known timestamptz)
returns table (area smallint, id uuid, link uuid, label text, name text, detail text, counted boolean) language sql stable as $$
  select h.authority_id, h.id, h.id, h.reference, h.name,
         case when x.holds then 'multi-agency plan' else concat_ws('; ', case when p.plan_id is null then 'no plan' when not p.approved then 'the plan is not approved' end,
           case when p.plan_id is not null and p.organisations < 2 then 'actions of fewer than two organisations' end,
           case when not p.consulted then 'the group has not answered' end, case when x.late then 'recorded later' end) end, x.holds
    from sec.spots_on(on_day, known) h join sec.hot_spot_plans(on_day) p on p.hot_spot_id = h.id
   cross join lateral (
     select p.approved and p.organisations >= 2 and p.consulted
            and (known = 'infinity' or 2 <= (select count(distinct a.organisation_id) from plan_action a join plan_action_step s on s.action_id = a.id
                                             where a.plan_id = p.plan_id and s.on_day <= rows_hot_spots_with_plan.on_day and s.recorded_at <= known
                                               and s.state not in ('proposed', 'cancelled'))) as holds,
            p.approved and p.organisations >= 2 and p.consulted and known < 'infinity' as late) x
$$;

create function sec.rows_plans_in_time(on_day date, known timestamptz)
returns table (area smallint, id uuid, link uuid, label text, name text, detail text, counted boolean) language sql stable as $$
  select h.authority_id, h.id, h.id, h.reference, h.name,
         case when p.days is null then 'no approved plan ' || (on_day - h.designated_on) || ' days after designation' else 'approved ' || p.days || ' days after designation' end,
         coalesce(p.days <= y.plan_within_days, false)
    from sec.spots_on(on_day, known) h cross join policy y
   cross join lateral (select case when min(q.approved_on) is not null then greatest(min(q.approved_on) - h.designated_on, 0) end as days from plan q
                        where q.hot_spot_id = h.id and q.approved_on <= on_day and q.created_at <= known) p
   where p.days is not null or h.designated_on + y.plan_within_days < on_day
$$;

-- Days from designation to an approved plan: the median of each district, and (authority null) of all of them.
create function sec.plan_days(on_day date) returns table (authority_id smallint, plans bigint, median double precision)
language plpgsql stable security definer rows 7 set search_path = sec, public, pg_temp as $$
#variable_conflict use_column
declare allowed smallint[] := sec.countable();
begin
  return query
    select h.authority_id, count(*), percentile_cont(0.5) within group (order by p.days)
      from sec.spots_on(on_day, 'infinity') h
     cross join lateral (select case when min(q.approved_on) is not null then greatest(min(q.approved_on) - h.designated_on, 0) end as days from plan q where q.hot_spot_id = h.id and q.approved_on <= on_day) p
     where p.days is not null and h.authority_id = any (allowed)
     group by grouping sets ((h.authority_id), ());
end $$;

-- A review falls due with each designation or extension; it was held in time if another decision on staying or ending came by then.
create function sec.rows_reviews_on_time(on_day date, known timestamptz)
returns table (area smallint, id uuid, link uuid, label text, name text, detail text, counted boolean) language sql stable as $$
  select d.authority_id, d.id, h.id, h.reference, h.name,
         'due by ' || sec.day_words(d.review_by) || coalesce(', held on ' || sec.day_words(n.held), ', not held'), coalesce(n.held <= d.review_by, false)
    from hot_spot_decision d join hot_spot h on h.id = d.hot_spot_id
   cross join lateral (select min(e.decided_on) as held from hot_spot_decision e
                        where e.hot_spot_id = d.hot_spot_id and e.kind in ('extend', 'de_designate') and e.decided_on > d.decided_on
                          and e.decided_on <= on_day and e.recorded_at <= known) n
   where d.kind in ('designate', 'extend') and d.review_by < on_day and d.review_by >= (on_day - interval '1 year')::date and d.recorded_at <= known
$$;

-- 3.3.2 and 3.3.3: partnership plans of the year.
create function sec.items_on(on_day date, known timestamptz)
returns table (id uuid, plan_id uuid, csp_id smallint, number smallint, what text, part text, tags text[], standing text) language sql stable as $$
  select i.id, i.plan_id, i.csp_id, i.number, i.what, i.part, i.tags, coalesce(e.standing, 'not_started')
    from partnership_plan p join partnership_item i on i.plan_id = p.id
    left join lateral (select x.standing from partnership_entry x where x.item_id = i.id and x.on_day <= items_on.on_day and x.recorded_at <= known
                        order by x.on_day desc, x.recorded_at desc limit 1) e on true
   where p.year = sec.plan_year(on_day) and p.recorded_at <= known and i.recorded_at <= known
$$;

create function sec.rows_partnership_links(on_day date, known timestamptz)
returns table (area smallint, id uuid, link uuid, label text, name text, detail text, counted boolean) language sql stable as $$
  select (-i.csp_id)::smallint, i.id, i.id, i.what, null::text, replace(i.standing, '_', ' '), i.standing = 'verified'
    from sec.items_on(on_day, known) i where i.tags && array['nightsafe', 'street_pastors']
$$;

-- One row a partnership: has its plan an item tagged CSE with an owner, a risk assessment and a monitoring entry in the last quarter?
create function sec.rows_partnership_duties(on_day date, known timestamptz)
returns table (area smallint, id uuid, link uuid, label text, name text, detail text, counted boolean) language sql stable as $$
  select (-c.id)::smallint, sec.stand_in((-c.id)::smallint), p.id, c.name, null::text,
         case when coalesce(x.whole, 0) > 0 then x.whole || ' of ' || x.items || ' items on CSE with risk assessment and monitoring'
              when p.id is null then 'no plan for the year' when coalesce(x.items, 0) = 0 then 'no item is tagged CSE'
              else concat_ws('; ', case when x.assessed = 0 then 'no risk assessment' end, case when x.monitored = 0 then 'no monitoring in the last quarter' end,
                             case when x.assessed > 0 and x.monitored > 0 then 'no item has both risk assessment and monitoring' end) end
         || coalesce('; nothing on ' || m.missing, ''),
         coalesce(x.whole, 0) > 0
    from csp c
    left join partnership_plan p on p.csp_id = c.id and p.year = sec.plan_year(on_day) and p.recorded_at <= known
    left join lateral (
      select count(*) as items, count(*) filter (where i.assessed) as assessed, count(*) filter (where i.monitored) as monitored, count(*) filter (where i.assessed and i.monitored) as whole
        from (select exists (select from partnership_risk r where r.item_id = i.id and r.assessed_on <= on_day and r.recorded_at <= known) as assessed,
                     exists (select from partnership_entry e where e.item_id = i.id and e.on_day <= rows_partnership_duties.on_day
                               and e.on_day > (rows_partnership_duties.on_day - interval '3 months')::date and e.recorded_at <= known) as monitored
                from partnership_item i where i.plan_id = p.id and 'cse' = any (i.tags) and i.recorded_at <= known) i) x on true
    left join lateral (
      select string_agg(replace(w.part, '_', ' '), ', ' order by w.n) as missing
        from unnest(array['identification', 'risk_assessment', 'evidence_gathering']) with ordinality w (part, n)
       where p.id is not null and not exists (select from partnership_item i where i.plan_id = p.id and i.part = w.part and 'cse' = any (i.tags) and i.recorded_at <= known)) m on true
$$;

-- 3.3.4, 3.3.5 and 3.3.7: licences, from the evidence itself. Counting what is known now takes the stretches derived from the same
-- rows (sec.coverage, sec.coverage_of_locations), which are narrow.
create function sec.licences_on(on_day date, known timestamptz, registers text[])
returns table (registration_id uuid, authority_id smallint, register text, location_id uuid, party_id uuid, reference text, held boolean) language sql stable as $$
  select r.id, r.authority_id, k.register, r.location_id, r.party_id, r.reference,
         exists (select from issuance i join guidance_version_counts v on v.version_id = i.version_id
                  where i.registration_id = r.id and i.issued_on <= on_day and i.covers_before > on_day and i.recorded_at <= known
                    and coalesce(v.counts_before, 'infinity') > on_day
                    and not exists (select from issuance_void x where x.issuance_id = i.id and x.recorded_at <= known))
    from registration r join licence_kind k on k.code = r.kind
   where k.register = any (registers)
     and exists (select from term t where t.registration_id = r.id and t.starts_on <= on_day and coalesce(t.ends_before > on_day, true) and t.recorded_at <= known)
     and not exists (select from restriction x where x.registration_id = r.id and x.starts_on <= on_day and x.recorded_at <= known
                       and x.lifted_on is distinct from x.starts_on
                       and (x.lifted_on is null or x.lifted_on > on_day or x.lifted_at > known))
$$;

create function sec.rows_guidance_trade(on_day date, known timestamptz)
returns table (area smallint, id uuid, link uuid, label text, name text, detail text, counted boolean) language sql stable as $$
  select l.authority_id, l.registration_id, l.registration_id, null::text, l.reference || ', ' || p.name, case when l.held then 'guidance in force' else 'no guidance in force' end, l.held
    from sec.licences_on(on_day, known, array['drivers', 'operators']) l join party p on p.id = l.party_id
$$;
create function sec.measure_guidance_trade(on_day date, known timestamptz default 'infinity')
returns table (area smallint, part bigint, whole bigint) language sql stable as $$
  select c.authority_id, sum(c.issued)::bigint, sum(c.licences)::bigint
    from sec.coverage(on_day) c join licence_kind k on k.code = c.kind where k.register in ('drivers', 'operators') and known = 'infinity' group by c.authority_id
  union all
  select r.area, count(*) filter (where r.counted), count(*) from sec.rows_guidance_trade(on_day, known) r where known < 'infinity' group by r.area
$$;

create function sec.rows_renewals_with_guidance(on_day date, known timestamptz)
returns table (area smallint, id uuid, link uuid, label text, name text, detail text, counted boolean) language sql stable as $$
  select r.authority_id, t.id, r.id, null::text, r.reference || ', ' || p.name, 'renewed on ' || sec.day_words(t.granted_on),
         exists (select from issuance i where i.registration_id = r.id and i.issued_on >= t.granted_on - y.renewal_before_days
                    and i.issued_on <= t.granted_on + y.renewal_after_days and i.recorded_at <= known
                    and not exists (select from issuance_void x where x.issuance_id = i.id and x.recorded_at <= known))
    from term t join registration r on r.id = t.registration_id join licence_kind k on k.code = r.kind join party p on p.id = r.party_id cross join policy y
   where t.event = 'renewal' and k.register in ('drivers', 'operators') and t.granted_on > (on_day - interval '1 year')::date and t.granted_on <= on_day and t.recorded_at <= known
$$;
create function sec.measure_renewals_with_guidance(on_day date, known timestamptz default 'infinity')
returns table (area smallint, part bigint, whole bigint) language sql stable as $$
  select r.authority_id, (sum(r.renewals) - sum(r.without_guidance))::bigint, sum(r.renewals)::bigint
    from sec.renewals_counted((on_day - interval '1 year')::date + 1, on_day) r join licence_kind k on k.code = r.kind
   where k.register in ('drivers', 'operators') and known = 'infinity' group by r.authority_id
  union all
  select r.area, count(*) filter (where r.counted), count(*) from sec.rows_renewals_with_guidance(on_day, known) r where known < 'infinity' group by r.area
$$;

create function sec.rows_events_with_item(on_day date, known timestamptz)
returns table (area smallint, id uuid, link uuid, label text, name text, detail text, counted boolean) language sql stable as $$
  select a.id, sec.stand_in(a.id), e.id, a.name, null::text, coalesce('last on ' || sec.day_words(e.held_on), 'none in the last year'), e.id is not null
    from authority a
    left join lateral (select x.id, x.held_on from awareness_event x
                        where x.authority_id = a.id and x.agenda_item <> '' and x.held_on > (on_day - interval '1 year')::date and x.held_on <= on_day and x.created_at <= known
                        order by x.held_on desc, x.id limit 1) e on true
$$;

-- Licences whose holder came to a forum or meeting with the item in the last year.
create function sec.attended_by(on_day date, known timestamptz) returns table (registration_id uuid, last date) language sql stable as $$
  select a.registration_id, max(e.held_on)
    from awareness_event e join event_attendance a on a.event_id = e.id
   where e.agenda_item <> '' and e.held_on > (on_day - interval '1 year')::date and e.held_on <= on_day and e.created_at <= known
     and a.recorded_at <= known and (a.withdrawn_at is null or a.withdrawn_at > known)
   group by a.registration_id
$$;
create function sec.rows_holders_at_events(on_day date, known timestamptz)
returns table (area smallint, id uuid, link uuid, label text, name text, detail text, counted boolean) language sql stable as $$
  select l.authority_id, l.registration_id, l.registration_id, null::text, l.reference || ', ' || p.name, coalesce('came on ' || sec.day_words(a.last), 'did not come'), a.registration_id is not null
    from sec.licences_on(on_day, known, array['drivers', 'operators']) l join party p on p.id = l.party_id
    left join sec.attended_by(on_day, known) a on a.registration_id = l.registration_id
$$;
-- How many of the licences that are current were reached so, by district: few events, so few rows.
create function sec.holders_reached(on_day date) returns table (authority_id smallint, many bigint) language sql stable as $$
  select s.authority_id, count(*)
    from sec.attended_by(on_day, 'infinity') a join sec.stretch s on s.registration_id = a.registration_id
    join licence_kind q on q.number = s.kind and q.register in ('drivers', 'operators')
   where s.starts_on <= on_day and s.ends_before > on_day group by s.authority_id
$$;
create function sec.measure_holders_at_events(on_day date, known timestamptz default 'infinity')
returns table (area smallint, part bigint, whole bigint) language sql stable as $$
  select t.area, coalesce(x.many, 0), t.whole from sec.measure_guidance_trade(on_day) t left join sec.holders_reached(on_day) x on x.authority_id = t.area where known = 'infinity'
  union all
  select r.area, count(*) filter (where r.counted), count(*) from sec.rows_holders_at_events(on_day, known) r where known < 'infinity' group by r.area
$$;

-- Places with a current registration of a register, each once.
create function sec.places_on(on_day date, known timestamptz, of_register text)
returns table (location_id uuid, authority_id smallint, held boolean) language sql stable as $$
  select l.location_id, l.authority_id, bool_or(l.held) from sec.licences_on(on_day, known, array[of_register]) l
   where l.location_id is not null group by l.location_id, l.authority_id
$$;
-- The same as known now, from the stretches.
create function sec.places_now(on_day date, of_register text)
returns table (location_id uuid, authority_id smallint, held boolean) language sql stable as $$
  select r.location_id, s.authority_id, bool_or(c.issued)
    from sec.stretch s join licence_kind k on k.number = s.kind and k.register = of_register join sec.cover_on(on_day) c on c.id = s.cover
    join registration r on r.id = s.registration_id
   where s.starts_on <= on_day and s.ends_before > on_day and r.location_id is not null group by r.location_id, s.authority_id
$$;
-- Places inside a hot spot that stood on the day, or so near to it as policy says.
create function sec.places_near_spots(on_day date, known timestamptz) returns setof uuid language sql stable as $$
  select distinct l.id from sec.spots_on(on_day, known) h cross join policy y join location l on st_dwithin(l.point, h.area, y.hot_spot_buffer_metres)
$$;

create function sec.rows_guidance_premises(on_day date, known timestamptz)
returns table (area smallint, id uuid, link uuid, label text, name text, detail text, counted boolean) language sql stable as $$
  select p.authority_id, l.id, l.id, coalesce(nullif(l.name, ''), 'No name') || coalesce(', ' || l.postcode, ''), null::text,
         case when p.held then 'guidance in force' else 'no guidance in force' end, p.held
    from sec.places_on(on_day, known, 'premises') p join location l on l.id = p.location_id
$$;
create function sec.measure_guidance_premises(on_day date, known timestamptz default 'infinity')
returns table (area smallint, part bigint, whole bigint) language sql stable as $$
  select l.authority_id, l.issued, l.locations from sec.coverage_of_locations(on_day) l where l.register = 'premises' and known = 'infinity'
  union all
  select p.authority_id, count(*) filter (where p.held), count(*) from sec.places_on(on_day, known, 'premises') p where known < 'infinity' group by p.authority_id
$$;
create function sec.rows_guidance_premises_hot_spots(on_day date, known timestamptz)
returns table (area smallint, id uuid, link uuid, label text, name text, detail text, counted boolean) language sql stable as $$
  select r.* from sec.rows_guidance_premises(on_day, known) r where r.id in (select n from sec.places_near_spots(on_day, known) n)
$$;
create function sec.rows_guidance_premises_elsewhere(on_day date, known timestamptz)
returns table (area smallint, id uuid, link uuid, label text, name text, detail text, counted boolean) language sql stable as $$
  select r.* from sec.rows_guidance_premises(on_day, known) r where r.id not in (select n from sec.places_near_spots(on_day, known) n)
$$;
-- Both at once, as known now.
create function sec.premises_by_spot(on_day date) returns table (area smallint, is_near boolean, part bigint, whole bigint) language sql stable as $$
  select p.authority_id, p.location_id in (select n from sec.places_near_spots(on_day, 'infinity') n), count(*) filter (where p.held), count(*)
    from sec.places_now(on_day, 'premises') p group by 1, 2
$$;
create function sec.measure_guidance_premises_hot_spots(on_day date, known timestamptz default 'infinity')
returns table (area smallint, part bigint, whole bigint) language sql stable as $$
  select p.area, p.part, p.whole from sec.premises_by_spot(on_day) p where known = 'infinity' and p.is_near
  union all
  select r.area, count(*) filter (where r.counted), count(*) from sec.rows_guidance_premises_hot_spots(on_day, known) r where known < 'infinity' group by r.area
$$;
create function sec.measure_guidance_premises_elsewhere(on_day date, known timestamptz default 'infinity')
returns table (area smallint, part bigint, whole bigint) language sql stable as $$
  select p.area, p.part, p.whole from sec.premises_by_spot(on_day) p where known = 'infinity' and not p.is_near
  union all
  select r.area, count(*) filter (where r.counted), count(*) from sec.rows_guidance_premises_elsewhere(on_day, known) r where known < 'infinity' group by r.area
$$;
create function sec.rows_guidance_accommodation(on_day date, known timestamptz)
returns table (area smallint, id uuid, link uuid, label text, name text, detail text, counted boolean) language sql stable as $$
  select p.authority_id, l.id, l.id, coalesce(nullif(l.name, ''), 'No name') || coalesce(', ' || l.postcode, ''), null::text,
         case when p.held then 'guidance in force' else 'no guidance in force' end, p.held
    from sec.places_on(on_day, known, 'accommodation') p join location l on l.id = p.location_id
$$;
create function sec.measure_guidance_accommodation(on_day date, known timestamptz default 'infinity')
returns table (area smallint, part bigint, whole bigint) language sql stable as $$
  select l.authority_id, l.issued, l.locations from sec.coverage_of_locations(on_day) l where l.register = 'accommodation' and known = 'infinity'
  union all
  select p.authority_id, count(*) filter (where p.held), count(*) from sec.places_on(on_day, known, 'accommodation') p where known < 'infinity' group by p.authority_id
$$;
create function sec.rows_accommodation_guidance(on_day date, known timestamptz)
returns table (area smallint, id uuid, link uuid, label text, name text, detail text, counted boolean) language sql stable as $$
  select 0::smallint, sec.stand_in(0::smallint), v.document_id, 'Guidance for B&Bs, hotels, hostels and HMOs', null::text,
         coalesce('version ' || v.number || ' approved on ' || sec.day_words(v.approved_on), 'none is approved'), v.document_id is not null
    from (select) one
    left join lateral (
      select x.document_id, x.number, x.approved_on
        from guidance_version x join guidance_document d on d.id = x.document_id
       where x.approved_on <= on_day and x.effective_from <= on_day and x.recorded_at <= known
         and d.audience && array(select k.code from licence_kind k where k.register = 'accommodation')
         and not exists (select from guidance_withdrawal w where w.version_id = x.id and w.withdrawn_on <= on_day and w.recorded_at <= known)
       order by x.effective_from desc, x.number desc limit 1) v on true
$$;

-- 3.3.6 and section 8: the days on which training counts, as member_cover says, of what was recorded by a moment.
create function sec.member_cover_known(known timestamptz)
returns table (member_id uuid, authority_id smallint, course_id smallint, source text, starts_on date, ends_before date, signed boolean) language sql stable as $$
  select t.member_id, t.authority_id, t.course_id, 'training'::text, t.completed_on, least(b.ends, s.ends),
         exists (select from training_signature g where g.training_id = t.id and g.recorded_at <= known)
    from member_training t
    left join lateral (
      select (t.completed_on + make_interval(months => r.validity_months))::date as ends
        from training_requirement r where r.authority_id = t.authority_id and r.course_id = t.course_id
       order by r.starts_on <= t.completed_on desc, abs(r.starts_on - t.completed_on) limit 1) b on true
    left join lateral (
      select min(greatest(r.starts_on, (t.completed_on + make_interval(months => r.validity_months))::date)) as ends
        from training_requirement r
       where r.authority_id = t.authority_id and r.course_id = t.course_id and r.shortens and r.starts_on > t.completed_on) s on true
   where t.passed and t.recorded_at <= known and not exists (select from training_void v where v.training_id = t.id and v.recorded_at <= known)
  union all
  select d.member_id, d.authority_id, d.course_id, d.kind, d.starts_on, d.ends_before, true from training_decision d where d.recorded_at <= known
$$;
-- Who owes CSE training on a day by an appointment, and whether theirs counts then.
create function sec.trained_on(on_day date, known timestamptz)
returns table (member_id uuid, authority_id smallint, kind text, name text, held boolean) language sql stable as $$
  select m.id, d.authority_id, m.kind, m.name,
         exists (select from sec.member_cover_known(known) v where v.member_id = m.id and v.course_id = d.course_id and v.starts_on <= on_day
                    and coalesce(v.ends_before > on_day, true) and (v.signed or not d.needs_signature))
    from (select distinct a.member_id, a.authority_id, r.course_id, r.needs_signature
            from appointment a join committee k on k.id = a.committee_id
            join training_requirement r on r.authority_id = a.authority_id and k.regime = any (r.regimes) and r.starts_on <= on_day and coalesce(r.ends_before > on_day, true)
            join training_course c on c.id = r.course_id and c.topic = 'csae_risk'
           where a.starts_on <= on_day and coalesce(a.ends_before > on_day, true) and a.recorded_at <= known) d
    join member m on m.id = d.member_id
$$;
create function sec.rows_members_trained(on_day date, known timestamptz)
returns table (area smallint, id uuid, link uuid, label text, name text, detail text, counted boolean) language sql stable as $$
  select t.authority_id, t.member_id, t.member_id, null::text, t.name, case when t.held then 'valid CSE training' else 'no valid CSE training' end, t.held
    from sec.trained_on(on_day, known) t where t.kind = 'councillor'
$$;
create function sec.rows_officers_trained(on_day date, known timestamptz)
returns table (area smallint, id uuid, link uuid, label text, name text, detail text, counted boolean) language sql stable as $$
  select t.authority_id, t.member_id, t.member_id, null::text, t.name, case when t.held then 'valid CSE training' else 'no valid CSE training' end, t.held
    from sec.trained_on(on_day, known) t where t.kind = 'officer'
$$;
-- Councillors first appointed in the last year whose time for induction is over, or who were trained within it.
create function sec.rows_members_inducted(on_day date, known timestamptz)
returns table (area smallint, id uuid, link uuid, label text, name text, detail text, counted boolean) language sql stable as $$
  select f.authority_id, m.id, m.id, null::text, m.name, 'appointed on ' || sec.day_words(f.since) || ', to be trained by ' || sec.day_words(f.due), x.inducted
    from (select a.member_id, a.authority_id, min(a.starts_on) as since from appointment a where a.recorded_at <= known group by a.member_id, a.authority_id) n
   cross join lateral (
      select n.member_id, n.authority_id, n.since, n.since + max(r.induction_days) as due, r.course_id, bool_and(r.needs_signature) as needs_signature
        from appointment a join committee k on k.id = a.committee_id
        join training_requirement r on r.authority_id = n.authority_id and k.regime = any (r.regimes) and r.starts_on <= n.since and coalesce(r.ends_before > n.since, true)
        join training_course c on c.id = r.course_id and c.topic = 'csae_risk'
       where a.member_id = n.member_id and a.authority_id = n.authority_id and a.starts_on = n.since and a.recorded_at <= known group by r.course_id) f
    join member m on m.id = n.member_id and m.kind = 'councillor'
   cross join lateral (
     select exists (select from sec.member_cover_known(known) v where v.member_id = m.id and v.course_id = f.course_id and v.starts_on <= least(f.due, on_day)
                       and coalesce(v.ends_before > f.since, true) and (v.signed or not f.needs_signature)) as inducted) x
   where n.since > (on_day - interval '1 year')::date and n.since <= on_day and (f.due < on_day or x.inducted)
$$;
-- Hearings of the last year at which the whole panel had valid CSE training on the day.
create function sec.rows_hearings_panel_trained(on_day date, known timestamptz)
returns table (area smallint, id uuid, link uuid, label text, name text, detail text, counted boolean) language sql stable as $$
  select h.authority_id, h.id, h.id, h.reference, h.subject,
         'held on ' || sec.day_words(h.held_on) || case when s.seats = 0 then ', no panel recorded' when s.untrained > 0 then ', ' || s.untrained || ' of ' || s.seats || ' not trained' else '' end,
         s.seats > 0 and s.untrained = 0
    from hearing h
    left join lateral (select p.id from panel p where p.hearing_id = h.id and p.chosen_at <= known order by p.number desc limit 1) p on true
   cross join lateral (
     select count(*) as seats, count(*) filter (where not exists (
              select from sec.member_cover_known(known) v join training_course c on c.id = v.course_id and c.topic = 'csae_risk'
               where v.member_id = q.member_id and v.starts_on <= h.held_on and coalesce(v.ends_before > h.held_on, true) and v.signed)) as untrained
       from panel_seat q where q.panel_id = p.id) s
   where h.status = 'held' and h.held_on > (on_day - interval '1 year')::date and h.held_on <= on_day and h.recorded_at <= known
$$;

-- 4.2.1: the problem profile. Published in the last twelve months, and made available in them.
create function sec.rows_problem_profile(on_day date, known timestamptz)
returns table (area smallint, id uuid, link uuid, label text, name text, detail text, counted boolean) language sql stable as $$
  select 0::smallint, sec.stand_in(0::smallint), p.id, coalesce(p.title, 'Problem profile'), null::text,
         coalesce('published on ' || sec.day_words(p.published_on), 'none is published') || coalesce(', next due on ' || sec.day_words((p.due_on + interval '1 year')::date), ''),
         coalesce(p.published_on > (on_day - interval '1 year')::date, false)
    from (select) one
    left join lateral (select x.id, x.title, x.published_on, x.due_on from problem_profile x where x.published_on <= on_day and x.recorded_at <= known
                        order by x.published_on desc, x.recorded_at desc, x.id limit 1) p on true
$$;
create function sec.rows_problem_profile_available(on_day date, known timestamptz)
returns table (area smallint, id uuid, link uuid, label text, name text, detail text, counted boolean) language sql stable as $$
  select 0::smallint, sec.stand_in(0::smallint), p.profile_id, 'Problem profile made available', null::text,
         coalesce('to the ' || p.body || ' on ' || sec.day_words(p.on_day), 'not made available yet'), coalesce(p.on_day > (rows_problem_profile_available.on_day - interval '1 year')::date, false)
    from (select) one
    left join lateral (select r.profile_id, r.body, r.on_day from problem_profile_release r join problem_profile x on x.id = r.profile_id
                        where r.on_day <= rows_problem_profile_available.on_day and r.recorded_at <= known and x.recorded_at <= known
                        order by r.on_day desc, r.id limit 1) p on true
$$;

-- 4.2.2: the common dataset. The quarter that counts is the last whose returns were due before the day.
create function sec.quarter_due(on_day date) returns date language sql stable as $$
  select (date_trunc('quarter', on_day - y.return_due_days) - interval '3 months')::date from policy y
$$;
create function sec.rows_dataset_agreed(on_day date, known timestamptz)
returns table (area smallint, id uuid, link uuid, label text, name text, detail text, counted boolean) language sql stable as $$
  select 0::smallint, sec.stand_in(0::smallint), e.id, 'Common dataset', null::text,
         coalesce('edition ' || e.number || ' agreed on ' || sec.day_words(a.agreed_on), 'no edition is agreed'), e.id is not null
    from (select sec.dataset_edition_on(on_day, known) as id) x left join dataset_edition e on e.id = x.id left join dataset_agreement a on a.edition_id = e.id
$$;
create function sec.dataset_lines(on_day date, known timestamptz)
returns table (id uuid, return_id uuid, organisation text, name text, due_on date, received_on date) language sql stable as $$
  select i.id, s.return_id, o.name, i.name, (q.starts_on + interval '3 months')::date - 1 + y.return_due_days, case when v.code is not null then s.received_on end
    from (select sec.quarter_due(on_day) as starts_on) q cross join policy y
    join dataset_item i on i.edition_id = sec.dataset_edition_on((q.starts_on + interval '3 months')::date - 1, known)
     and (i.frequency = 'quarterly' or extract(month from q.starts_on) = 1)
    join organisation o on o.id = i.organisation_id
    left join sec.returns_standing('dataset', on_day, known) s on s.organisation_id = i.organisation_id and s.period = q.starts_on
    left join dataset_value v on v.return_id = s.return_id and v.code = i.code
$$;
create function sec.rows_dataset_supplied(on_day date, known timestamptz)
returns table (area smallint, id uuid, link uuid, label text, name text, detail text, counted boolean) language sql stable as $$
  select 0::smallint, l.id, l.return_id, l.organisation || ': ' || l.name, null::text, coalesce('supplied on ' || sec.day_words(l.received_on), 'missing, due on ' || sec.day_words(l.due_on)), l.received_on is not null
    from sec.dataset_lines(on_day, known) l
$$;
create function sec.rows_dataset_in_time(on_day date, known timestamptz)
returns table (area smallint, id uuid, link uuid, label text, name text, detail text, counted boolean) language sql stable as $$
  select 0::smallint, l.id, l.return_id, l.organisation || ': ' || l.name, null::text,
         'due on ' || sec.day_words(l.due_on) || coalesce(', supplied on ' || sec.day_words(l.received_on), ', missing'), coalesce(l.received_on <= l.due_on, false)
    from sec.dataset_lines(on_day, known) l
$$;

-- 4.3.1 and 1.3.3: returns of orders for that quarter, and of assurance for the last year whose returns were due.
create function sec.rows_disruption_returned(on_day date, known timestamptz)
returns table (area smallint, id uuid, link uuid, label text, name text, detail text, counted boolean) language sql stable as $$
  select 0::smallint, sec.stand_in(o.id), s.return_id, o.name, null::text, coalesce('returned on ' || sec.day_words(s.received_on), 'missing'), s.return_id is not null
    from (select sec.quarter_due(on_day) as starts_on) q
    join return_duty d on d.kind = 'disruption' and d.starts_on <= q.starts_on and coalesce(d.ends_before > q.starts_on, true)
    join organisation o on o.id = d.organisation_id
    left join sec.returns_standing('disruption', on_day, known) s on s.organisation_id = o.id and s.period = q.starts_on
$$;
create function sec.rows_agencies_assured(on_day date, known timestamptz)
returns table (area smallint, id uuid, link uuid, label text, name text, detail text, counted boolean) language sql stable as $$
  select 0::smallint, sec.stand_in(o.id), s.return_id, o.name, null::text,
         case when l.return_id is null then 'no return' when l.assures then l.trained || ' of ' || l.staff || ' trained: assures' else l.trained || ' of ' || l.staff || ' trained: does not assure' end,
         coalesce(l.assures, false)
    from policy y cross join lateral (select make_date(sec.plan_year(on_day - y.return_due_days) - 1, 4, 1) as starts_on) q
    join return_duty d on d.kind = 'assurance' and d.starts_on <= q.starts_on and coalesce(d.ends_before > q.starts_on, true)
    join organisation o on o.id = d.organisation_id
    left join sec.returns_standing('assurance', on_day, known) s on s.organisation_id = o.id and s.period = q.starts_on
    left join assurance_line l on l.return_id = s.return_id
$$;

-- 3.3.8: two conditions and the decision itself.
create function sec.enforcement_conditions(on_day date, known timestamptz, part numeric, whole numeric)
returns table (area smallint, id uuid, link uuid, label text, name text, detail text, counted boolean) language sql stable as $$
  select 0::smallint, sec.stand_in(1::smallint), null::uuid, 'The problem profile is refreshed', null::text, p.detail, p.counted from sec.rows_problem_profile(on_day, known) p
  union all
  select 0::smallint, sec.stand_in(2::smallint), null::uuid, 'Guidance reaches ' || y.awareness_target_percent || '% of drivers, operators, premises and places to stay', null::text,
         coalesce(part, 0) || ' of ' || coalesce(whole, 0) || ' hold it', coalesce(whole > 0 and part * 100 >= whole * y.awareness_target_percent, false) from policy y
  union all
  select 0::smallint, sec.stand_in(3::smallint), null::uuid, 'The decision is recorded', null::text, coalesce('by the ' || d.decided_by || ' on ' || sec.day_words(d.decided_on), 'not yet'), d.decided_on is not null
    from (select) one
    left join lateral (select x.decided_by, x.decided_on from strategy_decision x where x.action_ref is not null and x.decided_on <= on_day and x.recorded_at <= known
                        order by x.decided_on desc, x.id limit 1) d on true
$$;
create function sec.rows_enforcement_review(on_day date, known timestamptz)
returns table (area smallint, id uuid, link uuid, label text, name text, detail text, counted boolean) language sql stable as $$
  select c.* from (select sum(m.part) as part, sum(m.whole) as whole
                     from (select * from sec.measure_guidance_trade(on_day, known) union all select * from sec.measure_guidance_premises(on_day, known)
                           union all select * from sec.measure_guidance_accommodation(on_day, known)) m) g
   cross join lateral sec.enforcement_conditions(on_day, known, g.part, g.whole) c
$$;
-- Section 8: the Board reviews the strategy each year.
create function sec.rows_strategy_reviewed(on_day date, known timestamptz)
returns table (area smallint, id uuid, link uuid, label text, name text, detail text, counted boolean) language sql stable as $$
  select 0::smallint, sec.stand_in(0::smallint), null::uuid, 'Yearly review of the strategy', null::text,
         coalesce('by the ' || d.decided_by || ' on ' || sec.day_words(d.decided_on), 'not reviewed yet'), coalesce(d.decided_on > (on_day - interval '1 year')::date, false)
    from (select) one
    left join lateral (select x.decided_by, x.decided_on from strategy_decision x where x.action_ref is null and x.decided_on <= on_day and x.recorded_at <= known
                        order by x.decided_on desc, x.id limit 1) d on true
$$;

-- Where no narrower way of counting was written above, a measure counts its rows.
do $$
declare m text;
begin
  foreach m in array array['hot_spots_reviewed', 'hot_spots_with_plan', 'plans_in_time', 'reviews_on_time', 'partnership_links', 'partnership_duties', 'events_with_item',
                           'accommodation_guidance', 'members_trained', 'officers_trained', 'members_inducted', 'hearings_panel_trained', 'problem_profile',
                           'problem_profile_available', 'dataset_agreed', 'dataset_supplied', 'dataset_in_time', 'disruption_returned', 'agencies_assured',
                           'enforcement_review', 'strategy_reviewed'] loop
    execute format($f$create function sec.%I(on_day date, known timestamptz default 'infinity') returns table (area smallint, part bigint, whole bigint)
      language sql stable as 'select r.area, count(*) filter (where r.counted), count(*) from sec.%I(on_day, known) r group by r.area'$f$, 'measure_' || m, 'rows_' || m);
  end loop;
end $$;

-- What one must hold to be told the names in a measure's rows; null: nothing in them is anybody's secret. A measure that is not
-- named here does not exist.
create function sec.measure_needs(which text) returns table (known boolean, permission text) language sql immutable as $$
  select true, case when which in ('guidance_trade', 'renewals_with_guidance', 'holders_at_events') then 'readRegister'
                    when which in ('members_trained', 'officers_trained', 'members_inducted', 'hearings_panel_trained') then 'readCommittees'
                    when which in ('hot_spots_reviewed', 'hot_spots_with_plan', 'plans_in_time', 'reviews_on_time', 'guidance_premises_hot_spots',
                      'guidance_premises_elsewhere') then 'readHotSpots' end
   where which = any (array['hot_spots_reviewed', 'hot_spots_with_plan', 'plans_in_time', 'reviews_on_time', 'partnership_links', 'partnership_duties', 'guidance_trade',
     'renewals_with_guidance', 'events_with_item', 'holders_at_events', 'guidance_premises', 'guidance_premises_hot_spots', 'guidance_premises_elsewhere', 'members_trained',
     'hearings_panel_trained', 'members_inducted', 'guidance_accommodation', 'accommodation_guidance', 'enforcement_review', 'problem_profile', 'problem_profile_available',
     'dataset_agreed', 'dataset_supplied', 'dataset_in_time', 'disruption_returned', 'agencies_assured', 'officers_trained', 'strategy_reviewed'])
$$;

-- The areas that the caller may count: districts, the partnerships of them, and the county.
create function sec.countable_areas() returns smallint[]
language plpgsql stable parallel restricted security definer set search_path = sec, public, pg_temp as $$
declare allowed smallint[] := sec.countable();
begin
  if allowed is null or cardinality(allowed) = 0 then return '{}'; end if;
  return allowed || array(select distinct (-a.csp_id)::smallint from authority a where a.csp_id is not null and a.id = any (allowed)) || 0::smallint;
end $$;

-- One measure of a day, of what was recorded by a moment.
create function sec.measure_of(which text, on_day date, known timestamptz default 'infinity')
returns table (authority_id smallint, part bigint, whole bigint)
language plpgsql stable security definer rows 8 set search_path = sec, public, pg_temp as $$
#variable_conflict use_column
declare areas smallint[] := sec.countable_areas();
begin
  if not exists (select from sec.measure_needs(which)) then return; end if;
  return query execute format('select m.area, m.part, m.whole from sec.%I($1, $2) m where m.area = any ($3) order by m.area', 'measure_' || which) using on_day, known, areas;
end $$;

-- The rows behind a measure, by key and id: those that count, those that do not, or both.
create function sec.measure_rows(which text, on_day date, known timestamptz, of_area smallint, wanted boolean, after_key text, after_id uuid, most integer)
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

-- Every measure of a day, as known now: the same functions, but what several of them scan is scanned once.
create or replace function sec.strategy_measures(on_day date)
returns table (measure text, authority_id smallint, part bigint, whole bigint)
language plpgsql stable security definer rows 150 set search_path = sec, public, pg_temp set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare areas smallint[] := sec.countable_areas();
begin
  if cardinality(areas) = 0 then return; end if;
  return query
    with trade as materialized (select m.* from sec.measure_guidance_trade(on_day) m),
    -- Each place is read once, for its register and for what lies around hot spots.
    seat as materialized (select p.*, 'premises' as register from sec.places_now(on_day, 'premises') p
                          union all select p.*, 'accommodation' from sec.places_now(on_day, 'accommodation') p),
    place as materialized (select s.authority_id as area, s.register, count(*) filter (where s.held) as part, count(*) as whole from seat s group by 1, 2),
    spot as materialized (select s.authority_id as area, s.location_id in (select n from sec.places_near_spots(on_day, 'infinity') n) as is_near,
                                 count(*) filter (where s.held) as part, count(*) as whole from seat s where s.register = 'premises' group by 1, 2),
    reached as (select sum(u.part) as part, sum(u.whole) as whole
                  from (select t.part, t.whole from trade t union all select p.part, p.whole from place p where p.register in ('premises', 'accommodation')) u)
    select x.measure, x.area, x.part, x.whole from (
      select 'hot_spots_reviewed' as measure, m.* from sec.measure_hot_spots_reviewed(on_day) m
      union all select 'hot_spots_with_plan', m.* from sec.measure_hot_spots_with_plan(on_day) m
      union all select 'plans_in_time', m.* from sec.measure_plans_in_time(on_day) m
      union all select 'reviews_on_time', m.* from sec.measure_reviews_on_time(on_day) m
      union all select 'partnership_links', m.* from sec.measure_partnership_links(on_day) m
      union all select 'partnership_duties', m.* from sec.measure_partnership_duties(on_day) m
      union all select 'guidance_trade', t.* from trade t
      union all select 'renewals_with_guidance', m.* from sec.measure_renewals_with_guidance(on_day) m
      union all select 'events_with_item', m.* from sec.measure_events_with_item(on_day) m
      union all select 'holders_at_events', t.area, coalesce(h.many, 0), t.whole from trade t left join sec.holders_reached(on_day) h on h.authority_id = t.area
      union all select 'guidance_premises', p.area, p.part, p.whole from place p where p.register = 'premises'
      union all select 'guidance_premises_hot_spots', s.area, s.part, s.whole from spot s where s.is_near
      union all select 'guidance_premises_elsewhere', s.area, s.part, s.whole from spot s where not s.is_near
      union all select 'members_trained', m.* from sec.measure_members_trained(on_day) m
      union all select 'hearings_panel_trained', m.* from sec.measure_hearings_panel_trained(on_day) m
      union all select 'members_inducted', m.* from sec.measure_members_inducted(on_day) m
      union all select 'guidance_accommodation', p.area, p.part, p.whole from place p where p.register = 'accommodation'
      union all select 'accommodation_guidance', m.* from sec.measure_accommodation_guidance(on_day) m
      union all select 'enforcement_review', c.area, count(*) filter (where c.counted), count(*) from reached g cross join lateral sec.enforcement_conditions(on_day, 'infinity', g.part, g.whole) c group by c.area
      union all select 'problem_profile', m.* from sec.measure_problem_profile(on_day) m
      union all select 'problem_profile_available', m.* from sec.measure_problem_profile_available(on_day) m
      union all select 'dataset_agreed', m.* from sec.measure_dataset_agreed(on_day) m
      union all select 'dataset_supplied', m.* from sec.measure_dataset_supplied(on_day) m
      union all select 'dataset_in_time', m.* from sec.measure_dataset_in_time(on_day) m
      union all select 'disruption_returned', m.* from sec.measure_disruption_returned(on_day) m
      union all select 'agencies_assured', m.* from sec.measure_agencies_assured(on_day) m
      union all select 'officers_trained', m.* from sec.measure_officers_trained(on_day) m
      union all select 'strategy_reviewed', m.* from sec.measure_strategy_reviewed(on_day) m) x
     where x.area = any (areas);
end $$;
revoke all on function sec.measure_of, sec.measure_rows, sec.plan_days, sec.countable_areas, sec.end_of from public;
grant execute on function sec.measure_of, sec.measure_rows, sec.plan_days, sec.end_of to lantern_app, lantern_owner, lantern_reader;
