-- The walls, asked of the catalogue: each query answers no row when they stand.
-- 1. Tables of the register without row level security, or with it not forced, except those that hold nobody's data.
select c.relname as no_row_level_security from pg_class c
 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relowner = 'lantern_owner'::regrole
   and not (c.relrowsecurity and c.relforcerowsecurity)
   and c.relname not in ('csp', 'authority', 'organisation', 'organisation_authority', 'licence_kind', 'policy', 'setting', 'name_word', 'guidance_document',
                         'guidance_version', 'guidance_text', 'guidance_withdrawal');
-- 2. Views that look with their owner's eyes.
select c.relname as view_of_the_owner from pg_class c
 where c.relowner in ('lantern_owner'::regrole, 'lantern_sec'::regrole) and c.relkind in ('v', 'm')
   and (c.relkind = 'm' or not coalesce(c.reloptions, '{}') @> array['security_invoker=true']);
-- 3. Definer functions without a search path of their own; functions of ours that everybody may call.
select p.oid::regprocedure as definer_without_search_path from pg_proc p
 where p.proowner in ('lantern_owner'::regrole, 'lantern_sec'::regrole) and p.prosecdef and not coalesce(array_to_string(p.proconfig, ' '), '') ~ 'search_path=';
select p.oid::regprocedure as callable_by_everybody from pg_proc p
 where p.proowner in ('lantern_owner'::regrole, 'lantern_sec'::regrole) and has_function_privilege('public', p.oid, 'execute');
-- 4. What the web's role could do that no handler does.
select 'create on ' || nspname as too_much from pg_namespace where nspname !~ '^pg_' and has_schema_privilege('lantern_app', oid, 'create')
union all select 'temporary tables' where has_database_privilege('lantern_app', current_database(), 'temporary')
union all select 'owns ' || relname from pg_class where relowner = 'lantern_app'::regrole
union all select 'may alter ' || c.oid::regclass from pg_class c where c.relkind = 'r' and c.relnamespace in ('public'::regnamespace, 'sec'::regnamespace, 'audit'::regnamespace)
   and (has_table_privilege('lantern_app', c.oid, 'truncate') or has_table_privilege('lantern_app', c.oid, 'references') or has_table_privilege('lantern_app', c.oid, 'trigger'))
union all select 'touches ' || c.oid::regclass from pg_class c where c.relkind = 'r' and c.relnamespace in ('sec'::regnamespace, 'audit'::regnamespace)
   and has_table_privilege('lantern_app', c.oid, 'select, insert, update, delete')
union all select 'bypasses' from pg_roles where rolname in ('lantern_app', 'lantern_owner', 'lantern_sec', 'lantern_reader') and (rolbypassrls or rolsuper);
-- 5. Rows of a licence whose authority is not tied to that of the licence by key.
select c.relname as not_tied_to_its_licence from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'registration_id' and not a.attisdropped
 where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
   and not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'f' and k.confrelid = 'registration'::regclass and cardinality(k.conkey) = 2);
