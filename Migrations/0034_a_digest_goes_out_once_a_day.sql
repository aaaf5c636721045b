-- Whoever manages plans, reports on them or handles intelligence is told by e-mail what is overdue or to be looked at: counts and links, once a day.
set local role lantern_owner;

-- A message about plans belongs to no licence and no district: nobody's outbox shows it.
alter table delivery alter registration_id drop not null, alter authority_id drop not null;
alter table delivery drop constraint delivery_purpose_check, drop constraint delivery_about;
alter table delivery add constraint delivery_purpose_check
  check (purpose in ('guidance', 'reminder', 'evidence', 'evidence_reminder', 'member_reminder', 'panel_broken', 'digest'));
alter table delivery
  add constraint delivery_about check ((registration_id is null) = (purpose in ('member_reminder', 'panel_broken', 'digest'))),
  add constraint delivery_of_a_district check ((purpose = 'digest') = (authority_id is null) and (purpose <> 'digest' or issuance_id is null));
grant insert on delivery to lantern_sec;

-- Whether somebody wants it; without a row, they do.
create table digest_choice (
  account_id uuid primary key,
  wanted boolean not null,
  said_on date not null
);
alter table digest_choice enable row level security;
alter table digest_choice force row level security;
create policy own on digest_choice to lantern_app, lantern_owner using (account_id = (select sec.me())) with check (account_id = (select sec.me()));
create policy searched on digest_choice for select to lantern_sec using (true);
grant select, insert, update on digest_choice to lantern_app;
grant select on digest_choice to lantern_sec;

-- One a day and person: written with the message in one statement.
create table digest_sent (
  account_id uuid not null,
  for_day date not null,
  primary key (account_id, for_day)
);
alter table digest_sent enable row level security;
alter table digest_sent force row level security;
create policy worked on digest_sent to lantern_sec using (true) with check (true);
grant select, insert on digest_sent to lantern_sec;

set local role lantern_sec;
-- Writes the messages of a day to whoever has something to be told and was not told that day; says how many. Called as often as one
-- likes: of two callers one writes. No name of a place, plan, item or person but the reader's is in it.
create function sec.queue_digests(on_day date, soon integer, items_soon integer, metres double precision, origin text, moment timestamptz) returns bigint
language plpgsql volatile security definer set search_path = sec, public, pg_temp as $$
declare many bigint;
begin
  with late as materialized (
    select * from sec.late_actions(on_day, metres, (select array_agg(a.id) from authority a))),
  to_verify as materialized (
    select * from sec.actions_to_verify(on_day, metres, (select array_agg(a.id) from authority a))),
  -- What hot spots rest on was taken back since they were last decided on: another look, whenever their review is.
  lost as materialized (
    select distinct l.hot_spot_id from hot_spot_item l join intelligence_item i on i.id = l.item_id and i.state in ('returned', 'recalled', 'disposed')
     where l.unlinked_on is null and not exists (select from hot_spot_decision x where x.hot_spot_id = l.hot_spot_id and x.recorded_at > i.ended_at)),
  person as materialized (
    select a.id, a.email, a.name, c.organisation_id,
           coalesce(array_agg(distinct x) filter (where r.permission = 'managePlans'), '{}') as manages,
           coalesce(array_agg(distinct x) filter (where r.permission = 'reportPlans'), '{}') as reports,
           coalesce(array_agg(distinct x) filter (where r.permission in ('proposeHotSpots', 'designateHotSpots')), '{}') as watches,
           coalesce(array_agg(distinct x) filter (where r.permission = 'handleIntelligence'), '{}') as handles,
           exists (select from sec.police_among(array[a.id])) as is_police
      from sec.account a cross join lateral sec.reach(a.id) r cross join lateral unnest(r.authority_ids) x
      left join plan_colleague c on c.account_id = a.id
     where a.kind = 'person' and a.disabled_at is null and a.password_hash is not null
       and not exists (select from digest_choice d where d.account_id = a.id and not d.wanted)
       and not exists (select from digest_sent s where s.account_id = a.id and s.for_day = on_day)
     group by a.id, a.email, a.name, c.organisation_id
    having bool_or(r.permission in ('managePlans', 'reportPlans', 'handleIntelligence'))),
  -- Intelligence is the partnership's, whichever of its districts one handles it in. What only the police may read is counted for them alone,
  -- as in the reader's own list.
  handled as materialized (
    select p.id, i.state, i.kind, i.review_by from person p join intelligence_item i on i.state in ('received', 'closed') and (p.is_police or not i.police_only)
       and i.csp_id in (select y.scope_id from sec.scope_authority y where y.scope = 'csp' and y.authority_id = any (p.handles))),
  counted as (
    select p.*,
           (select count(*) from late l where l.authority_id = any (p.manages) or (l.authority_id = any (p.reports) and l.organisation_id = p.organisation_id)) as overdue,
           (select count(*) from to_verify v where v.authority_id = any (p.manages)) as to_verify,
           (select count(*) from plan q where q.closed_on is null and q.review_by <= on_day + soon and q.authority_id = any (p.manages)) as plans,
           (select count(*) from hot_spot h where h.ended_on is null and (h.review_by <= on_day + soon or h.id in (select l.hot_spot_id from lost l))
               and h.authority_id = any (p.watches)) as reviews,
           (select count(*) from handled i where i.id = p.id and i.review_by <= on_day + items_soon) as items,
           (select count(*) from handled i where i.id = p.id and i.state = 'received' and i.kind = 'submission') as waiting
      from person p),
  noted as (
    insert into digest_sent (account_id, for_day)
    select c.id, on_day from counted c where c.overdue + c.to_verify + c.plans + c.reviews + c.items + c.waiting > 0
    on conflict do nothing returning account_id)
  insert into delivery (purpose, channel, recipient, name, subject, body, not_before, made_by, made_at)
  select 'digest', 'email', c.email, c.name, 'Lantern: what is overdue or to be looked at',
         concat_ws(E'\n\n', 'To ' || c.name, 'On ' || to_char(on_day, 'FMDD FMMonth YYYY') || ', in your part of Lantern:',
           case when c.overdue > 0 then c.overdue || case c.overdue when 1 then ' action of a plan is overdue: ' else ' actions of plans are overdue: ' end
             || origin || '/plan-actions?due=overdue' || case when cardinality(c.manages) > 0 then '&organisation=any' else '' end end,
           case when c.to_verify > 0 then c.to_verify || case c.to_verify when 1 then ' action is done and to be verified: ' else ' actions are done and to be verified: ' end
             || origin || '/plan-actions?state=done_pending_verification&organisation=any' end,
           case when c.reviews > 0 then c.reviews || case c.reviews when 1 then ' hot spot is to be looked at again: ' else ' hot spots are to be looked at again: ' end
             || origin || '/hot-spots?review=due' end,
           case when c.plans > 0 then c.plans || case c.plans when 1 then ' plan is to be looked at again: ' else ' plans are to be looked at again: ' end
             || origin || '/tasking' end,
           case when c.items > 0 then c.items || case c.items when 1 then ' item of intelligence is to be reviewed: ' else ' items of intelligence are to be reviewed: ' end
             || origin || '/intelligence?review=due' end,
           case when c.waiting > 0 then c.waiting || case c.waiting when 1 then ' submission waits for an outcome: ' else ' submissions wait for an outcome: ' end
             || origin || '/intelligence?kind=submission&state=received' end,
           'This message holds counts and links, and nothing else. To have it no longer: ' || origin || '/digest'),
         moment, c.id, moment
    from counted c join noted n on n.account_id = c.id;
  get diagnostics many = row_count;
  return many;
end $$;
revoke all on function sec.queue_digests from public;
grant execute on function sec.queue_digests to lantern_app, lantern_owner;
