-- A registration is somebody's licence with one authority; terms and restrictions are dated rows, status is asked of a date.
set local role lantern_owner;

-- A person or business as one authority knows them. Never a child, never a passenger.
create table party (
  id uuid primary key default gen_random_uuid(),
  authority_id smallint not null references authority,
  kind text not null check (kind in ('person', 'business')),
  name text not null check (length(trim(name)) between 1 and 200),   -- as shown: "Amina Begum" or "Severn Cars Ltd"
  family_name text not null,                                           -- of a business: its whole name
  given_names text not null default '',
  email text, phone text,
  address text not null default '',                                    -- lines, separated by line feeds
  postcode text check (postcode = upper(postcode)),
  constraint party_email_form check (email is null or position('@' in email) > 1),
  constraint party_place unique (id, authority_id)
);

-- Keys of lists and searches collate "C": comparisons are of bytes, and one index serves order, equality and prefixes.
create table registration (
  id uuid primary key default gen_random_uuid(),
  authority_id smallint not null references authority,
  kind text not null references licence_kind,
  reference text not null check (length(trim(reference)) between 1 and 60),
  reference_key text collate "C" not null generated always as (upper(regexp_replace(reference, '[^A-Za-z0-9]', '', 'g'))) stored,
  badge text,
  badge_key text collate "C" generated always as (upper(regexp_replace(badge, '[^A-Za-z0-9]', '', 'g'))) stored,
  party_id uuid not null,
  trading_name text,
  sort_name text collate "C" not null,                       -- folded family name, given names: the order of lists
  postcode_key text collate "C",                      -- without the space, for search
  anchor_on date not null,                       -- the guidance cycle turns on this day of each year
  anchor_md smallint not null generated always as ((date_part('month', anchor_on) * 100 + date_part('day', anchor_on))::smallint) stored,
  term_ends_before date,                         -- of the latest term; kept by trigger from the terms (an import may set it at once)
  version integer not null default 1,
  created_at timestamptz not null default now(),
  import_run_id uuid,
  constraint registration_reference_once unique (authority_id, kind, reference),
  constraint registration_place unique (id, authority_id),
  -- The holder, and below every row of a licence, belongs to the authority of the licence: row level security looks at each
  -- row's own authority, so nobody may write a row that says one authority and hangs on a licence of another.
  constraint registration_party foreign key (party_id, authority_id) references party (id, authority_id)
);
create index registration_by_name on registration (sort_name, id);
create index registration_by_reference on registration (reference_key, id);
create index registration_by_expiry on registration (term_ends_before, id);
create index registration_by_badge on registration (badge_key) where badge_key is not null;
create index registration_by_authority_reference on registration (authority_id, reference_key, id);
create index registration_by_authority_postcode on registration (authority_id, postcode_key, sort_name, id) where postcode_key is not null;
create index registration_by_authority_name on registration (authority_id, sort_name, id);
create index registration_by_kind_name on registration (kind, sort_name, id);
create index registration_by_anniversary on registration (anchor_md, sort_name, id);
create index registration_by_party on registration (party_id);

-- Words of names, so that a misspelt name is first mended against the vocabulary, then found by plain equality:
-- the cost of a search follows the number of different words, not of licences.
create table name_word (word text collate "C" primary key check (word = lower(word)));
create index name_word_sounds on name_word using gin (word gin_trgm_ops);
create table registration_word (
  word text collate "C" not null,
  authority_id smallint not null,
  sort_name text collate "C" not null,   -- as on the licence: the holders of a common word come in order and can be cut off
  registration_id uuid not null,
  primary key (word, authority_id, sort_name, registration_id),
  foreign key (registration_id, authority_id) references registration (id, authority_id) on delete cascade
);
create unique index registration_word_of on registration_word (registration_id, word);

-- A grant or renewal: [starts_on, ends_before). No two terms of one licence overlap.
create table term (
  id uuid primary key default gen_random_uuid(),
  registration_id uuid not null,
  authority_id smallint not null,
  kind text not null,
  event text not null check (event in ('grant', 'renewal')),
  starts_on date not null,
  ends_before date,
  starts_inferred boolean not null default false, -- the register named only the end
  granted_on date not null,
  recorded_by uuid, recorded_at timestamptz not null default now(),
  import_run_id uuid,
  foreign key (registration_id, authority_id) references registration (id, authority_id) on delete cascade,
  constraint term_dates_in_order check (ends_before is null or ends_before > starts_on),
  constraint term_no_overlap exclude using gist (registration_id with =, daterange(starts_on, ends_before) with &&)
);
create index term_of on term (registration_id, starts_on) include (ends_before, authority_id, kind);
create index term_granted on term (granted_on, authority_id) where event = 'renewal';

-- What keeps a licence from being current: [starts_on, lifted_on). A lift (reinstatement) is written once, with its reason.
create table restriction (
  id uuid primary key default gen_random_uuid(),
  registration_id uuid not null,
  authority_id smallint not null,
  kind text not null check (kind in ('suspension', 'revocation', 'surrender', 'refusal')),
  cause text check (cause in ('annual_fee_unpaid', 'review_decision', 'interim_step', 'training_non_compliance',
                              'medical', 'dbs', 'public_safety_immediate', 'other')),
  reason text not null default '',
  starts_on date not null,
  recorded_by uuid, recorded_at timestamptz not null default now(),
  import_run_id uuid,
  lifted_on date, lifted_reason text, lifted_by uuid, lifted_at timestamptz,
  foreign key (registration_id, authority_id) references registration (id, authority_id) on delete cascade,
  constraint restriction_suspension_has_cause check ((kind = 'suspension') = (cause is not null)),
  constraint restriction_lift_whole check ((lifted_on is null) = (lifted_at is null)),
  constraint restriction_lift_after_start check (lifted_on is null or lifted_on >= starts_on),
  constraint restriction_no_overlap exclude using gist
    (registration_id with =, kind with =, daterange(starts_on, lifted_on) with &&)
);
create index restriction_of on restriction (registration_id);
create index restriction_open on restriction (starts_on, registration_id);

create function keep_term_end() returns trigger language plpgsql as $$
begin
  update registration r set term_ends_before = l.ends_before
    from (select distinct on (c.registration_id) c.registration_id, t.ends_before
            from changed c left join term t on t.registration_id = c.registration_id
           order by c.registration_id, t.starts_on desc nulls last) l
   where r.id = l.registration_id and r.term_ends_before is distinct from l.ends_before;
  return null;
end $$;
create trigger term_inserted after insert on term referencing new table as changed for each statement execute function keep_term_end();
create trigger term_updated after update on term referencing new table as changed for each statement execute function keep_term_end();

create trigger term_deleted after delete on term referencing old table as changed for each statement execute function keep_term_end();

create function only_lift() returns trigger language plpgsql as $$
begin
  if old.lifted_at is not null or to_jsonb(new) - array['lifted_on', 'lifted_reason', 'lifted_by', 'lifted_at']
       is distinct from to_jsonb(old) - array['lifted_on', 'lifted_reason', 'lifted_by', 'lifted_at'] then
    raise exception 'a restriction is lifted once and otherwise never changed' using errcode = '55000', constraint = 'restriction_only_lifted';
  end if;
  return new;
end $$;
create trigger restriction_only_lifted before update on restriction for each row execute function only_lift();

-- The folded words of a name, in order, possibly twice: lower case, without accents, apostrophes closed up, other marks as
-- spaces. One expression, so that it is inlined where a hundred thousand names are indexed.
create function name_words(name text) returns text[] language sql stable parallel safe as $$
  select string_to_array(trim(regexp_replace(
    regexp_replace(lower(unaccent(normalize($1, NFKC))), '[''’`.\u0300-\u036f]', '', 'g'), '[^[:alnum:]]+', ' ', 'g')), ' ')
$$;

-- The same folding with the words in their order, for the order of lists.
create function fold_name(name text) returns text language sql stable parallel safe as $$
  select trim(regexp_replace(regexp_replace(lower(unaccent(name)), '[''’`.]', '', 'g'), '[^a-z0-9]+', ' ', 'g'))
$$;

-- Keeps the words of each registration: of the holder's name and of the trading name. Called by whoever writes names.
create function index_names(ids uuid[]) returns void language plpgsql volatile as $$
begin
  delete from registration_word where registration_id = any(ids);
  with words as (
    select distinct r.id, r.authority_id, r.sort_name, left(w.word, 40) as word
      from registration r join party p on p.id = r.party_id
     cross join lateral unnest(name_words(concat_ws(' ', p.name, r.trading_name))) w(word)
     where r.id = any(ids) and length(w.word) > 1),
  known as (insert into name_word select distinct word from words order by 1 on conflict do nothing)
  insert into registration_word (word, registration_id, authority_id, sort_name) select word, id, authority_id, sort_name from words;
end $$;

-- The standing of every licence on a day. One rule, here only. Terms of a licence never overlap, so a licence appears once.
--   revoked, surrendered, refused, suspended: a restriction covers the day; current: a term covers it;
--   pending: its first term is still to come; expired: its terms are over; pending also when nothing was ever granted.
create function registration_standing(on_day date)
returns table (registration_id uuid, status text, term_starts_on date, term_ends_before date, anchor_on date)
language sql stable parallel safe as $$
  select r.id,
         coalesce(x.status,
           case when t.starts_on is not null then 'current'
                when r.term_ends_before <= on_day then 'expired'
                else 'pending' end),
         t.starts_on, t.ends_before, r.anchor_on
    from registration r
    left join term t on t.registration_id = r.id and t.starts_on <= on_day and (t.ends_before is null or t.ends_before > on_day)
    left join lateral (
      select case b.kind when 'revocation' then 'revoked' when 'surrender' then 'surrendered' when 'refusal' then 'refused' else 'suspended' end as status
        from restriction b
       where b.registration_id = r.id and b.starts_on <= on_day and (b.lifted_on is null or b.lifted_on > on_day)
       order by array_position(array['revocation', 'surrender', 'refusal', 'suspension'], b.kind) limit 1) x on true
$$;

-- The guidance year that holds a day: from the latest anniversary of the anchor (29 February counts on the 28th in common years).
create function cycle_start(anchor date, on_day date) returns date
language sql immutable parallel safe as $$
  select case when (anchor + make_interval(years => (extract(year from on_day) - extract(year from anchor))::integer))::date <= on_day
              then (anchor + make_interval(years => (extract(year from on_day) - extract(year from anchor))::integer))::date
              else (anchor + make_interval(years => (extract(year from on_day) - extract(year from anchor))::integer - 1))::date end
$$;
create function cycle_end(anchor date, on_day date) returns date
language sql immutable parallel safe as $$
  select (anchor + make_interval(years => (extract(year from cycle_start(anchor, on_day)) - extract(year from anchor))::integer + 1))::date
$$;

grant execute on function name_words, fold_name, index_names, registration_standing, cycle_start, cycle_end to lantern_app, lantern_sec, lantern_reader;
