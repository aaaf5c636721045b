-- A licence holder acknowledges guidance by a link that works once, without an account.
set local role lantern_sec;
-- Whom the log names as the author of what came by a link: nobody can sign in as it.
insert into sec.account (kind, email, name) values ('system', 'portal:links', 'Licence holder, by a link') on conflict (email) do nothing;

set local role lantern_owner;

-- Up to three questions that show whether a text was understood. Like the text, never changed.
create table guidance_question (
  version_id uuid not null references guidance_version,
  language text not null,
  number smallint not null check (number between 1 and 3),
  question text not null check (length(trim(question)) between 5 and 300),
  answers text[] not null check (cardinality(answers) between 2 and 4),
  correct smallint not null,                         -- which of them, from one
  primary key (version_id, language, number),
  foreign key (version_id, language) references guidance_text (version_id, language),
  constraint guidance_question_has_an_answer check (correct between 1 and cardinality(answers))
);
create trigger guidance_question_never_changes before update or delete on guidance_question for each row execute function never_change();
grant select, insert on guidance_question to lantern_app;
grant select on guidance_question to lantern_sec, lantern_reader;

-- A link that was asked for: known by its hash only, for one issue and therefore one exact version.
create table acknowledgement_link (
  token_hash bytea primary key check (length(token_hash) = 32),
  issuance_id uuid not null references issuance,
  registration_id uuid not null,
  authority_id smallint not null,
  made_by uuid not null,
  made_at timestamptz not null,
  expires_at timestamptz not null,
  opened_at timestamptz,
  used_at timestamptz,
  name_typed text,
  foreign key (registration_id, authority_id) references registration (id, authority_id) on delete cascade
);
create index acknowledgement_link_of on acknowledgement_link (issuance_id);
alter table acknowledgement_link enable row level security;
alter table acknowledgement_link force row level security;
create policy readable on acknowledgement_link for select to lantern_app, lantern_owner, lantern_reader using (authority_id = any ((select sec.readable())::smallint[]));
create policy insertable on acknowledgement_link for insert to lantern_app, lantern_owner with check (authority_id = any ((select sec.writable())::smallint[]));
create policy worked on acknowledgement_link to lantern_sec using (true) with check (true);
grant select, insert on acknowledgement_link to lantern_app;
grant select, update on acknowledgement_link to lantern_sec;
grant select on acknowledgement_link to lantern_reader;
create policy linked on acknowledgement for insert to lantern_sec with check (true);
grant insert on acknowledgement to lantern_sec;

set local role lantern_sec;

-- What a stranger who holds a link may see. State: open; used; expired; void (the issue was undone, or came back); unknown gives no row.
create function sec.link_page(token bytea, moment timestamptz)
returns table (state text, holder text, title text, number smallint, version_id uuid, languages text[], acknowledged_on date)
language sql stable security definer set search_path = sec, public, pg_temp as $$
  select case when a.issuance_id is not null then 'used'
              when exists (select from issuance_void v where v.issuance_id = l.issuance_id) then 'void'
              when l.used_at is not null then 'used'
              when l.expires_at <= moment then 'expired' else 'open' end,
         p.name, c.title, c.number, i.version_id,
         (select array_agg(t.language order by t.language <> 'en', t.language) from guidance_text t where t.version_id = i.version_id and t.form = 'text'),
         a.acknowledged_on
    from acknowledgement_link l join issuance i on i.id = l.issuance_id join guidance_version_counts c on c.version_id = i.version_id
    join registration r on r.id = l.registration_id join party p on p.id = r.party_id
    left join acknowledgement a on a.issuance_id = l.issuance_id
   where l.token_hash = sha256(token)
$$;

-- Acknowledges, once: the link is spent and the acknowledgement written together. No row: the link does not serve (any more).
create function sec.acknowledge_by_link(token bytea, typed text, moment timestamptz, today date)
returns table (account_id uuid, account_name text, registration_id uuid, authority_id smallint, issuance_id uuid, version text)
language plpgsql volatile security definer set search_path = sec, public, pg_temp as $$
#variable_conflict use_column
declare l acknowledgement_link; who sec.account; i issuance;
begin
  update acknowledgement_link k set used_at = moment, name_typed = left(typed, 200)
   where k.token_hash = sha256(token) and k.used_at is null and k.expires_at > moment
     and not exists (select from acknowledgement a where a.issuance_id = k.issuance_id)
     and not exists (select from issuance_void v where v.issuance_id = k.issuance_id)
  returning * into l;
  if l.token_hash is null then return; end if;
  select * into who from sec.account where email = 'portal:links';
  select * into i from issuance where id = l.issuance_id;
  insert into acknowledgement (issuance_id, version_id, registration_id, authority_id, method, acknowledged_on, recorded_by)
    values (i.id, i.version_id, l.registration_id, l.authority_id, 'e_signature', greatest(today, i.issued_on), who.id);
  return query select who.id, who.name, l.registration_id, l.authority_id, i.id,
    (select c.title || ', version ' || c.number from guidance_version_counts c where c.version_id = i.version_id);
end $$;
revoke all on function sec.link_page, sec.acknowledge_by_link from public;
grant execute on function sec.link_page, sec.acknowledge_by_link to lantern_app, lantern_owner;

-- The log of it, appended last in the same transaction, by the named system actor and with this one verb only.
create function audit.append_by_link(body text, salt text, detail text, subjects text) returns bigint
language plpgsql volatile security definer set search_path = audit, sec, pg_temp as $$
declare
  before text := current_setting('lantern.context', true);
  who uuid := (select a.id from sec.account a where a.email = 'portal:links');
  made bigint;
begin
  if body::jsonb ->> 'verb' is distinct from 'acknowledgeByLink' then
    raise exception 'not an acknowledgement by link' using errcode = '42501';
  end if;
  perform sec.seal(who, gen_random_uuid(), '{}', '{}', '{}', 'link');
  made := audit.append(array[body], array[salt], array[detail], array[subjects]);
  perform set_config('lantern.context', coalesce(before, ''), true);
  return made;
end $$;
revoke all on function audit.append_by_link from public;
grant execute on function audit.append_by_link to lantern_app, lantern_owner;
