-- Partnerships plan each year; problem profiles are registered; organisations return figures: who owes what, by when, and what came.
set local role lantern_sec;

-- For which organisations they may enter a return: those in whose name they were given the role; all, for whoever keeps returns.
create function sec.returning_for() returns smallint[]
language plpgsql stable parallel restricted security definer set search_path = sec, public, pg_temp as $$
begin
  if cardinality(sec.held('manageReturns')) > 0 then return array(select id from public.organisation); end if;
  if sec.part(5) is distinct from '' then return '{}'; end if;
  return coalesce((select array_agg(distinct o.id) from sec.role_grant g join sec.role_permission p on p.role = g.role
                     join public.organisation o on g.scope = 'everywhere' or (g.scope = 'organisation' and g.scope_id = o.id)
                    where g.account_id = sec.me() and g.ended_at is null and p.permission = 'makeReturns'), '{}');
end $$;
revoke all on function sec.returning_for from public;
grant execute on function sec.held_csps to lantern_reader;
grant execute on function sec.returning_for to lantern_app, lantern_owner, lantern_reader;

set local role lantern_owner;
alter table policy add return_due_days smallint not null default 28 check (return_due_days between 1 and 90),
  add awareness_target_percent smallint not null default 90 check (awareness_target_percent between 1 and 100),
  add plan_within_days smallint not null default 28 check (plan_within_days between 1 and 365),
  add hot_spot_buffer_metres smallint not null default 250 check (hot_spot_buffer_metres between 0 and 5000);

-- The plan of a partnership for the year that begins on 1 April.
create table partnership_plan (
  id uuid primary key default gen_random_uuid(),
  csp_id smallint not null references csp,
  year smallint not null check (year between 2000 and 2100),
  copied_from uuid references partnership_plan,
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  constraint partnership_plan_once unique (csp_id, year),
  constraint partnership_plan_place unique (id, csp_id)
);

-- What the partnership undertakes: which of its responsibilities it answers, whose it is, by when.
create table partnership_item (
  id uuid primary key default gen_random_uuid(),
  plan_id uuid not null,
  csp_id smallint not null,
  number smallint not null check (number between 1 and 500),
  what text not null check (length(trim(what)) between 3 and 400),
  part text not null check (part in ('identification', 'risk_assessment', 'evidence_gathering', 'prevention', 'other')),
  tags text[] not null default '{}' check (tags <@ array['cse', 'nightsafe', 'street_pastors']),
  organisation_id smallint not null references organisation,
  lead text not null check (length(trim(lead)) between 2 and 120),   -- a post
  due_on date not null,
  copied_from uuid references partnership_item,
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  version integer not null default 1,
  foreign key (plan_id, csp_id) references partnership_plan (id, csp_id),
  constraint partnership_item_number unique (plan_id, number),
  constraint partnership_item_place unique (id, csp_id)
);

-- How risky it is that it fails, as somebody assessed it; written once, the latest counts.
create table partnership_risk (
  id uuid primary key default gen_random_uuid(),
  item_id uuid not null,
  csp_id smallint not null,
  assessed_on date not null,
  level text not null check (level in ('low', 'medium', 'high')),
  words text not null check (length(trim(words)) between 3 and 2000),
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  foreign key (item_id, csp_id) references partnership_item (id, csp_id)
);
create index partnership_risk_of on partnership_risk (item_id, assessed_on desc, recorded_at desc);

-- Monitoring: what was seen of it on a day and where it stands; written once.
create table partnership_entry (
  id uuid primary key default gen_random_uuid(),
  item_id uuid not null,
  csp_id smallint not null,
  standing text not null check (standing in ('in_progress', 'blocked', 'done', 'verified')),
  words text not null check (length(trim(words)) between 3 and 2000),
  evidence text not null default '' check (length(evidence) <= 400),
  on_day date not null,
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  foreign key (item_id, csp_id) references partnership_item (id, csp_id)
);
create index partnership_entry_of on partnership_entry (item_id, on_day desc, recorded_at desc);

-- What is verified was done before, and is verified by somebody who neither said so nor looked after it since it was last open.
create function partnership_entry_verified() returns trigger language plpgsql as $$
declare latest partnership_entry;
begin
  if new.standing <> 'verified' then return new; end if;
  select * into latest from partnership_entry e where e.item_id = new.item_id order by e.on_day desc, e.recorded_at desc limit 1;
  if latest.standing is null or latest.standing not in ('done', 'verified') then
    raise exception 'verified before it was done' using errcode = '23514', constraint = 'partnership_entry_done_first';
  end if;
  if latest.standing = 'done' and exists (select from partnership_entry e where e.item_id = new.item_id and e.standing = 'done' and e.recorded_by = new.recorded_by) then
    raise exception 'verified by who reported it' using errcode = '23514', constraint = 'partnership_entry_verified_by_another';
  end if;
  return new;
end $$;
create trigger partnership_entry_verified before insert on partnership_entry for each row execute function partnership_entry_verified();
grant execute on function partnership_entry_verified to lantern_app;

-- A problem profile: what it is, and its sanitised summary. The document stays with the police.
create table problem_profile (
  id uuid primary key default gen_random_uuid(),
  title text not null check (length(trim(title)) between 3 and 200),
  scope text not null check (scope in ('alliance', 'county', 'partnership')),
  csp_id smallint references csp,
  edition text not null check (length(trim(edition)) between 1 and 40),
  owner text not null check (length(trim(owner)) between 2 and 120),         -- a post
  handling text not null check (handling in ('official', 'official_sensitive')),
  held_at text not null check (length(trim(held_at)) between 2 and 200),     -- where the document is, never the document
  covers_from date not null, covers_to date not null,
  published_on date not null,
  due_on date not null,
  summary text not null check (length(trim(summary)) between 3 and 4000),
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  constraint problem_profile_scope_whole check ((scope = 'partnership') = (csp_id is not null)),
  constraint problem_profile_period check (covers_to >= covers_from and published_on >= covers_from)
);
create index problem_profile_latest on problem_profile (published_on desc, recorded_at desc, id);

-- On which day a profile was made available to whom.
create table problem_profile_release (
  id uuid primary key default gen_random_uuid(),
  profile_id uuid not null references problem_profile,
  body text not null check (length(trim(body)) between 3 and 120),
  on_day date not null,
  how text not null default '' check (length(how) <= 200),
  recorded_by uuid not null, recorded_at timestamptz not null default now()
);
create index problem_profile_release_of on problem_profile_release (profile_id, on_day);

-- An edition of the common dataset: a draft until somebody other than who drew it up records that it was agreed.
create table dataset_edition (
  id uuid primary key default gen_random_uuid(),
  number smallint not null unique check (number > 0),
  recorded_by uuid not null, recorded_at timestamptz not null default now()
);
create table dataset_agreement (
  edition_id uuid primary key references dataset_edition,
  agreed_on date not null,
  agreed_by text not null check (length(trim(agreed_by)) between 3 and 120),  -- the body
  recorded_by uuid not null, recorded_at timestamptz not null default now()
);
create index dataset_agreement_latest on dataset_agreement (agreed_on desc);
create table dataset_item (
  id uuid primary key default gen_random_uuid(),
  edition_id uuid not null references dataset_edition,
  code text not null check (code ~ '^[a-z0-9][a-z0-9_]{1,39}$'),
  name text not null check (length(trim(name)) between 3 and 200),
  organisation_id smallint not null references organisation,    -- who supplies it
  frequency text not null check (frequency in ('quarterly', 'yearly')),
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  constraint dataset_item_once unique (edition_id, code)
);
create index dataset_item_of_organisation on dataset_item (organisation_id, edition_id);

create function dataset_agreed_by_another() returns trigger language plpgsql as $$
begin
  if exists (select from dataset_edition e where e.id = new.edition_id and e.recorded_by = new.recorded_by) then
    raise exception 'agreed by who drew it up' using errcode = '23514', constraint = 'dataset_agreed_by_another';
  end if;
  if not exists (select from dataset_item i where i.edition_id = new.edition_id) then
    raise exception 'an edition without items' using errcode = '23514', constraint = 'dataset_agreed_with_items';
  end if;
  return new;
end $$;
create trigger dataset_agreed_by_another before insert on dataset_agreement for each row execute function dataset_agreed_by_another();
create function dataset_item_of_draft() returns trigger language plpgsql as $$
begin
  if exists (select from dataset_agreement a where a.edition_id = case when tg_op = 'DELETE' then old.edition_id else new.edition_id end) then
    raise exception 'the edition is agreed' using errcode = '23514', constraint = 'dataset_item_of_draft';
  end if;
  if tg_op = 'DELETE' then return old; end if;
  return new;
end $$;
create trigger dataset_item_of_draft before insert or update or delete on dataset_item for each row execute function dataset_item_of_draft();
grant execute on function dataset_agreed_by_another, dataset_item_of_draft to lantern_app;

-- Which orders and notices are counted, and who owes which return from when (Config/returns.json).
create table order_kind (
  code text primary key check (code ~ '^[a-z][a-z_]*$'),
  name text not null,
  reporters text[] not null,                  -- kinds of organisation that report it
  position smallint not null
);
create table return_duty (
  organisation_id smallint not null references organisation,
  kind text not null check (kind in ('disruption', 'assurance')),
  starts_on date not null, ends_before date,
  primary key (organisation_id, kind, starts_on)
);

-- What an organisation returned for a period: a quarter, or for assurance the year from 1 April. A later return of the same period
-- takes the place of an earlier one; one entered by mistake is withdrawn.
create table partner_return (
  id uuid primary key default gen_random_uuid(),
  organisation_id smallint not null references organisation,
  kind text not null check (kind in ('dataset', 'disruption', 'assurance')),
  period date not null,                       -- its first day
  received_on date not null,
  note text not null default '' check (length(note) <= 500),
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  constraint partner_return_period check (extract(day from period) = 1
    and extract(month from period) = any (case when kind = 'assurance' then array[4] else array[1, 4, 7, 10] end)),
  constraint partner_return_in_or_after_period check (received_on >= period),
  constraint partner_return_kind unique (id, kind)
);
create index partner_return_of on partner_return (kind, period, organisation_id, recorded_at desc);
create table return_withdrawal (
  return_id uuid primary key references partner_return,
  reason text not null check (length(trim(reason)) between 3 and 500),
  recorded_by uuid not null, recorded_at timestamptz not null default now()
);
create table return_approval (
  return_id uuid primary key references partner_return,
  approved_on date not null,
  recorded_by uuid not null, recorded_at timestamptz not null default now()
);
create table dataset_value (
  return_id uuid not null, kind text not null default 'dataset' check (kind = 'dataset'),
  code text not null,
  value bigint not null check (value between 0 and 99999999),
  primary key (return_id, code),
  foreign key (return_id, kind) references partner_return (id, kind)
);
-- Counts of orders in one district: never persons.
create table disruption_line (
  return_id uuid not null, kind text not null default 'disruption' check (kind = 'disruption'),
  authority_id smallint not null references authority,
  code text not null references order_kind,
  obtained integer not null default 0 check (obtained between 0 and 9999),
  breached integer not null default 0 check (breached between 0 and 9999),
  refused integer not null default 0 check (refused between 0 and 9999),
  primary key (return_id, authority_id, code),
  foreign key (return_id, kind) references partner_return (id, kind)
);
create table assurance_line (
  return_id uuid primary key, kind text not null default 'assurance' check (kind = 'assurance'),
  staff integer not null check (staff between 0 and 999999),
  trained integer not null check (trained >= 0 and trained <= staff),
  assures boolean not null,                   -- that all of them are trained at the level right for their part
  contracts boolean not null,                 -- that what it commissions must train too
  words text not null check (length(trim(words)) between 3 and 2000),
  evidence text not null default '' check (length(evidence) <= 400),
  foreign key (return_id, kind) references partner_return (id, kind)
);

create function return_approved_by_another() returns trigger language plpgsql as $$
begin
  if exists (select from partner_return r where r.id = new.return_id and r.recorded_by = new.recorded_by) then
    raise exception 'approved by who entered it' using errcode = '23514', constraint = 'return_approved_by_another';
  end if;
  return new;
end $$;
create trigger return_approved_by_another before insert on return_approval for each row execute function return_approved_by_another();
grant execute on function return_approved_by_another to lantern_app;

-- What a review came to: of one action, or of the whole strategy each year.
create table strategy_decision (
  id uuid primary key default gen_random_uuid(),
  strategy text not null,
  action_ref text,                            -- null: the yearly review of the strategy
  decided_on date not null,
  decided_by text not null check (length(trim(decided_by)) between 3 and 120),
  outcome text not null check (outcome in ('go_ahead', 'not_now', 'no', 'keep', 'revise', 'replace')),
  words text not null check (length(trim(words)) between 3 and 2000),
  minute text not null default '' check (length(minute) <= 200),
  next_review date,
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  constraint strategy_decision_outcome check ((action_ref is null) = (outcome in ('keep', 'revise', 'replace'))),
  constraint strategy_decision_next check (next_review > decided_on)
);
create index strategy_decision_of on strategy_decision (strategy, action_ref, decided_on desc, recorded_at desc);

do $$
declare t text; writers text; readers text;
begin
  foreach t in array array['partnership_plan', 'partnership_item', 'partnership_risk', 'partnership_entry', 'problem_profile', 'problem_profile_release',
                           'dataset_edition', 'dataset_agreement', 'dataset_item', 'partner_return', 'return_withdrawal', 'return_approval', 'dataset_value',
                           'disruption_line', 'assurance_line', 'strategy_decision'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    readers := case
      when t like 'partnership_%' then 'csp_id = any ((select sec.held_csps(''readPartnership''))::smallint[])'
      when t = 'strategy_decision' then 'cardinality((select sec.held(''readStrategy''))::smallint[]) > 0'
      -- Figures are read by whoever keeps returns and by those who made them; everybody else is told counts.
      when t in ('dataset_value', 'disruption_line') then 'cardinality((select sec.held(''manageReturns''))::smallint[]) > 0
             or exists (select from partner_return r where r.id = return_id and r.organisation_id = any ((select sec.returning_for())::smallint[]))'
      else 'cardinality((select sec.held(''readPartnership''))::smallint[]) > 0' end;
    writers := case
      when t like 'partnership_%' then 'csp_id = any ((select sec.held_csps(''managePartnership''))::smallint[])'
      when t = 'strategy_decision' then 'cardinality((select sec.held(''manageStrategy''))::smallint[]) > 0'
      when t = 'partner_return' then 'organisation_id = any ((select sec.returning_for())::smallint[])'
      when t in ('dataset_value', 'disruption_line', 'assurance_line', 'return_withdrawal')
        then 'exists (select from partner_return r where r.id = return_id and r.organisation_id = any ((select sec.returning_for())::smallint[]))'
      else 'cardinality((select sec.held(''manageReturns''))::smallint[]) > 0' end;
    execute format('create policy readable on %I for select to lantern_app, lantern_owner, lantern_reader using (%s)', t, readers);
    execute format('create policy insertable on %I for insert to lantern_app, lantern_owner with check (%s)', t, writers);
    execute format('create policy searched on %I for select to lantern_sec using (true)', t);
    execute format('grant select on %I to lantern_app, lantern_reader, lantern_sec', t);
    execute format('grant insert on %I to lantern_app', t);
    if t not in ('partnership_item', 'dataset_item') then
      execute format('create trigger %s_never_changes before update or delete on %I for each row execute function never_change()', t, t);
    end if;
  end loop;
end $$;
create policy updatable on partnership_item for update to lantern_app, lantern_owner
  using (csp_id = any ((select sec.held_csps('managePartnership'))::smallint[])) with check (csp_id = any ((select sec.held_csps('managePartnership'))::smallint[]));
create policy deletable on dataset_item for delete to lantern_app, lantern_owner using (cardinality((select sec.held('manageReturns'))::smallint[]) > 0);
grant update (what, part, tags, organisation_id, lead, due_on, version) on partnership_item to lantern_app;
grant delete on dataset_item to lantern_app;
grant select on order_kind, return_duty to lantern_app, lantern_reader, lantern_sec;

set local role lantern_sec;
-- The year of a partnership plan, and of assurance, that holds a day: it begins on 1 April.
create function sec.plan_year(on_day date) returns integer language sql immutable
  return extract(year from on_day)::integer - case when extract(month from on_day) < 4 then 1 else 0 end;
-- The day by which the return of a period is due.
create function sec.return_due(kind text, period date) returns date
language sql stable security definer set search_path = sec, public, pg_temp as $$
  select (period + case when kind = 'assurance' then interval '12 months' else interval '3 months' end)::date - 1 + (select p.return_due_days from policy p)
$$;

-- The return that counts for each organisation and period, as known at a moment: the latest that was not withdrawn.
create function sec.returns_standing(of_kind text, on_day date, known timestamptz)
returns table (return_id uuid, organisation_id smallint, period date, received_on date)
language sql stable set search_path = sec, public, pg_temp as $$
  select distinct on (r.organisation_id, r.period) r.id, r.organisation_id, r.period, r.received_on
    from partner_return r
   where r.kind = of_kind and r.received_on <= on_day and r.recorded_at <= known
     and not exists (select from return_withdrawal w where w.return_id = r.id and w.recorded_at <= known)
   order by r.organisation_id, r.period, r.recorded_at desc, r.id
$$;

-- The edition of the dataset that was agreed on a day.
create function sec.dataset_edition_on(on_day date, known timestamptz) returns uuid
language sql stable set search_path = sec, public, pg_temp as $$
  select a.edition_id from dataset_agreement a join dataset_edition e on e.id = a.edition_id
   where a.agreed_on <= on_day and a.recorded_at <= known order by a.agreed_on desc, e.number desc limit 1
$$;

-- Every return owed for the periods that ended in the last so many quarters to a day: when it was due, what came, and whether it is whole.
create function sec.returns_owed(on_day date, quarters integer, known timestamptz default 'infinity')
returns table (kind text, organisation_id smallint, period date, due_on date, items integer, supplied integer, return_id uuid, received_on date)
language plpgsql stable security definer rows 100 set search_path = sec, public, pg_temp as $$
#variable_conflict use_column
begin
  if cardinality(sec.held('readPartnership', 'readStrategy')) = 0 then return; end if;
  return query
    with quarter as (
      select (date_trunc('quarter', on_day) - make_interval(months => 3 * n))::date as starts_on from generate_series(1, quarters) n),
    year as (
      select make_date(sec.plan_year(on_day) - n, 4, 1) as starts_on from generate_series(1, greatest(quarters / 4, 1)) n),
    item as (
      select q.starts_on, i.organisation_id, i.code
        from quarter q
        join dataset_item i on i.edition_id = sec.dataset_edition_on((q.starts_on + interval '3 months')::date - 1, known)
         and (i.frequency = 'quarterly' or extract(month from q.starts_on) = 1)),
    owed as (
      select 'dataset' as kind, i.organisation_id, i.starts_on as period, count(*)::integer as items from item i group by i.organisation_id, i.starts_on
      union all
      select 'disruption', d.organisation_id, q.starts_on, 1 from quarter q join return_duty d on d.kind = 'disruption' and d.starts_on <= q.starts_on
         and coalesce(d.ends_before > q.starts_on, true)
      union all
      select 'assurance', d.organisation_id, y.starts_on, 1 from year y join return_duty d on d.kind = 'assurance' and d.starts_on <= y.starts_on
         and coalesce(d.ends_before > y.starts_on, true))
    select o.kind, o.organisation_id, o.period, sec.return_due(o.kind, o.period), o.items,
           case when r.return_id is null then 0
                when o.kind = 'dataset' then (select count(*)::integer from item i join dataset_value v on v.return_id = r.return_id and v.code = i.code
                                               where i.organisation_id = o.organisation_id and i.starts_on = o.period)
                else 1 end,
           r.return_id, r.received_on
      from owed o left join lateral (
        select s.return_id, s.received_on from sec.returns_standing(o.kind, on_day, known) s
         where s.organisation_id = o.organisation_id and s.period = o.period) r on true;
end $$;
revoke all on function sec.plan_year, sec.return_due, sec.returns_owed from public;
grant execute on function sec.plan_year, sec.return_due, sec.returns_owed to lantern_app, lantern_owner, lantern_reader;

-- Orders of a quarter and the four before it, by kind and district. Counts only, of returns that stand; small numbers are withheld
-- by whoever shows them.
create function sec.disruption_counts(on_day date, known timestamptz default 'infinity')
returns table (period date, authority_id smallint, code text, obtained bigint, breached bigint, refused bigint)
language plpgsql stable security definer rows 200 set search_path = sec, public, pg_temp as $$
#variable_conflict use_column
declare latest date := (date_trunc('quarter', on_day) - interval '3 months')::date;
begin
  if cardinality(sec.held('readPartnership', 'readStrategy')) = 0 then return; end if;
  return query
    select s.period, l.authority_id, l.code, sum(l.obtained)::bigint, sum(l.breached)::bigint, sum(l.refused)::bigint
      from sec.returns_standing('disruption', on_day, known) s join disruption_line l on l.return_id = s.return_id
     where s.period <= latest and s.period >= (latest - interval '12 months')::date
     group by s.period, l.authority_id, l.code;
end $$;
revoke all on function sec.disruption_counts from public;
grant execute on function sec.disruption_counts to lantern_app, lantern_owner, lantern_reader;
