-- The role stands in the index as well: without it the planner took the far slower index of the exclusion, once for every seat it asked about.
set local role lantern_owner;
drop index appointment_of_member;
create index appointment_of_member on appointment (member_id, starts_on) include (ends_before, authority_id, committee_id, role);
