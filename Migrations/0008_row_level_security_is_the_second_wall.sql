-- Whatever a query forgets, it sees and writes only the authorities of the session that made it.
set local role lantern_owner;

do $$
declare t text;
begin
  foreach t in array array['party', 'registration', 'registration_word', 'term', 'restriction', 'issuance', 'issuance_void',
                           'acknowledgement', 'renewal_exception', 'training_completion'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    -- (select ...) makes it one evaluation a statement, not one a row
    execute format('create policy readable on %I for select to lantern_app, lantern_owner, lantern_reader
                      using (authority_id = any ((select sec.readable())::smallint[]))', t);
    execute format('create policy insertable on %I for insert to lantern_app, lantern_owner
                      with check (authority_id = any ((select sec.writable())::smallint[]))', t);
    execute format('create policy updatable on %I for update to lantern_app, lantern_owner
                      using (authority_id = any ((select sec.writable())::smallint[]))
                      with check (authority_id = any ((select sec.writable())::smallint[]))', t);
    execute format('create policy deletable on %I for delete to lantern_app, lantern_owner
                      using (authority_id = any ((select sec.writable())::smallint[]))', t);
    -- definer functions of lantern_sec apply the scope themselves: search needs indexes that a policy would switch off
    execute format('create policy searched on %I for select to lantern_sec using (true)', t);
    execute format('grant select on %I to lantern_app, lantern_reader, lantern_sec', t);
  end loop;
end $$;

grant insert, update on party, registration, restriction to lantern_app;
grant insert, update (event, starts_on, ends_before, starts_inferred, granted_on, import_run_id) on term to lantern_app;
grant insert, delete on registration_word to lantern_app;
grant delete on term to lantern_app; -- a renewal undone within ten minutes
grant insert on issuance, issuance_void, acknowledgement, renewal_exception, training_completion to lantern_app;

-- Guidance itself is no secret: no row level security, on the list of exceptions that the catalogue test reads.
grant select, insert on guidance_document, guidance_version, guidance_text, guidance_withdrawal to lantern_app;
grant update on guidance_document to lantern_app;
grant select on guidance_document, guidance_version, guidance_text, guidance_withdrawal, guidance_version_counts to lantern_app, lantern_reader, lantern_sec;
-- Words of names are added to, and looked through by the search alone: the vocabulary of six districts is nobody's reading.
grant insert on name_word to lantern_app;
grant select on name_word to lantern_sec;

-- One answer to one form, however often it is sent: the key stands in the form, the row in the transaction of the effect.
create table idempotency (
  account_id uuid not null,
  key uuid not null,
  request_hash bytea not null,
  location text not null,
  message text not null default '',
  made_at timestamptz not null default now(),
  primary key (account_id, key)
);
alter table idempotency enable row level security;
alter table idempotency force row level security;
create policy own on idempotency to lantern_app, lantern_owner using (account_id = (select sec.me())) with check (account_id = (select sec.me()));
grant select, insert on idempotency to lantern_app;
