-- Coverage is counted on any day, for one authority or the county, at the cost of one narrow scan.
set local role lantern_sec;

-- Which versions of guidance a stretch of days is covered by, and which of these issues were acknowledged by then. A few rows.
create table sec.cover (
  id smallint primary key generated always as identity,
  issued uuid[] not null,
  acknowledged uuid[] not null,
  constraint cover_once unique (issued, acknowledged)
);
insert into sec.cover (issued, acknowledged) values ('{}', '{}'); -- 1: current, and nothing given

-- The days on which each licence is current, cut wherever the guidance that covers it changes: stretches of one licence never
-- overlap, so counting stretches that hold a day counts licences. Derived from terms, restrictions, issues and acknowledgements
-- by sec.derive_stretches, at once, by the triggers below; never written by hand and always to be derived again. It is the rules
-- of registration_standing and guidance_in_force said of all days at once, and `coverage_agrees` compares the two. Whether a
-- version still counts on a day is not stored: it is asked when counting, so that withdrawing one rewrites nothing.
create table sec.stretch (
  registration_id uuid not null,
  starts_on date not null,
  ends_before date not null,
  authority_id smallint not null,
  kind smallint not null,          -- licence_kind.number
  cover smallint not null
);
create index stretch_of on sec.stretch (registration_id);
create index stretch_ends on sec.stretch (ends_before, starts_on) include (authority_id, kind, cover);

-- Counting reads the index alone where pages are known to be all visible: vacuum comes round after small changes.
alter table sec.stretch set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);

-- Each renewal with the issues that stand nearest to its grant, before (or on the day) and after: whether one is near enough is
-- asked when counting, of the policy of that moment. Derived together with the stretches.
create table sec.renewal (
  registration_id uuid not null,
  granted_on date not null,
  authority_id smallint not null,
  kind smallint not null,
  given_before date,
  given_after date
);
alter table sec.renewal set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);
create index renewal_of on sec.renewal (registration_id);
create index renewal_granted on sec.renewal (granted_on) include (authority_id, kind, given_before, given_after);

create function sec.derive_stretches(ids uuid[]) returns void
language plpgsql volatile set search_path = sec, public, pg_temp set plan_cache_mode = auto as $$
begin
  -- One at a time for each licence: the second waits here and then sees what the first wrote.
  perform 1 from registration r where r.id = any (ids) order by r.id for no key update;
  delete from sec.stretch where registration_id = any (ids);
  delete from sec.renewal where registration_id = any (ids);
  -- A few licences take a plan that is kept; a whole import is worth a plan of its own.
  perform set_config('plan_cache_mode', case when cardinality(ids) > 100 then 'force_custom_plan' else 'force_generic_plan' end, true);
  with live as (
    select i.id, i.registration_id, i.version_id, i.issued_on, i.covers_before, a.acknowledged_on
      from issuance i left join acknowledgement a on a.issuance_id = i.id
     where i.registration_id = any (ids) and not exists (select from issuance_void v where v.issuance_id = i.id)),
  barred as (
    select x.registration_id, x.starts_on, coalesce(x.lifted_on, 'infinity') as ends_before
      from restriction x where x.registration_id = any (ids) and x.lifted_on is distinct from x.starts_on),
  granted as (
    select t.registration_id, t.starts_on, coalesce(t.ends_before, 'infinity') as ends_before from term t where t.registration_id = any (ids)),
  edge as (
    select registration_id, starts_on as day from granted union select registration_id, ends_before from granted
    union select registration_id, starts_on from barred union select registration_id, ends_before from barred
    union select registration_id, issued_on from live union select registration_id, covers_before from live
    union select registration_id, acknowledged_on from live where acknowledged_on > issued_on and acknowledged_on < covers_before),
  piece as (
    select registration_id, day as starts_on, lead(day) over (partition by registration_id order by day) as ends_before from edge),
  running as (
    select p.registration_id, p.starts_on, p.ends_before
      from piece p join granted t on t.registration_id = p.registration_id and t.starts_on <= p.starts_on and t.ends_before > p.starts_on
     where p.ends_before is not null and not exists (
       select from barred x where x.registration_id = p.registration_id and x.starts_on <= p.starts_on and x.ends_before > p.starts_on)),
  covered as materialized (
    select c.registration_id, c.starts_on, min(c.ends_before) as ends_before,
           coalesce(array_agg(distinct i.version_id order by i.version_id) filter (where i.id is not null), '{}') as issued,
           coalesce(array_agg(distinct i.version_id order by i.version_id) filter (where i.acknowledged_on <= c.starts_on), '{}') as acknowledged
      from running c
      left join live i on i.registration_id = c.registration_id and i.issued_on <= c.starts_on and i.covers_before > c.starts_on
     group by c.registration_id, c.starts_on),
  made as (
    insert into sec.cover (issued, acknowledged)
      select d.issued, d.acknowledged from (select distinct issued, acknowledged from covered) d
       where not exists (select from sec.cover k where k.issued = d.issued and k.acknowledged = d.acknowledged)
    on conflict (issued, acknowledged) do update set issued = excluded.issued returning id, issued, acknowledged)
  insert into sec.stretch (registration_id, starts_on, ends_before, authority_id, kind, cover)
    select c.registration_id, c.starts_on, c.ends_before, r.authority_id, k.number, m.id
      from covered c join registration r on r.id = c.registration_id join licence_kind k on k.code = r.kind
      join (select id, issued, acknowledged from sec.cover union all select id, issued, acknowledged from made) m
        on m.issued = c.issued and m.acknowledged = c.acknowledged;
  insert into sec.renewal (registration_id, granted_on, authority_id, kind, given_before, given_after)
    select t.registration_id, t.granted_on, r.authority_id, k.number, near.given_before, near.given_after
      from term t join registration r on r.id = t.registration_id join licence_kind k on k.code = r.kind
     cross join lateral (
       select max(i.issued_on) filter (where i.issued_on <= t.granted_on) as given_before,
              min(i.issued_on) filter (where i.issued_on > t.granted_on) as given_after
         from issuance i
        where i.registration_id = t.registration_id and not exists (select from issuance_void v where v.issuance_id = i.id)) near
     where t.registration_id = any (ids) and t.event = 'renewal';
end $$;

create function sec.stretches_changed() returns trigger
language plpgsql security definer set search_path = sec, public, pg_temp as $$
declare ids uuid[] := (select array_agg(distinct registration_id) from changed);
begin
  if ids is not null then perform sec.derive_stretches(ids); end if;
  return null;
end $$;
create function sec.stretches_moved() returns trigger
language plpgsql security definer set search_path = sec, public, pg_temp as $$
begin
  perform sec.derive_stretches(array[new.id]);
  return null;
end $$;
-- After rows were loaded with the triggers off: everything anew.
create function sec.derive_all_stretches() returns bigint
language plpgsql volatile set search_path = sec, public, pg_temp as $$
begin
  perform sec.derive_stretches((select array_agg(id) from registration));
  return (select count(*) from sec.stretch);
end $$;
revoke all on function sec.derive_stretches, sec.derive_all_stretches, sec.stretches_changed, sec.stretches_moved from public;
grant execute on function sec.stretches_changed, sec.stretches_moved to lantern_owner;

-- What each cover is worth on a day: the versions that still count then.
create function sec.cover_on(on_day date) returns table (id smallint, issued boolean, acknowledged boolean, asked boolean)
language plpgsql stable rows 10 set search_path = sec, public, pg_temp set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
  return query
    with counting as materialized (
      select v.version_id, v.requires_acknowledgement from guidance_version_counts v where coalesce(v.counts_before, 'infinity') > on_day)
    select k.id,
           exists (select from counting v where v.version_id = any (k.issued)),
           exists (select from counting v where v.version_id = any (k.acknowledged)),
           exists (select from counting v where v.version_id = any (k.issued) and v.requires_acknowledgement)
      from sec.cover k;
end $$;

-- Of every authority the caller may count, and every kind of licence: how many were current on the day, of how many guidance was in
-- force, how many of these had acknowledged it, and of how many an acknowledgement is owed or given. Counts only, never names.
-- The same as the rows of registration_lights(on_day): status 'current'; guidance 'held'; ack 'acknowledged'; ack not in
-- ('none', 'not_needed').
create function sec.coverage(on_day date)
returns table (authority_id smallint, kind text, licences bigint, issued bigint, acknowledged bigint, asked bigint)
language plpgsql stable security definer rows 24 set search_path = sec, public, pg_temp set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare allowed smallint[] := sec.countable();
begin
  if allowed is null or cardinality(allowed) = 0 then return; end if;
  return query
    select a.id, k.code, coalesce(sum(s.many), 0)::bigint,
           coalesce(sum(s.many) filter (where c.issued), 0)::bigint,
           coalesce(sum(s.many) filter (where c.acknowledged), 0)::bigint,
           coalesce(sum(s.many) filter (where c.asked or c.acknowledged), 0)::bigint
      from authority a cross join licence_kind k
      left join (select x.authority_id, x.kind, x.cover, count(*) as many from sec.stretch x
                  where x.ends_before > on_day and x.starts_on <= on_day group by x.authority_id, x.kind, x.cover) s
        on s.authority_id = a.id and s.kind = k.number
      left join sec.cover_on(on_day) c on c.id = s.cover
     where a.id = any (allowed)
     group by a.id, k.code, k.position order by a.id, k.position;
end $$;

-- The same at the end of each of the last months and on the last day itself: months + 1 points from one scan.
create function sec.coverage_trend(until date, months integer default 12)
returns table (on_day date, authority_id smallint, kind text, licences bigint, issued bigint, acknowledged bigint)
language plpgsql stable security definer set search_path = sec, public, pg_temp set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
  allowed smallint[] := sec.countable();
  points date[] := (select array_agg(d order by d) from (
    select (date_trunc('month', until) - make_interval(months => m))::date - 1 as d from generate_series(0, least(greatest(months, 1), 120) - 1) m
    union select until) x);
  n integer := cardinality(points);
  first_day date := points[1];
  -- for each day from the first point to the last, the number of the next point on or after it
  next_point integer[] := (select array_agg((select min(i) from generate_series(1, n) i where points[i] >= first_day + x) order by x)
                             from generate_series(0, until - first_day) x);
begin
  if allowed is null or cardinality(allowed) = 0 then return; end if;
  return query
    select points[c.i], s.authority_id, k.code, sum(s.many)::bigint,
           coalesce(sum(s.many) filter (where c.issued), 0)::bigint, coalesce(sum(s.many) filter (where c.acknowledged), 0)::bigint
      from (select x.authority_id, x.kind, x.cover, x.first_point, x.last_point, count(*) as many
              from (select y.authority_id, y.kind, y.cover,
                           case when y.starts_on <= first_day then 1 else next_point[y.starts_on - first_day + 1] end as first_point,
                           case when y.ends_before > until then n else next_point[y.ends_before - first_day + 1] - 1 end as last_point
                      from sec.stretch y
                     where y.ends_before > first_day and y.starts_on <= until and y.authority_id = any (allowed)) x
             where x.first_point <= x.last_point
             group by x.authority_id, x.kind, x.cover, x.first_point, x.last_point) s
      join licence_kind k on k.number = s.kind
      join (select q.i, v.* from generate_series(1, n) q(i) cross join lateral sec.cover_on(points[q.i]) v) c
        on c.id = s.cover and c.i between s.first_point and s.last_point
     group by c.i, s.authority_id, k.code, k.position order by c.i, s.authority_id, k.position;
end $$;

-- Renewals granted in a period, and those of them without guidance near the grant: the rows of renewals_without_guidance.
create function sec.renewals_counted(from_day date, to_day date)
returns table (authority_id smallint, kind text, renewals bigint, without_guidance bigint)
language plpgsql stable security definer set search_path = sec, public, pg_temp set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare allowed smallint[] := sec.countable();
begin
  if allowed is null or cardinality(allowed) = 0 then return; end if;
  return query
    select x.authority_id, k.code, x.many, x.without
      from (select w.authority_id, w.kind, count(*) as many,
                   count(*) filter (where (w.given_before is null or w.given_before < w.granted_on - p.renewal_before_days)
                                      and (w.given_after is null or w.given_after > w.granted_on + p.renewal_after_days)) as without
              from sec.renewal w cross join policy p
             where w.granted_on between from_day and to_day and w.authority_id = any (allowed)
             group by w.authority_id, w.kind) x
      join licence_kind k on k.number = x.kind
     order by x.authority_id, k.position;
end $$;

revoke all on function sec.coverage, sec.cover_on, sec.coverage_trend, sec.renewals_counted from public;
grant execute on function sec.coverage, sec.coverage_trend, sec.renewals_counted to lantern_app, lantern_owner, lantern_reader;

set local role lantern_owner;
create policy locked on registration for update to lantern_sec using (true) with check (false); -- deriving takes its row locks, no more
grant update (version) on registration to lantern_sec;
do $$
declare t text; e text;
begin
  foreach t in array array['term', 'restriction', 'issuance', 'issuance_void', 'acknowledgement'] loop
    foreach e in array array['insert', 'update', 'delete'] loop
      continue when e = 'update' and t in ('issuance', 'issuance_void', 'acknowledgement'); -- never change
      execute format('create trigger %I after %s on %I referencing %s table as changed for each statement execute function sec.stretches_changed()',
                     t || '_' || e || '_moves_stretches', e, t, case e when 'delete' then 'old' else 'new' end);
    end loop;
  end loop;
end $$;
create trigger registration_moves_stretches after update of kind, authority_id on registration for each row
  when (old.kind <> new.kind or old.authority_id <> new.authority_id) execute function sec.stretches_moved();
