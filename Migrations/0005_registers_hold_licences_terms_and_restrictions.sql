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
  constraint party_email_form check (email is null or position('@' in email) > 1)
);

create table registration (
  id uuid primary key default gen_random_uuid(),
  authority_id smallint not null references authority,
  kind text not null references licence_kind,
  reference text not null check (length(trim(reference)) between 1 and 60),
  reference_key text not null generated always as (upper(regexp_replace(reference, '[^A-Za-z0-9]', '', 'g'))) stored,
  badge text,
  badge_key text generated always as (upper(regexp_replace(badge, '[^A-Za-z0-9]', '', 'g'))) stored,
  party_id uuid not null references party,
  trading_name text,
  sort_name text not null,                       -- folded family name, given names: the order of lists
  postcode_key text,                             -- without the space, for search
  anchor_on date not null,                       -- the guidance cycle turns on this day of each year
  term_ends_before date,                         -- of the latest term; kept by trigger from the terms
  version integer not null default 1,
  created_at timestamptz not null default now(),
  import_run_id uuid,
  constraint registration_reference_once unique (authority_id, kind, reference)
);
create index registration_by_name on registration (sort_name, id);
create index registration_by_reference on registration (reference_key, id);
create index registration_by_expiry on registration (term_ends_before, id);
create index registration_by_badge on registration (badge_key) where badge_key is not null;
create index registration_by_postcode on registration (postcode_key text_pattern_ops) where postcode_key is not null;
create index registration_by_authority_name on registration (authority_id, sort_name, id);
create index registration_by_kind_name on registration (kind, sort_name, id);
create index registration_by_party on registration (party_id);
create index registration_by_reference_prefix on registration (reference_key text_pattern_ops);

-- Words of names, so that a misspelt name is first mended against the vocabulary, then found by plain equality:
-- the cost of a search follows the number of different words, not of licences.
create table name_word (word text primary key check (word = lower(word)));
create index name_word_sounds on name_word using gin (word gin_trgm_ops);
create table registration_word (
  word text not null,
  registration_id uuid not null references registration on delete cascade,
  authority_id smallint not null,
  primary key (word, registration_id)
);
create index registration_word_of on registration_word (registration_id);

-- A grant or renewal: [starts_on, ends_before). No two terms of one licence overlap.
create table term (
  id uuid primary key default gen_random_uuid(),
  registration_id uuid not null references registration on delete cascade,
  authority_id smallint not null,
  kind text not null,
  event text not null check (event in ('grant', 'renewal')),
  starts_on date not null,
  ends_before date,
  starts_inferred boolean not null default false, -- the register named only the end
  granted_on date not null,
  recorded_by uuid, recorded_at timestamptz not null default now(),
  import_run_id uuid,
  constraint term_dates_in_order check (ends_before is null or ends_before > starts_on),
  constraint term_no_overlap exclude using gist (registration_id with =, daterange(starts_on, ends_before) with &&)
);
create index term_of on term (registration_id, starts_on) include (ends_before, authority_id, kind);
create index term_granted on term (granted_on, authority_id) where event = 'renewal';

-- What keeps a licence from being current: [starts_on, lifted_on). A lift (reinstatement) is written once, with its reason.
create table restriction (
  id uuid primary key default gen_random_uuid(),
  registration_id uuid not null references registration on delete cascade,
  authority_id smallint not null,
  kind text not null check (kind in ('suspension', 'revocation', 'surrender', 'refusal')),
  cause text check (cause in ('annual_fee_unpaid', 'review_decision', 'interim_step', 'training_non_compliance',
                              'medical', 'dbs', 'public_safety_immediate', 'other')),
  reason text not null default '',
  starts_on date not null,
  recorded_by uuid, recorded_at timestamptz not null default now(),
  import_run_id uuid,
  lifted_on date, lifted_reason text, lifted_by uuid, lifted_at timestamptz,
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
  update registration r set term_ends_before = (select t.ends_before from term t where t.registration_id = r.id order by t.starts_on desc limit 1)
   where r.id in (select registration_id from changed);
  return null;
end $$;
create trigger term_inserted after insert on term referencing new table as changed for each statement execute function keep_term_end();
create trigger term_updated after update on term referencing new table as changed for each statement execute function keep_term_end();

create trigger term_deleted after delete on term referencing old table as changed for each statement execute function keep_term_end();

create function only_lift() returns trigger language plpgsql as $$
begin
  if old.lifted_at is not null or (new.registration_id, new.kind, new.starts_on) is distinct from (old.registration_id, old.kind, old.starts_on) then
    raise exception 'a restriction is lifted once and otherwise never changed' using errcode = '55000', constraint = 'restriction_only_lifted';
  end if;
  return new;
end $$;
create trigger restriction_only_lifted before update on restriction for each row execute function only_lift();

-- The folded words of a name: lower case, without accents, apostrophes closed up, other marks as spaces.
create function name_words(name text) returns text[] language sql stable parallel safe as $$
  select coalesce(array_agg(distinct w) filter (where length(w) > 1), '{}')
    from unnest(string_to_array(regexp_replace(regexp_replace(lower(unaccent(name)), '[''’`.]', '', 'g'), '[^a-z0-9]+', ' ', 'g'), ' ')) w
$$;

-- The same folding with the words in their order, for the order of lists.
create function fold_name(name text) returns text language sql stable parallel safe as $$
  select trim(regexp_replace(regexp_replace(lower(unaccent(name)), '[''’`.]', '', 'g'), '[^a-z0-9]+', ' ', 'g'))
$$;

-- Keeps the words of each registration: of the holder's name and of the trading name. Called by whoever writes names.
create function index_names(ids uuid[]) returns void language sql volatile as $$
  delete from registration_word where registration_id = any(ids);
  with words as (
    select r.id, r.authority_id, w.word
      from registration r join party p on p.id = r.party_id, unnest(name_words(p.name || ' ' || coalesce(r.trading_name, ''))) w(word)
     where r.id = any(ids)),
  known as (insert into name_word select distinct word from words on conflict do nothing)
  insert into registration_word (word, registration_id, authority_id) select word, id, authority_id from words on conflict do nothing;
$$;

-- The standing of every licence on a day. One rule, here only. Terms of a licence never overlap, so a licence appears once.
--   revoked, surrendered, refused, suspended: a restriction covers the day; current: a term covers it;
--   pending: its first term is still to come; expired: its terms are over; pending also when nothing was ever granted.
create function registration_standing(on_day date)
returns table (registration_id uuid, status text, term_starts_on date, term_ends_before date)
language sql stable parallel safe as $$
  select r.id,
         coalesce(x.status,
           case when t.starts_on is not null then 'current'
                when r.term_ends_before <= on_day then 'expired'
                else 'pending' end),
         t.starts_on, t.ends_before
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
