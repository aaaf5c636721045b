-- Intelligence is sealed record by record, and opened only by those it names, who leave a trace before they read.
set local role lantern_sec;

-- The partnerships in which whoever this transaction is holds one of these permissions in at least one authority.
create function sec.held_csps(variadic wanted text[]) returns smallint[]
language sql stable parallel restricted security definer set search_path = sec, pg_temp as $$
  select coalesce(array_agg(distinct y.scope_id), '{}') from sec.scope_authority y
   where y.scope = 'csp' and y.authority_id = any (sec.held(variadic wanted))
$$;

-- Whether this transaction is the command line's.
create function sec.is_operator() returns boolean
language sql stable parallel restricted security definer set search_path = sec, pg_temp as $$ select coalesce(sec.part(5) = 'operator', false) $$;

-- Whom an item of a partnership may name: names only, for those who may name somebody or send something there.
create function sec.intelligence_readers(of_csp smallint) returns table (id uuid, name text, may_handle boolean)
language sql stable security definer set search_path = sec, pg_temp as $$
  select a.id, a.name, bool_or(p.permission = 'handleIntelligence')
    from sec.account a join sec.role_grant g on g.account_id = a.id and g.ended_at is null
    join sec.role_permission p on p.role = g.role and p.permission in ('readIntelligence', 'handleIntelligence')
   where a.kind = 'person' and a.disabled_at is null and of_csp = any (sec.held_csps('submitIntelligence', 'handleIntelligence'))
     and (g.scope = 'everywhere' or exists (
       select from sec.scope_authority mine join sec.scope_authority csp on csp.authority_id = mine.authority_id and csp.scope = 'csp' and csp.scope_id = of_csp
        where mine.scope = g.scope and mine.scope_id = g.scope_id))
   group by a.id, a.name
$$;
revoke all on function sec.held_csps, sec.is_operator, sec.intelligence_readers from public;
grant execute on function sec.held_csps, sec.is_operator, sec.intelligence_readers to lantern_app, lantern_owner;

set local role lantern_owner;

create sequence intelligence_number;
grant usage on sequence intelligence_number to lantern_app;

-- What it says is ciphertext. All else is of a place, a day and its handling, and never of a person.
create table intelligence_item (
  id uuid primary key,
  reference text not null unique,
  csp_id smallint not null,
  theme text not null check (theme in ('transport', 'accommodation', 'night_time', 'food_retail', 'open_space', 'premises', 'other')),
  point geometry(Point, 27700),
  happened_on date,
  received_on date not null,
  kind text not null check (kind in ('submission', 'police')),
  source_grade smallint check (source_grade between 1 and 3),
  information_grade text check (information_grade in ('A', 'B', 'C', 'D', 'E')),
  handling text not null check (handling in ('P', 'C')),
  conditions text not null default '' check (length(conditions) <= 500),
  review_by date,
  originator_reference text not null default '' check (length(originator_reference) <= 40),
  state text not null default 'received' check (state in ('received', 'closed', 'recalled')),
  outcome text check (outcome in ('log_created', 'tasked_as_crime', 'referred_safeguarding', 'no_action', 'identifying_data', 'duplicate')),
  outcome_on date,
  author uuid not null,
  recalled_at timestamptz,
  ciphertext bytea, nonce bytea, wrapped_key bytea,
  version integer not null default 1,
  constraint intelligence_conditions_said check ((handling = 'C') = (trim(conditions) <> '')),
  constraint intelligence_police_graded check (kind <> 'police' or (source_grade is not null and information_grade is not null and review_by is not null)),
  constraint intelligence_submission_ungraded check (kind <> 'submission' or (source_grade is null and information_grade is null)),
  constraint intelligence_closed_with_outcome check (state <> 'closed' or outcome is not null),
  -- Recalled is destroyed: nothing is left to be opened.
  constraint intelligence_recalled check ((state = 'recalled') = (recalled_at is not null) and (recalled_at is null) = (ciphertext is not null)
    and (ciphertext is null) = (nonce is null) and (ciphertext is null) = (wrapped_key is null)),
  unique (id, csp_id)
);
create index intelligence_latest on intelligence_item (received_on desc, id);
create index intelligence_mine on intelligence_item (author, received_on desc, id);
create index intelligence_points on intelligence_item using gist (point);

create table intelligence_audience (
  item_id uuid not null,
  csp_id smallint not null,
  account_id uuid not null,
  named_by uuid not null, named_at timestamptz not null default now(),
  primary key (item_id, account_id),
  foreign key (item_id, csp_id) references intelligence_item (id, csp_id)
);
create index intelligence_audience_of on intelligence_audience (account_id, item_id);

-- That a reader has taken the conditions in, in the words of that moment. Once for each reader.
create table intelligence_acknowledgement (
  item_id uuid not null,
  csp_id smallint not null,
  account_id uuid not null,
  conditions text not null,
  at timestamptz not null default now(),
  primary key (item_id, account_id),
  foreign key (item_id, csp_id) references intelligence_item (id, csp_id)
);

-- Each opening, written and committed before anything is opened. Never changed, never taken away.
create table intelligence_reading (
  id uuid primary key,
  item_id uuid not null,
  csp_id smallint not null,
  account_id uuid not null,
  at timestamptz not null default now(),
  made_in xid8 not null default pg_current_xact_id(),
  foreign key (item_id, csp_id) references intelligence_item (id, csp_id)
);
create index intelligence_reading_of on intelligence_reading (item_id, at desc);

-- How often somebody was sent to 999, the front door or 101, and how often a rule stopped a text. Counts: not who, not what.
create table intelligence_count (
  kind text not null check (kind in ('stopped', 'rule')),
  code text not null check (length(code) between 1 and 40),
  counted_on date not null,
  many integer not null default 1 check (many > 0),
  primary key (kind, code, counted_on)
);

do $$
declare t text;
begin
  foreach t in array array['intelligence_item', 'intelligence_audience', 'intelligence_acknowledgement', 'intelligence_reading', 'intelligence_count'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy searched on %I to lantern_sec using (true)', t);
    execute format('grant select on %I to lantern_sec', t);
  end loop;
end $$;

set local role lantern_sec;
-- What names whoever asks. A function, because the policies of audience and item would otherwise ask one another without end.
create function sec.items_naming_me() returns setof uuid
language sql stable parallel restricted security definer set search_path = sec, public, pg_temp as $$
  select a.item_id from intelligence_audience a where a.account_id = sec.me()
$$;
-- The sealed text, for a reading that is committed, fresh, one's own, by somebody who is named and has acknowledged the conditions.
create function sec.open_intelligence(by_reading uuid) returns table (ciphertext bytea, nonce bytea, wrapped_key bytea)
language sql stable security definer set search_path = sec, public, pg_temp as $$
  select i.ciphertext, i.nonce, i.wrapped_key
    from intelligence_reading r join intelligence_item i on i.id = r.item_id
    join intelligence_audience a on a.item_id = i.id and a.account_id = sec.me()
   where r.id = by_reading and r.account_id = sec.me() and i.recalled_at is null
     and i.csp_id = any (sec.held_csps('readIntelligence'))
     and r.made_in is distinct from pg_current_xact_id_if_assigned() and r.at > now() - interval '1 minute'
     and (i.handling = 'P' or exists (select from intelligence_acknowledgement k where k.item_id = i.id and k.account_id = sec.me() and k.conditions = i.conditions))
$$;
create function sec.count_intelligence(what text, which text, on_day date) returns void
language plpgsql volatile security definer set search_path = sec, public, pg_temp as $$
begin
  if cardinality(sec.held_csps('submitIntelligence', 'handleIntelligence')) = 0 then raise insufficient_privilege; end if;
  insert into intelligence_count as c (kind, code, counted_on) values (what, which, on_day)
    on conflict (kind, code, counted_on) do update set many = c.many + 1;
end $$;
revoke all on function sec.items_naming_me, sec.open_intelligence, sec.count_intelligence from public;
grant execute on function sec.items_naming_me, sec.open_intelligence, sec.count_intelligence to lantern_app, lantern_owner;

set local role lantern_owner;
-- Handlers see what there is in their partnership; others what names them, and what they sent. What it says is in neither.
-- Each part is asked once in a statement, not once in a row.
create policy readable on intelligence_item for select to lantern_app, lantern_owner using (
  (select sec.is_operator()) or csp_id = any ((select sec.held_csps('handleIntelligence'))::smallint[])
  or author = (select sec.me()) and csp_id = any ((select sec.held_csps('submitIntelligence'))::smallint[])
  or csp_id = any ((select sec.held_csps('readIntelligence'))::smallint[])
     and id in (select x from sec.items_naming_me() x));
create policy insertable on intelligence_item for insert to lantern_app, lantern_owner with check (
  (select sec.is_operator()) or author = (select sec.me()) and state = 'received' and outcome is null
    and (kind = 'submission' and csp_id = any ((select sec.held_csps('submitIntelligence'))::smallint[])
         or kind = 'police' and csp_id = any ((select sec.held_csps('handleIntelligence'))::smallint[])));
create policy handled on intelligence_item for update to lantern_app, lantern_owner
  using (csp_id = any ((select sec.held_csps('handleIntelligence'))::smallint[]) or author = (select sec.me()))
  with check (csp_id = any ((select sec.held_csps('handleIntelligence'))::smallint[]) or author = (select sec.me()));
-- Only its originator recalls, whoever else may handle it; and nothing comes back.
create function intelligence_guard() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  if old.state = 'recalled' then raise insufficient_privilege using message = 'a recalled item stays as it is'; end if;
  if new.state = 'recalled' and old.author is distinct from sec.me() then raise insufficient_privilege using message = 'only its originator recalls an item'; end if;
  if new.state <> 'recalled' and new.outcome is distinct from old.outcome and not (old.csp_id = any (sec.held_csps('handleIntelligence'))) then
    raise insufficient_privilege using message = 'an outcome is told by those who handle the item';
  end if;
  if new.state <> 'recalled' and (new.ciphertext, new.nonce, new.wrapped_key) is distinct from (old.ciphertext, old.nonce, old.wrapped_key) then
    raise insufficient_privilege using message = 'what an item says is never changed';
  end if;
  return new;
end $$;
grant execute on function intelligence_guard to lantern_app;
create trigger intelligence_guarded before update on intelligence_item for each row execute function intelligence_guard();

create policy readable on intelligence_audience for select to lantern_app, lantern_owner using (
  (select sec.is_operator()) or account_id = (select sec.me()) or named_by = (select sec.me()) or csp_id = any ((select sec.held_csps('handleIntelligence'))::smallint[]));
create policy insertable on intelligence_audience for insert to lantern_app, lantern_owner with check (
  (select sec.is_operator()) or named_by = (select sec.me()) and (csp_id = any ((select sec.held_csps('handleIntelligence'))::smallint[])
    or exists (select from intelligence_item i where i.id = item_id and i.author = (select sec.me()) and i.kind = 'submission')
       and account_id in (select r.id from sec.intelligence_readers(csp_id) r where r.may_handle)));
create policy endable on intelligence_audience for delete to lantern_app, lantern_owner using (csp_id = any ((select sec.held_csps('handleIntelligence'))::smallint[]));
create policy own on intelligence_acknowledgement to lantern_app, lantern_owner using (account_id = (select sec.me())) with check (
  account_id = (select sec.me()) and exists (select from intelligence_audience a where a.item_id = intelligence_acknowledgement.item_id and a.account_id = (select sec.me())));
create policy handled on intelligence_acknowledgement for select to lantern_app, lantern_owner using (csp_id = any ((select sec.held_csps('handleIntelligence'))::smallint[]));
create policy readable on intelligence_reading for select to lantern_app, lantern_owner using (
  account_id = (select sec.me()) or csp_id = any ((select sec.held_csps('handleIntelligence'))::smallint[]));
create policy own on intelligence_reading for insert to lantern_app, lantern_owner with check (
  account_id = (select sec.me()) and exists (select from intelligence_audience a where a.item_id = intelligence_reading.item_id and a.account_id = (select sec.me())));
create policy counts on intelligence_count for select to lantern_app, lantern_owner using (cardinality((select sec.held_csps('handleIntelligence'))::smallint[]) > 0);
create policy counted on intelligence_count for insert to lantern_sec with check (true);

-- No statement of the web can ask for the sealed columns: they come out through sec.open_intelligence alone.
grant select (id, reference, csp_id, theme, point, happened_on, received_on, kind, source_grade, information_grade, handling, conditions, review_by,
  originator_reference, state, outcome, outcome_on, author, recalled_at, version) on intelligence_item to lantern_app;
grant insert on intelligence_item to lantern_app;
grant update (state, outcome, outcome_on, recalled_at, ciphertext, nonce, wrapped_key, version) on intelligence_item to lantern_app;
grant select, insert, delete on intelligence_audience to lantern_app;
grant select, insert on intelligence_acknowledgement to lantern_app;
grant select (id, item_id, csp_id, account_id, at) on intelligence_reading to lantern_app;
grant insert (id, item_id, csp_id, account_id) on intelligence_reading to lantern_app;
grant select on intelligence_count to lantern_app;
grant insert, update on intelligence_count to lantern_sec;
