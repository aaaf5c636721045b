-- A batch of a campaign writes each row once, and what became of its messages is told to the campaign.
set local role lantern_owner;

-- As in migration 15, asking once a statement who gives it.
create or replace function give_guidance_to_many(licences uuid[], version uuid, occasion text, channel text, on_day date)
returns table (registration_id uuid, issuance_id uuid)
language sql volatile as $$
  insert into issuance (registration_id, authority_id, kind, version_id, occasion, channel, issued_on, covers_before, recorded_by)
  select r.id, r.authority_id, r.kind, $2, $3, $4, $5, cycle_end(r.anchor_on, $5), (select sec.me()) from registration r where r.id = any ($1)
  returning issuance.registration_id, issuance.id
$$;

-- As in migration 15, in one statement: a row that goes out is written once, not twice.
create or replace function campaign_batch(which uuid, most integer, on_day date, among uuid[] default null)
returns table (registration_id uuid, authority_id smallint, kind text, reference text, name text, address text, postcode text, email text, phone text,
               attempt smallint, issuance_id uuid, reason text)
language plpgsql volatile set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare c campaign; taken uuid[];
begin
  select * into c from campaign where id = which and state = 'running' for share;
  if c.id is null then return; end if;
  select array_agg(x.registration_id) into taken from (
    select r.registration_id from campaign_recipient r
     where r.campaign_id = which and r.state = 'planned' and (among is null or r.registration_id = any (among))
     order by r.walk_key, r.registration_id limit most for update skip locked) x;
  if taken is null then return; end if;
  -- As things are now: the address of today, and whoever has been given it or has left since the list was fixed is left out. One
  -- who is sent it again holds that version, is not left out for it, and is not issued it twice.
  return query
    with now_so as materialized (select * from campaign_population(c.population, c.version_id, c.channel, on_day, taken)),
    turn as materialized (
      select r.registration_id as id, r.issuance_id as held, p.name, p.address, p.postcode, p.email, p.phone, p.walk_key,
             case when p.registration_id is null then 'left'
                  when r.attempt > 1 and p.reason in ('has_version', 'guidance_held') then null else p.reason end as why
        from campaign_recipient r left join now_so p on p.registration_id = r.registration_id
       where r.campaign_id = which and r.registration_id = any (taken)),
    given as materialized (
      select g.registration_id, g.issuance_id from give_guidance_to_many(
        array(select t.id from turn t where t.why is null and (t.held is null or exists (select from issuance_void x where x.issuance_id = t.held))),
        c.version_id, c.occasion, c.channel, on_day) g)
    update campaign_recipient r
       set name = coalesce(t.name, r.name), address = coalesce(t.address, r.address), postcode = t.postcode, email = t.email, phone = t.phone,
           walk_key = coalesce(t.walk_key, r.walk_key), state = case when t.why is null then 'issued' else 'excluded' end, reason = t.why,
           issuance_id = coalesce(g.issuance_id, r.issuance_id), issued_on = case when g.issuance_id is null then r.issued_on else on_day end
      from turn t left join given g on g.registration_id = t.id
     where r.campaign_id = which and r.registration_id = t.id
    returning r.registration_id, r.authority_id, r.kind, r.reference, r.name, r.address, r.postcode, r.email, r.phone, r.attempt, r.issuance_id, r.reason;
end $$;


grant update (state, reason) on campaign_recipient to lantern_sec;
create policy told on campaign_recipient for update to lantern_sec using (true) with check (true);

set local role lantern_sec;
-- A message that could not be delivered, or was given up, makes its recipient one whom the campaign did not reach; one that goes
-- after all makes them reached again.
create function sec.tell_campaign() returns trigger
language plpgsql security definer set search_path = sec, public, pg_temp as $$
begin
  if new.state in ('failed', 'dead') then
    update campaign_recipient r set state = 'failed', reason = 'delivery'
     where r.campaign_id = new.campaign_id and r.registration_id = new.registration_id and r.issuance_id = new.issuance_id and r.state = 'issued';
  elsif new.state in ('queued', 'sent', 'delivered') then
    update campaign_recipient r set state = 'issued', reason = null
     where r.campaign_id = new.campaign_id and r.registration_id = new.registration_id and r.issuance_id = new.issuance_id and r.state = 'failed' and r.reason = 'delivery';
  end if;
  return null;
end $$;
revoke all on function sec.tell_campaign from public;
grant execute on function sec.tell_campaign to lantern_owner;

set local role lantern_owner;
create trigger delivery_tells_its_campaign after update of state on delivery for each row
  when (old.state is distinct from new.state and new.campaign_id is not null and new.purpose = 'guidance') execute function sec.tell_campaign();
