-- Training at an event serves as long as the rule of that day says, like any other. The rest of the function stays as it is.
set local role lantern_owner;
do $$
declare
  before text := pg_get_functiondef('record_attendance'::regproc);
  after text := replace(before, '(e.held_on + make_interval(months => training_months))::date', 'training_serves_before(r.authority_id, r.kind, e.held_on, training_months)');
begin
  if after = before then raise exception 'the function is not the one that this changes'; end if;
  execute after;
end $$;
