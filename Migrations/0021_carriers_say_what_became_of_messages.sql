-- What became of a message is asked of its carrier, or told by it, after it was taken.
set local role lantern_owner;

alter table delivery add asked_at timestamptz; -- when its carrier was last asked
create index delivery_to_ask on delivery (carrier, (coalesce(asked_at, settled_at))) where state = 'sent' and provider_id is not null;
create index delivery_provider on delivery (provider_id) where provider_id is not null;

set local role lantern_sec;
-- Takes messages whose carrier is to be asked what became of them: each at most once in five minutes, for seven days after it was taken.
-- Noted before it asks: of two workers one asks, and a carrier that does not answer is left in peace.
create function sec.lease_receipts(by_carrier text, most integer, moment timestamptz) returns table (provider_id text)
language sql volatile security definer set search_path = sec, public, pg_temp as $$
  update delivery d set asked_at = moment
   where d.id in (select w.id from delivery w
                   where w.state = 'sent' and w.provider_id is not null and w.carrier = by_carrier
                     and coalesce(w.asked_at, w.settled_at) <= moment - interval '5 minutes'
                     -- Asked last within the seven days too: what is older stays out of the part of the index that is read.
                     and coalesce(w.asked_at, w.settled_at) > moment - interval '7 days' and w.settled_at > moment - interval '7 days'
                   order by coalesce(w.asked_at, w.settled_at), w.id for update skip locked limit most)
  returning d.provider_id
$$;
revoke all on function sec.lease_receipts from public;
grant execute on function sec.lease_receipts to lantern_app, lantern_owner;
