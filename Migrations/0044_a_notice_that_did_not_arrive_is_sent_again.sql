-- A reminder or notice that did not arrive is written anew, to the address that its reader has now.
set local role lantern_owner;
grant update (delivery_id) on member_reminder, panel_notice to lantern_sec;

set local role lantern_sec;
-- Gives the new message; null: there is none such that whoever asks may see, or it did arrive. The old one is cancelled: nobody gets both.
create function sec.send_notice_again(which uuid, moment timestamptz) returns table (id uuid, recipient text, name text)
language plpgsql volatile security definer set search_path = sec, public, pg_temp as $$
#variable_conflict use_column
declare old delivery; fresh uuid; text_then text; address text;
begin
  select d.* into old from delivery d
   where d.id = which and d.purpose in ('member_reminder', 'panel_broken') and d.state in ('failed', 'dead')
     and d.authority_id = any (sec.held('manageCommittees', 'recordMemberTraining')) for update;
  if old.id is null then return; end if;
  select coalesce(r.words, n.words), coalesce(m.email, a.email, old.recipient) into text_then, address
    from (select 1) one
    left join member_reminder r on r.delivery_id = which left join member m on m.id = r.member_id
    left join panel_notice n on n.delivery_id = which left join sec.account a on a.id = n.account_id;
  if text_then is null then return; end if;
  insert into delivery (authority_id, purpose, channel, recipient, name, subject, body, not_before, made_by, made_at)
    values (old.authority_id, old.purpose, old.channel, address, old.name, old.subject, text_then, moment, sec.me(), moment) returning delivery.id into fresh;
  update member_reminder set delivery_id = fresh where delivery_id = which;
  update panel_notice set delivery_id = fresh where delivery_id = which;
  update delivery d set state = 'cancelled', settled_at = moment where d.id = which;
  return query select fresh, address, old.name;
end $$;
revoke execute on function sec.send_notice_again from public;
grant execute on function sec.send_notice_again to lantern_app;
