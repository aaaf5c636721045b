-- A month's name is padded to nine letters unless told otherwise: "3 May       2026" in a reminder.
set local role lantern_owner;
do $$ begin execute replace(pg_get_functiondef('queue_messages'::regproc), 'FMDD Month YYYY', 'FMDD FMMonth YYYY'); end $$;
