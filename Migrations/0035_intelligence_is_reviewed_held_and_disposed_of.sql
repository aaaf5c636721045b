-- Intelligence keeps the grading it came with, names organisations and districts too, is reviewed, held and disposed of, and bears hot spots.
set local role lantern_owner;

-- The keys that wrap the keys of items, by name: the keys themselves are files outside the database. One that is destroyed stays named here,
-- so that nothing is sealed under it again.
create table intelligence_key (
  id text primary key check (id ~ '^[0-9a-f]{16}$'),
  first_used_at timestamptz not null default now(),
  destroyed_at timestamptz
);

alter table intelligence_item
  alter column handling drop not null,
  add column authority_id smallint references authority,                     -- the district it is about, where that is known
  add column scheme text not null default 'ungraded' check (scheme in ('ungraded', '3x5x2', '5x5x5')),
  -- 5x5x5 as it came, never turned into 3x5x2.
  add column legacy_source text check (legacy_source in ('A', 'B', 'C', 'D', 'E')),
  add column legacy_information smallint check (legacy_information between 1 and 5),
  add column legacy_handling smallint check (legacy_handling in (1, 2, 3, 5)),  -- 4, for the originating agency alone, is never taken in
  add column originator_consent text not null default '' check (length(originator_consent) <= 200),
  add column authority_reference text not null default '' check (length(authority_reference) <= 80),
  add column action_code text check (action_code in ('A1', 'A2', 'A3')),
  add column sanitisation_code text check (sanitisation_code in ('S1', 'S2')),
  add column sanitised_by text not null default '' check (length(sanitised_by) <= 120),
  add column sanitised_on date,
  add column classification text not null default 'official' check (classification in ('official', 'official_sensitive')),
  add column handling_instruction text not null default '' check (length(handling_instruction) <= 200),
  add column disposal_proposed_by uuid,
  add column returned_rules text[] not null default '{}',
  add column replaces uuid references intelligence_item,
  add column destroyed_at timestamptz,
  add column ended_at timestamptz,                                          -- by the clock that decisions on hot spots are recorded by
  add column key_id text references intelligence_key,
  drop constraint intelligence_police_graded,
  drop constraint intelligence_recalled,
  drop constraint intelligence_item_state_check;

-- What was there before, as the one who owns the server: the policies let nobody else change it.
alter table intelligence_item disable trigger intelligence_guarded;
set local role none;
update intelligence_item set scheme = '3x5x2' where kind = 'police';
update intelligence_item set review_by = received_on + 365 where review_by is null;
update intelligence_item set destroyed_at = recalled_at, ended_at = recalled_at where state = 'recalled';
set local role lantern_owner;
alter table intelligence_item enable trigger intelligence_guarded;

alter table intelligence_item
  alter column review_by set not null,
  -- Whether only the police may read it: handling 1, 3 and 5 of 5x5x5, unless the originator agreed to more.
  add column police_only boolean not null generated always as (coalesce(legacy_handling in (1, 3, 5), false) and originator_consent = '') stored,
  add constraint intelligence_item_state_check check (state in ('received', 'closed', 'returned', 'recalled', 'disposed')),
  add constraint intelligence_scheme_of_kind check ((kind = 'submission') = (scheme = 'ungraded')),
  add constraint intelligence_graded check ((scheme = '3x5x2') = (source_grade is not null) and (scheme = '3x5x2') = (information_grade is not null)
    and (scheme = '5x5x5') = (handling is null)),
  add constraint intelligence_graded_before check ((scheme = '5x5x5') = (legacy_source is not null) and (scheme = '5x5x5') = (legacy_information is not null)
    and (scheme = '5x5x5') = (legacy_handling is not null)),
  add constraint intelligence_authority_named check (legacy_handling is distinct from 2 or trim(authority_reference) <> ''),
  add constraint intelligence_special_conditions_said check (legacy_handling is distinct from 3 or trim(conditions) <> ''),
  add constraint intelligence_codes_with_conditions check ((action_code is null) = (sanitisation_code is null) and (action_code is null or handling = 'C')),
  add constraint intelligence_sanitised check ((sanitised_on is null) = (trim(sanitised_by) = '')),
  add constraint intelligence_instruction_said check ((classification = 'official_sensitive') = (trim(handling_instruction) <> '')),
  add constraint intelligence_returned check ((state = 'returned') = (cardinality(returned_rules) > 0)
    and (state <> 'returned' or (kind = 'submission' and outcome = 'identifying_data'))),
  -- Destroyed is gone: nothing is left to be opened. What is returned or disposed of is destroyed at once, what is recalled too unless it is held.
  add constraint intelligence_recalled check ((state = 'recalled') = (recalled_at is not null)),
  add constraint intelligence_destroyed check ((destroyed_at is null) = (ciphertext is not null) and (ciphertext is null) = (nonce is null)
    and (ciphertext is null) = (wrapped_key is null) and (state not in ('returned', 'disposed') or destroyed_at is not null)
    and (destroyed_at is null or state in ('returned', 'recalled', 'disposed')));
create index intelligence_reviews on intelligence_item (review_by, id) where state in ('received', 'closed');
create index intelligence_of_district on intelligence_item (authority_id, received_on desc, id);
create index intelligence_sealed_under on intelligence_item (key_id, id) where wrapped_key is not null;

-- Whom an item names together: an organisation, or those who read intelligence in a district or in the partnership.
create table intelligence_group (
  item_id uuid not null,
  csp_id smallint not null,
  kind text not null check (kind in ('organisation', 'district', 'partnership')),
  number smallint not null,
  named_by uuid not null, named_at timestamptz not null default now(),
  primary key (item_id, kind, number),
  foreign key (item_id, csp_id) references intelligence_item (id, csp_id)
);
create index intelligence_group_of on intelligence_group (kind, number, item_id);

-- What was decided when an item was looked at again. Disposal takes two people.
create table intelligence_review (
  id uuid primary key default gen_random_uuid(),
  item_id uuid not null,
  csp_id smallint not null,
  decision text not null check (decision in ('keep', 'propose_disposal', 'refuse_disposal', 'dispose')),
  reason text not null check (length(trim(reason)) between 3 and 500),
  decided_on date not null,
  next_review date,
  decided_by uuid not null,
  second_person uuid,                                 -- of a disposal: who proposed it
  recorded_at timestamptz not null default now(),
  foreign key (item_id, csp_id) references intelligence_item (id, csp_id),
  constraint intelligence_review_next check ((decision in ('keep', 'refuse_disposal')) = (next_review is not null)),
  constraint intelligence_review_in_time check (next_review > decided_on and next_review <= decided_on + 184),
  constraint intelligence_review_two_people check ((decision = 'dispose') = (second_person is not null) and second_person is distinct from decided_by)
);
create index intelligence_review_of on intelligence_review (item_id, recorded_at desc);
create trigger intelligence_review_never_changes before update or delete on intelligence_review for each row execute function never_change();

-- An inquiry may need it: nothing is destroyed while a hold stands, whatever rule or whoever asks. Somebody else lifts it.
create table intelligence_hold (
  id uuid primary key default gen_random_uuid(),
  item_id uuid not null,
  csp_id smallint not null,
  reason text not null check (length(trim(reason)) between 3 and 500),
  placed_by uuid not null, placed_on date not null,
  lifted_by uuid, lifted_on date, lifted_because text check (length(trim(lifted_because)) between 3 and 500),
  foreign key (item_id, csp_id) references intelligence_item (id, csp_id),
  constraint intelligence_hold_lifted check ((lifted_on is null) = (lifted_by is null) and (lifted_on is null) = (lifted_because is null)),
  constraint intelligence_hold_lifted_by_another check (lifted_by is distinct from placed_by or lifted_by is null)
);
create unique index intelligence_hold_one on intelligence_hold (item_id) where lifted_on is null;

-- What a hot spot rests on. The link stays when an item is taken back: that is what has to be looked at again.
create table hot_spot_item (
  hot_spot_id uuid not null,
  authority_id smallint not null,
  item_id uuid not null,
  csp_id smallint not null,
  linked_by uuid not null, linked_on date not null,
  unlinked_by uuid, unlinked_on date,
  primary key (hot_spot_id, item_id),
  foreign key (hot_spot_id, authority_id) references hot_spot (id, authority_id),
  foreign key (item_id, csp_id) references intelligence_item (id, csp_id),
  constraint hot_spot_item_unlinked check ((unlinked_by is null) = (unlinked_on is null))
);
create index hot_spot_item_of on hot_spot_item (item_id);

do $$
declare t text;
begin
  foreach t in array array['intelligence_key', 'intelligence_group', 'intelligence_review', 'intelligence_hold', 'hot_spot_item'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy searched on %I for select to lantern_sec using (true)', t);
    execute format('grant select on %I to lantern_sec', t);
  end loop;
end $$;
create policy named on intelligence_key for select to lantern_app, lantern_owner using (true);
create policy used on intelligence_key for insert to lantern_sec with check (true);
create policy shared on intelligence_key for update to lantern_sec using (true);
create policy destroyed on intelligence_key for update to lantern_owner using ((select sec.is_operator()));
grant select on intelligence_key to lantern_app;
grant insert, update on intelligence_key to lantern_sec;

set local role lantern_sec;

-- Who of these works for the police: by the part they play, or by the organisation it was given for.
create function sec.police_among(ids uuid[]) returns setof uuid
language sql stable parallel restricted security definer set search_path = sec, public, pg_temp as $$
  select distinct g.account_id from sec.role_grant g
    left join plan_colleague c on c.account_id = g.account_id
    left join organisation o on g.scope = 'organisation' and o.id = g.scope_id or o.id = c.organisation_id
   where g.account_id = any (ids) and g.ended_at is null and (g.role = 'intel_screener' or o.kind = 'police')
$$;
create function sec.is_police() returns boolean
language sql stable parallel restricted security definer set search_path = sec, public, pg_temp as $$
  select exists (select from sec.police_among(array[sec.me()]))
$$;

-- What names whoever asks, alone or with others.
create or replace function sec.items_naming_me() returns setof uuid
language sql stable parallel restricted security definer set search_path = sec, public, pg_temp as $$
  with named as (
    select a.item_id from intelligence_audience a where a.account_id = sec.me()
    union
    select g.item_id from intelligence_group g
     where g.kind = 'organisation' and g.number in (
             select r.scope_id from sec.role_grant r where r.account_id = sec.me() and r.ended_at is null and r.scope = 'organisation'
             union select c.organisation_id from plan_colleague c where c.account_id = sec.me())
        or g.kind = 'district' and g.number = any ((select sec.held('readIntelligence'))::smallint[])
        or g.kind = 'partnership' and g.number = any ((select sec.held_csps('readIntelligence'))::smallint[]))
  select n.item_id from named n join intelligence_item i on i.id = n.item_id where not i.police_only or (select sec.is_police())
$$;

-- The sealed text, for a reading that is committed, fresh, one's own, by somebody whom the item names and who has acknowledged the conditions.
drop function sec.open_intelligence(uuid);
create function sec.open_intelligence(by_reading uuid) returns table (ciphertext bytea, nonce bytea, wrapped_key bytea, key_id text)
language sql stable security definer set search_path = sec, public, pg_temp as $$
  select i.ciphertext, i.nonce, i.wrapped_key, i.key_id
    from intelligence_reading r join intelligence_item i on i.id = r.item_id
   where r.id = by_reading and r.account_id = sec.me() and i.state in ('received', 'closed') and i.destroyed_at is null
     and i.csp_id = any (sec.held_csps('readIntelligence')) and i.id in (select x from sec.items_naming_me() x)
     and r.made_in is distinct from pg_current_xact_id_if_assigned() and r.at > now() - interval '1 minute'
     and (i.conditions = '' or exists (select from intelligence_acknowledgement k where k.item_id = i.id and k.account_id = sec.me() and k.conditions = i.conditions))
$$;

-- Something is about to be sealed under this key: refused where the key was destroyed, and a key is not destroyed meanwhile.
create function sec.use_intelligence_key(which text) returns void
language plpgsql volatile security definer set search_path = sec, public, pg_temp as $$
begin
  if sec.me() is null then raise insufficient_privilege; end if;
  insert into intelligence_key (id) values (which) on conflict do nothing;
  perform from intelligence_key k where k.id = which and k.destroyed_at is null for share;
  if not found then raise exception 'the key was destroyed' using errcode = '55000', constraint = 'intelligence_key_destroyed'; end if;
end $$;

-- Whatever form a rule refused a text in, it is counted; who was sent elsewhere is counted where something is sent in.
create or replace function sec.count_intelligence(what text, which text, on_day date) returns void
language plpgsql volatile security definer set search_path = sec, public, pg_temp as $$
begin
  if sec.me() is null or what <> 'rule' and cardinality(sec.held_csps('submitIntelligence', 'handleIntelligence')) = 0 then raise insufficient_privilege; end if;
  insert into intelligence_count as c (kind, code, counted_on) values (what, which, on_day)
    on conflict (kind, code, counted_on) do update set many = c.many + 1;
end $$;

create function sec.is_held(item uuid) returns boolean
language sql stable security definer set search_path = sec, public, pg_temp as $$
  select exists (select from intelligence_hold h where h.item_id = item and h.lifted_on is null)
$$;

-- What a hot spot rests on, without saying what that is: whether some of it is under conditions, to whoever reads the hot spot; how many items
-- there are and how many were taken back since the last decision, to those who decide.
create function sec.hot_spot_basis(which uuid)
returns table (has_conditions boolean, decides boolean, standing bigint, lost bigint)
language sql stable security definer set search_path = sec, public, pg_temp as $$
  select coalesce(bool_or(i.conditions <> '') filter (where i.state in ('received', 'closed')), false), d.decides,
         case when d.decides then count(*) filter (where i.state in ('received', 'closed')) else 0 end,
         case when d.decides then count(*) filter (where i.state not in ('received', 'closed') and not exists (
           select from hot_spot_decision x where x.hot_spot_id = h.id and x.recorded_at > i.ended_at)) else 0 end
    from hot_spot h
    cross join lateral (select h.authority_id = any (sec.held('proposeHotSpots', 'designateHotSpots')) as decides) d
    left join hot_spot_item l on l.hot_spot_id = h.id and l.unlinked_on is null
    left join intelligence_item i on i.id = l.item_id
   where h.id = which and h.authority_id = any (sec.held('readHotSpots'))
   group by h.id, d.decides having count(i.id) > 0
$$;
-- Hot spots that have not ended and lost something they rest on since the last decision, for those who decide there.
create function sec.hot_spots_that_lost() returns setof uuid
language sql stable security definer set search_path = sec, public, pg_temp as $$
  select distinct h.id from hot_spot h join hot_spot_item l on l.hot_spot_id = h.id and l.unlinked_on is null
    join intelligence_item i on i.id = l.item_id and i.state in ('returned', 'recalled', 'disposed')
   where h.ended_on is null and h.authority_id = any ((select sec.held('proposeHotSpots', 'designateHotSpots'))::smallint[])
     and not exists (select from hot_spot_decision x where x.hot_spot_id = h.id and x.recorded_at > i.ended_at)
$$;
revoke all on function sec.is_police, sec.police_among, sec.items_naming_me, sec.open_intelligence, sec.use_intelligence_key, sec.is_held, sec.hot_spot_basis,
  sec.hot_spots_that_lost from public;
grant execute on function sec.is_police, sec.police_among, sec.items_naming_me, sec.open_intelligence, sec.use_intelligence_key, sec.is_held, sec.hot_spot_basis,
  sec.hot_spots_that_lost to lantern_app, lantern_owner;

set local role lantern_owner;

-- Handlers see what there is in their partnership; others what names them, and what they sent. What only the police may read, others do not see.
drop policy readable on intelligence_item;
create policy readable on intelligence_item for select to lantern_app, lantern_owner using (
  (select sec.is_operator()) or (not police_only or (select sec.is_police())) and (
    csp_id = any ((select sec.held_csps('handleIntelligence'))::smallint[])
    or author = (select sec.me()) and csp_id = any ((select sec.held_csps('submitIntelligence'))::smallint[])
    or csp_id = any ((select sec.held_csps('readIntelligence'))::smallint[]) and id in (select x from sec.items_naming_me() x)));
create policy wrapped_again on intelligence_item for update to lantern_owner using ((select sec.is_operator())) with check ((select sec.is_operator()));

drop policy own on intelligence_acknowledgement;
create policy own on intelligence_acknowledgement to lantern_app, lantern_owner using (account_id = (select sec.me())) with check (
  account_id = (select sec.me()) and item_id in (select x from sec.items_naming_me() x));
drop policy own on intelligence_reading;
create policy own on intelligence_reading for insert to lantern_app, lantern_owner with check (
  account_id = (select sec.me()) and item_id in (select x from sec.items_naming_me() x));

create policy readable on intelligence_group for select to lantern_app, lantern_owner using (
  (select sec.is_operator()) or csp_id = any ((select sec.held_csps('handleIntelligence'))::smallint[]));
create policy insertable on intelligence_group for insert to lantern_app, lantern_owner with check (
  (select sec.is_operator()) or named_by = (select sec.me()) and csp_id = any ((select sec.held_csps('handleIntelligence'))::smallint[]));
create policy endable on intelligence_group for delete to lantern_app, lantern_owner using (csp_id = any ((select sec.held_csps('handleIntelligence'))::smallint[]));
create policy readable on intelligence_review for select to lantern_app, lantern_owner using (
  (select sec.is_operator()) or csp_id = any ((select sec.held_csps('handleIntelligence'))::smallint[]));
create policy insertable on intelligence_review for insert to lantern_app, lantern_owner with check (
  (select sec.is_operator()) or decided_by = (select sec.me()) and csp_id = any ((select sec.held_csps('handleIntelligence'))::smallint[]));
create policy readable on intelligence_hold for select to lantern_app, lantern_owner using (
  (select sec.is_operator()) or csp_id = any ((select sec.held_csps('handleIntelligence'))::smallint[]));
create policy insertable on intelligence_hold for insert to lantern_app, lantern_owner with check (
  (select sec.is_operator()) or placed_by = (select sec.me()) and lifted_on is null and csp_id = any ((select sec.held_csps('handleIntelligence'))::smallint[]));
create policy liftable on intelligence_hold for update to lantern_app, lantern_owner
  using (lifted_on is null and csp_id = any ((select sec.held_csps('handleIntelligence'))::smallint[])) with check (lifted_by = (select sec.me()));
-- A link is seen by whoever sees the item.
create policy readable on hot_spot_item for select to lantern_app, lantern_owner using (
  (select sec.is_operator()) or exists (select from intelligence_item i where i.id = item_id));
create policy insertable on hot_spot_item for insert to lantern_app, lantern_owner with check (
  (select sec.is_operator()) or linked_by = (select sec.me()) and csp_id = any ((select sec.held_csps('handleIntelligence'))::smallint[])
    and exists (select from intelligence_item i where i.id = item_id));
create policy endable on hot_spot_item for update to lantern_app, lantern_owner
  using (csp_id = any ((select sec.held_csps('handleIntelligence'))::smallint[])) with check (csp_id = any ((select sec.held_csps('handleIntelligence'))::smallint[]));

-- Steps of an item's life, whatever the form forgot: who may take which, from where, and what a hold forbids.
create or replace function intelligence_guard() returns trigger language plpgsql set search_path = public, pg_temp as $$
declare handles boolean := old.csp_id = any (sec.held_csps('handleIntelligence'));
begin
  if (new.ciphertext, new.nonce, new.wrapped_key, new.key_id) is distinct from (old.ciphertext, old.nonce, old.wrapped_key, old.key_id) then
    if new.destroyed_at is not null and old.destroyed_at is null then
      if sec.is_held(old.id) then raise insufficient_privilege using message = 'a legal hold stands: nothing is destroyed'; end if;
    elsif not sec.is_operator() or (new.ciphertext, new.nonce) is distinct from (old.ciphertext, old.nonce) or new.wrapped_key is null then
      raise insufficient_privilege using message = 'what an item says is never changed';
    end if;
  end if;
  if new.state is distinct from old.state then
    if old.state in ('returned', 'recalled', 'disposed') then raise insufficient_privilege using message = 'a recalled item stays as it is'; end if;
    if new.state = 'recalled' and old.author is distinct from sec.me() then raise insufficient_privilege using message = 'only its originator recalls an item'; end if;
    if new.state <> 'recalled' and not handles then raise insufficient_privilege using message = 'an outcome is told by those who handle the item'; end if;
    if new.state = 'disposed' and (old.disposal_proposed_by is null or old.disposal_proposed_by = sec.me()) then
      raise insufficient_privilege using message = 'a disposal takes two people';
    end if;
    if new.state in ('returned', 'recalled', 'disposed') then new.ended_at := now(); end if;
  end if;
  if (new.outcome, new.review_by, new.disposal_proposed_by) is distinct from (old.outcome, old.review_by, old.disposal_proposed_by) and not handles then
    raise insufficient_privilege using message = 'an outcome is told by those who handle the item';
  end if;
  return new;
end $$;

-- What is recorded from now on says who sanitised it, and with conditions which codes they carry. What only the police may read, they record.
create function intelligence_recorded() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  if new.kind = 'police' and new.sanitised_on is null then raise check_violation using constraint = 'intelligence_sanitised'; end if;
  if new.scheme = '3x5x2' and new.handling = 'C' and new.action_code is null then raise check_violation using constraint = 'intelligence_codes_with_conditions'; end if;
  if coalesce(new.legacy_handling in (1, 3, 5), false) and new.originator_consent = '' and not (sec.is_operator() or sec.is_police()) then
    raise insufficient_privilege using message = 'only the police record what only they may read';
  end if;
  if new.replaces is not null and not exists (select from intelligence_item i where i.id = new.replaces and i.author = new.author and i.state = 'returned') then
    raise check_violation using constraint = 'intelligence_replaces_what_was_returned';
  end if;
  return new;
end $$;
grant execute on function intelligence_recorded to lantern_app;
create trigger intelligence_recorded before insert on intelligence_item for each row execute function intelligence_recorded();

grant select (authority_id, scheme, legacy_source, legacy_information, legacy_handling, originator_consent, authority_reference, action_code, sanitisation_code,
  sanitised_by, sanitised_on, classification, handling_instruction, disposal_proposed_by, returned_rules, replaces, destroyed_at, police_only) on intelligence_item to lantern_app;
grant update (review_by, disposal_proposed_by, returned_rules, destroyed_at) on intelligence_item to lantern_app;
grant select, insert, delete on intelligence_group to lantern_app;
grant select, insert on intelligence_review to lantern_app;
grant select, insert on intelligence_hold to lantern_app;
grant update (lifted_by, lifted_on, lifted_because) on intelligence_hold to lantern_app;
grant select, insert on hot_spot_item to lantern_app;
grant update (unlinked_by, unlinked_on, linked_by, linked_on) on hot_spot_item to lantern_app;
