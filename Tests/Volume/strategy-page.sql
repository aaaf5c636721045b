-- What the strategy's page asks, in one pipeline, runnable with pgbench as lantern_app (token \x03 of county.sql): the text that the store composes.
\startpipeline
begin read only;
select account_id from sec.enter('\x03');
select r.action_ref, r.standing, r.progress, r.words, r.evidence, r.reported_on, coalesce(a.name, 'Somebody') as by_name, r.since
  from (select x.*,
               (select min(y.reported_on) from strategy_report y
                 where y.strategy = x.strategy and y.action_ref = x.action_ref and y.standing = x.standing and y.reported_on <= x.reported_on
                   and not exists (select from strategy_report z where z.strategy = x.strategy and z.action_ref = x.action_ref
                                      and z.standing <> x.standing and z.reported_on > y.reported_on and z.reported_on <= x.reported_on)) as since
          from (select distinct on (l.action_ref) l.* from strategy_report l where l.strategy = 'worcestershire-2015' and l.reported_on <= current_date
                 order by l.action_ref, l.reported_on desc, l.recorded_at desc offset 0) x) r
  left join lateral sec.account_names(array[r.recorded_by]) a on true;
select distinct on (o.action_ref) o.action_ref, o.rating, o.reason, o.from_day, o.until_day, coalesce(a.name, 'Somebody') as by_name
  from strategy_override o left join lateral sec.account_names(array[o.recorded_by]) a on true
 where o.strategy = 'worcestershire-2015' and o.from_day <= current_date and o.until_day >= current_date order by o.action_ref, o.recorded_at desc;
select distinct on (f.action_ref) f.action_ref, f.what, f.part, f.whole, f.as_at, f.source, coalesce(a.name, 'Somebody') as by_name
  from strategy_figure f left join lateral sec.account_names(array[f.recorded_by]) a on true
 where f.strategy = 'worcestershire-2015' and f.as_at <= current_date order by f.action_ref, f.as_at desc, f.recorded_at desc;
select measure, authority_id, part, whole from sec.strategy_measures(current_date) order by measure, authority_id;
select m.measure, m.authority_id, m.part, m.whole from (select (current_date - interval '3 months')::date as x) d cross join lateral sec.strategy_measures(d.x) m order by m.measure, m.authority_id;
commit;
\endpipeline
