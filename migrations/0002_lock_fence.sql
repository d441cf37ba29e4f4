-- The fence behind `redis-lock` (src/operations/wrappers/redis-lock.ts): for each resource locked in Redis,
-- the token of the newest holder whose transaction has committed. No other part reads it, and without
-- redis-lock it stays empty.
--
-- A row stays behind for every resource ever locked. Tokens are about microseconds since 1970, so rows that
-- no live holder needs are found by their tokens. Delete them at any time:
--
-- delete from lock_fence where token < extract(epoch from clock_timestamp() - interval '1 day') * 1000000;
--
-- A resource is a seat, a reservation or a wallet, so the rows belong to neither group of shards.
create table lock_fence (
  resource text collate "C" primary key,
  token bigint not null check (token between 1 and 9007199254740991)
) with (fillfactor = 70);
