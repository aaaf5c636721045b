-- Visits reach places that no register holds, files are kept with visits, and holders are asked for evidence in writing and reminded.
set local role lantern_owner;

alter table fieldwork_visit
  alter column registration_id drop not null,
  add column place_name text check (length(trim(place_name)) between 2 and 160),   -- a place without a licence, as its sign says
  add column place_address text not null default '' check (length(place_address) <= 400),
  add column place_postcode text check (place_postcode = upper(place_postcode)),
  add constraint visit_authority foreign key (authority_id) references authority,
  add constraint visit_of_a_licence_or_a_place check ((registration_id is null) = (place_name is not null)),
  add constraint visit_guidance_goes_to_a_licence check (issuance_id is null or registration_id is not null),
  add constraint visit_own_authority unique (id, authority_id);

-- A photograph or a paper of a visit. What was kept by mistake is destroyed: the row stays and says so.
create table fieldwork_file (
  id uuid primary key default gen_random_uuid(),
  visit_id uuid not null,
  authority_id smallint not null,
  name text not null check (length(name) between 1 and 200),
  type text not null check (type in ('application/pdf', 'image/png', 'image/jpeg')),
  file bytea check (length(file) between 1 and 5242880),
  sha256 bytea not null check (length(sha256) = 32),
  recorded_by uuid not null, recorded_at timestamptz not null default now(),
  destroyed_by uuid, destroyed_at timestamptz,
  foreign key (visit_id, authority_id) references fieldwork_visit (id, authority_id) on delete cascade,
  constraint file_destroyed_by_somebody check ((destroyed_by is null) = (destroyed_at is null) and (file is null) = (destroyed_at is not null))
);
create index fieldwork_file_of on fieldwork_file (visit_id, recorded_at);

alter table fieldwork_file enable row level security;
alter table fieldwork_file force row level security;
create policy readable on fieldwork_file for select to lantern_app, lantern_owner, lantern_reader using (authority_id = any ((select sec.readable())::smallint[]));
create policy insertable on fieldwork_file for insert to lantern_app, lantern_owner with check (authority_id = any ((select sec.held('recordFieldwork'))::smallint[]));
create policy updatable on fieldwork_file for update to lantern_app, lantern_owner using (authority_id = any ((select sec.held('recordFieldwork'))::smallint[]))
  with check (authority_id = any ((select sec.held('recordFieldwork'))::smallint[]));
grant select on fieldwork_file to lantern_app, lantern_reader;
grant insert, update (file, destroyed_by, destroyed_at) on fieldwork_file to lantern_app;

-- Messages about evidence have no issue of guidance; they belong to the request.
alter table delivery add column request_id uuid references evidence_request;
alter table delivery drop constraint delivery_purpose_check;
alter table delivery add constraint delivery_purpose_check check (purpose in ('guidance', 'reminder', 'evidence', 'evidence_reminder')),
  add constraint delivery_is_about_one_thing check ((purpose in ('evidence', 'evidence_reminder')) = (request_id is not null) and (request_id is null or issuance_id is null));
create unique index delivery_request_once on delivery (request_id, purpose, rung) where request_id is not null and state <> 'cancelled';

-- Open requests with the reminder that each has reached: rung n for the n-th of `steps`, in days after the day it was due (negative: before).
create function evidence_chase(on_day date, steps smallint[])
returns table (request_id uuid, registration_id uuid, authority_id smallint, due_on date, rung smallint, reminded smallint)
language sql stable as $$
  select e.id, e.registration_id, e.authority_id, e.due_on, (select count(*) from unnest(steps) s where on_day >= e.due_on + s)::smallint,
         (select coalesce(max(d.rung), 0) from delivery d where d.request_id = e.id and d.purpose = 'evidence_reminder' and d.state <> 'cancelled')::smallint
    from evidence_request e where e.received_on is null and e.withdrawn_at is null
$$;

-- Writes a message about each of these requests whose holder has an e-mail address and has none of that rung yet. Says how many.
create function queue_evidence_messages(ids uuid[], rung_now smallint, moment timestamptz) returns bigint
language plpgsql volatile as $$
declare many bigint;
begin
  insert into delivery (authority_id, registration_id, request_id, purpose, channel, recipient, name, subject, body, not_before, made_by, made_at, rung)
  select e.authority_id, e.registration_id, e.id, case when rung_now = 0 then 'evidence' else 'evidence_reminder' end, 'email', k.email, k.name,
         case when rung_now = 0 then 'Evidence for ' || r.reference else 'Reminder: evidence for ' || r.reference end,
         concat_ws(E'\n\n', 'To ' || k.name,
           'Your licensing authority asks you to show, for ' || r.reference || ': ' ||
             case e.wanted when 'training' then 'your own safeguarding training' when 'guidance' then 'that you have read the safeguarding guidance'
                           when 'staff_training' then 'the safeguarding training of your staff' when 'policy' then 'your written policy on safeguarding' else e.detail end || '.',
           case when e.due_on < moment::date then 'It was due on ' || to_char(e.due_on, 'FMDD FMMonth YYYY') || ' and has not come.'
                else 'It is due on ' || to_char(e.due_on, 'FMDD FMMonth YYYY') || '.' end,
           'Answer this message with a copy, or bring it to the licensing office. Send nothing that names a child or a guest.',
           'If somebody is in danger now, call 999. If you are worried about a young person, call 101.'),
         moment, sec.me(), moment, rung_now
    from evidence_request e join registration r on r.id = e.registration_id join registration_contact k on k.registration_id = e.registration_id
   where e.id = any (ids) and k.email is not null and e.received_on is null and e.withdrawn_at is null
  on conflict do nothing;
  get diagnostics many = row_count;
  return many;
end $$;
grant execute on function evidence_chase, queue_evidence_messages to lantern_app;
