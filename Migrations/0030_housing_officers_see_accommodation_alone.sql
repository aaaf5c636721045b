-- A role may be given for accommodation alone: whoever holds no more sees and writes no row of another register.
set local role lantern_sec;

-- Such a permission is held under a name of its own, 'readRegister@accommodation', which no policy written before knows. So all that stands
-- stays as it is, and these policies add to it. They are asked only of rows that the policies before refused, and nothing is evaluated for
-- whoever sees the whole register of a district.
create function sec.accommodation_kinds() returns text[]
language sql stable parallel safe security definer set search_path = sec, public, pg_temp as $$
  select array_agg(code) from licence_kind where register = 'accommodation'
$$;
create function sec.is_accommodation(which uuid) returns boolean
language sql stable parallel safe security definer set search_path = sec, public, pg_temp as $$
  select exists (select from registration r where r.id = which and r.kind = any (sec.accommodation_kinds()))
$$;
-- The holder of some accommodation, or one who was just added and holds nothing yet.
create function sec.is_accommodation_party(which uuid) returns boolean
language sql stable parallel safe security definer set search_path = sec, public, pg_temp as $$
  select exists (select from registration r where r.party_id = which and r.kind = any (sec.accommodation_kinds()))
      or not exists (select from registration r where r.party_id = which)
$$;
revoke all on function sec.accommodation_kinds, sec.is_accommodation, sec.is_accommodation_party from public;
grant execute on function sec.accommodation_kinds, sec.is_accommodation, sec.is_accommodation_party to lantern_app, lantern_owner, lantern_reader;

set local role lantern_owner;
do $$
declare
  t text; command text; held text; which text;
  reads constant text := 'authority_id = any ((select sec.held(''readRegister@accommodation''))::smallint[])';
  writes constant text := 'authority_id = any ((select sec.held(''editRegister@accommodation''))::smallint[])';
begin
  for t, which in
    values ('registration', 'kind = any ((select sec.accommodation_kinds())::text[])'), ('party', 'sec.is_accommodation_party(id)'),
      -- places, and what belongs to no register
      ('location', 'true'), ('location_merge', 'true'), ('location_distinct', 'true'), ('scheme_membership', 'true'), ('awareness_event', 'true'),
      ('event_unmatched', 'true'), ('awareness_contact', 'true'),
      -- rows of a licence
      ('registration_word', null), ('term', null), ('restriction', null), ('issuance', null), ('issuance_void', null), ('acknowledgement', null),
      ('acknowledgement_link', null), ('renewal_exception', null), ('place_role', null), ('campaign_recipient', null), ('mail_returned', null), ('delivery', null),
      ('event_attendance', null), ('fieldwork_visit', null), ('challenge_test', null), ('evidence_request', null)
  loop
    which := coalesce(which, 'sec.is_accommodation(registration_id)');
    for command in select p.cmd from pg_policies p where p.schemaname = 'public' and p.tablename = t and p.policyname in ('readable', 'insertable', 'updatable', 'deletable')
                    and (coalesce(p.qual, p.with_check) like '%sec.readable()%' or coalesce(p.qual, p.with_check) like '%sec.writable()%') loop
      held := case command when 'SELECT' then reads else writes end || ' and ' || which;
      execute format('create policy %I on %I for %s to lantern_app %s', 'accommodation_' || lower(command), t, command,
        case command when 'INSERT' then format('with check (%s)', held) when 'UPDATE' then format('using (%s) with check (%s)', held, held) else format('using (%s)', held) end);
    end loop;
  end loop;
end $$;

-- A campaign of accommodation alone: one that names its kinds, and none of another register.
create function is_accommodation_campaign(population jsonb) returns boolean language sql stable parallel safe as $$
  select case when jsonb_typeof(population -> 'kinds') = 'array' then jsonb_array_length(population -> 'kinds') > 0
     and not exists (select from jsonb_array_elements_text(population -> 'kinds') k where k <> all (sec.accommodation_kinds())) else false end
$$;
grant execute on function is_accommodation_campaign to lantern_app, lantern_owner, lantern_sec;
create policy accommodation_select on campaign for select to lantern_app
  using (authority_ids && (select sec.held('readRegister@accommodation'))::smallint[] and is_accommodation_campaign(population));
create policy accommodation_insert on campaign for insert to lantern_app
  with check (authority_ids <@ (select sec.held('editRegister@accommodation'))::smallint[] and is_accommodation_campaign(population));
create policy accommodation_update on campaign for update to lantern_app
  using (authority_ids <@ (select sec.held('editRegister@accommodation'))::smallint[] and is_accommodation_campaign(population))
  with check (authority_ids <@ (select sec.held('editRegister@accommodation'))::smallint[] and is_accommodation_campaign(population));
create policy accommodation_delete on campaign for delete to lantern_app
  using (authority_ids <@ (select sec.held('editRegister@accommodation'))::smallint[] and is_accommodation_campaign(population) and state = 'draft');

set local role lantern_sec;
-- Three functions apply the scope themselves. Of each one line changes; the rest is as it was written.
do $$
declare body text;
begin
  -- The search looks at more rows where only some of a district can be shown: the others fall to row level security behind it.
  body := pg_get_functiondef('sec.search_registrations(text,integer)'::regprocedure);
  body := replace(body, 'allowed smallint[] := sec.readable();', 'own constant smallint[] := sec.held(''readRegister@accommodation''); allowed smallint[] := sec.readable() || own;');
  body := replace(body, 'most integer := least(greatest(coalesce(lim, 50), 1), 200);', 'most integer := case when cardinality(own) > 0 then 200 else least(greatest(coalesce(lim, 50), 1), 200) end;');
  if body not like '%|| own;%' or body not like '%case when cardinality(own)%' then raise exception 'the search is not as it was'; end if;
  execute body;

  body := pg_get_functiondef('audit.history(uuid,bigint,integer)'::regprocedure);
  body := replace(body, 's.authority_id = any (sec.readable()))', 's.authority_id = any (sec.readable())
          or (s.authority_id = any (sec.held(''readRegister@accommodation'')) and not exists (select from public.registration r where r.id = s.subject_id and not sec.is_accommodation(r.id))))');
  if body not like '%@accommodation%' then raise exception 'the history is not as it was'; end if;
  execute body;

  -- A campaign runs with the reach of who started it: for accommodation alone the seal opens no whole district.
  body := pg_get_functiondef('sec.enter_campaign(uuid)'::regprocedure);
  body := replace(body, 'where x.permission = ''runCampaigns'' and', 'where x.permission in (''runCampaigns'', ''runCampaigns@accommodation'') and');
  body := replace(body, 'perform sec.seal(c.started_by, gen_random_uuid(), c.authority_ids, c.authority_ids, ''{}'', '''');',
    'if exists (select from sec.reach(c.started_by) x where x.permission = ''runCampaigns'' and c.authority_ids <@ x.authority_ids) then
    perform sec.seal(c.started_by, gen_random_uuid(), c.authority_ids, c.authority_ids, ''{}'', '''');
  else
    perform sec.seal(c.started_by, gen_random_uuid(), ''{}'', ''{}'', ''{}'', '''');
  end if;');
  if body not like '%@accommodation%' or body not like '%else%' then raise exception 'the door of campaigns is not as it was'; end if;
  execute body;
  body := pg_get_functiondef('sec.stop_campaign(uuid)'::regprocedure);
  body := replace(body, 'where x.permission = ''runCampaigns'' and', 'where x.permission in (''runCampaigns'', ''runCampaigns@accommodation'') and');
  if body not like '%@accommodation%' then raise exception 'the stopping of campaigns is not as it was'; end if;
  execute body;
end $$;
