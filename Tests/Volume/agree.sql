-- Every number of coverage is the number of rows behind it: counts, on several days, where sec.coverage and the lights of the list
-- differ. No row: they agree. As superuser (entering as the operator, so that all authorities are counted).
begin;
select sec.enter_operator('agree') is not null as entered;
with day as (select current_setting('lantern.volume_day')::date - x as day from unnest(array[0, 15, 100, 400, 1200]) x),
rows as (
  select d.day, r.authority_id, r.kind, count(*) as licences, count(*) filter (where l.guidance = 'held') as issued,
         count(*) filter (where l.ack = 'acknowledged') as acknowledged, count(*) filter (where l.ack in ('acknowledged', 'outstanding')) as asked
    from day d cross join lateral registration_lights(d.day) l join registration r on r.id = l.registration_id
   where l.status = 'current' group by 1, 2, 3),
counted as (select d.day, c.* from day d cross join lateral sec.coverage(d.day) c where c.licences > 0)
select * from (select * from rows except select * from counted) a
union all select * from (select * from counted except select * from rows) b;
-- The trend says on each of its days what coverage says.
with trend as (select * from sec.coverage_trend(current_setting('lantern.volume_day')::date, 12))
select t.on_day from (select distinct on_day from trend) t
 cross join lateral (select count(*) as wrong from (
   (select authority_id, kind, licences, issued, acknowledged from trend x where x.on_day = t.on_day
    except select authority_id, kind, licences, issued, acknowledged from sec.coverage(t.on_day))
   union all
   (select authority_id, kind, licences, issued, acknowledged from sec.coverage(t.on_day) where licences > 0
    except select authority_id, kind, licences, issued, acknowledged from trend x where x.on_day = t.on_day)) y) z
 where z.wrong > 0;
-- Renewals without guidance: the count and the rows.
select a.without_guidance, b.many from
  (select sum(without_guidance) as without_guidance from sec.renewals_counted(current_setting('lantern.volume_day')::date - 365, current_setting('lantern.volume_day')::date)) a,
  (select count(*) as many from renewals_without_guidance(current_setting('lantern.volume_day')::date - 365, current_setting('lantern.volume_day')::date)) b
 where a.without_guidance <> b.many;
rollback;
