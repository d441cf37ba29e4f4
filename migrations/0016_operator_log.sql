-- What operators did, a row for each write, in the same transaction as the write. Rows are never changed: the trigger refuses it,
-- and the audit's check of the schema finds a trigger that is gone. No foreign keys: what was done outlives what it was done to.
create table operator_action (
  -- Not in the order of the commits: a page that is read again may have gained rows further down.
  action_id bigint generated always as identity primary key,
  at timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  -- The account whose token asked for it, or 'command line: ' and the user's name, which no account can be called. Null when a
  -- program that embeds the engine names nobody.
  actor text check (actor ~ '^[\x20-\x7e]+$' and length(actor) <= 300),
  action text not null check (action ~ '^[a-z_]{1,40}$'),
  performance_id catalogue_id,
  concert_id catalogue_id,
  reservation_id uuid,
  account_id account_id,
  -- What else is to be known of it; the program bounds it far below this.
  details jsonb not null default '{}' check (jsonb_typeof(details) = 'object' and octet_length(details::text) <= 8192),
  -- The request's id in the service's log.
  request_id text check (length(request_id) between 1 and 200)
);
create index operator_action_of_performance on operator_action (performance_id, action_id) where performance_id is not null;

create function operator_action_is_kept() returns trigger language plpgsql as $$
begin
  raise exception 'the operator log is append-only' using errcode = 'restrict_violation';
end $$;
create trigger operator_action_is_kept before update or delete or truncate on operator_action
  for each statement execute function operator_action_is_kept();
