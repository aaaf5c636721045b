-- A month's name is padded to nine letters unless told otherwise: "3 May       2026" in a reminder.
set local role lantern_owner;
do $$
declare
  before text := pg_get_functiondef('queue_messages'::regproc);
  after text := replace(before, 'FMDD Month YYYY', 'FMDD FMMonth YYYY');
begin
  if after = before then raise exception 'the function is not the one that this changes'; end if;
  execute after;
end $$;
