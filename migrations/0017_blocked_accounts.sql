-- Accounts that may neither hold nor pay. Box offices keep them in memory and read what changed: rows written by transactions
-- that were not over at the last reading (see decision 0014). So an account that is unblocked keeps its row.
create table blocked_account (
  account_id account_id primary key,
  blocked boolean not null,
  reason text check (length(reason) between 1 and 500),
  at timestamptz not null,
  changed_by xid8 not null
);
create index blocked_account_changed on blocked_account (changed_by);
