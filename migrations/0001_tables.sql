-- Tables of Rowlock. The catalogue (venue, concert, performance and their parts) is small and read-mostly.
-- Every key of the hot tables begins with performance_id or account_id, so that each hot statement names one
-- shard. No foreign key crosses the two groups, and no hot path uses a sequence.

create type seat_state as enum ('free', 'held', 'sold');
create type reservation_state as enum ('held', 'confirmed', 'released', 'expired', 'refunded');
create type entry_kind as enum ('charge', 'payment', 'refund');
create type sale_state as enum ('open', 'paused', 'closed');

-- Identifiers compare byte by byte: collate "C" is the fastest order, and the same on every machine. Two
-- plain tests replace one pattern with anchors and a repeat, which costs five to ten times as much for each
-- value of each row written.
create domain catalogue_id as text collate "C"
  check (octet_length(value) between 1 and 64 and value !~ '[^a-z0-9-]' and left(value, 1) <> '-');
create domain account_id as text collate "C"
  check (octet_length(value) between 1 and 64 and value !~ '[^A-Za-z0-9._:@-]');
create domain idempotency_key as text collate "C" check (length(value) between 1 and 255);

-- Catalogue -------------------------------------------------------------------------------------------------

create table venue (
  venue_id catalogue_id primary key,
  name jsonb not null,
  -- Shapes that a seat-map page draws beside the seats (stage, pitch); never read by the engine.
  outline jsonb not null default '[]',
  -- The sections in the order of the file, with their names for people.
  sections jsonb not null default '[]',
  -- Raised by every import that changes the venue or its seats: a cached map with this number is current.
  revision int not null default 1
);

-- Exactly the current seats of the venue. A label keeps its seat number, and no other label ever gets it, so
-- that a cache may resolve labels.
create table venue_seat (
  venue_id catalogue_id not null references venue,
  seat_number int not null check (seat_number > 0),
  label text collate "C" not null,
  section text not null,
  row_name text not null,
  seat_name text not null,
  grade text not null,
  x real not null,
  y real not null,
  primary key (venue_id, seat_number),
  unique (venue_id, label)
);

-- Seats removed from a venue. They keep their numbers: a past reservation can still name its seats, and a
-- returning label gets its number back.
create table venue_seat_removed (
  venue_id catalogue_id not null references venue,
  seat_number int not null check (seat_number > 0),
  label text collate "C" not null,
  primary key (venue_id, seat_number),
  unique (venue_id, label)
);

create table concert (
  concert_id catalogue_id primary key,
  title jsonb not null,
  description jsonb not null default '{}'
);

create table performance (
  performance_id catalogue_id primary key,
  concert_id catalogue_id not null references concert,
  venue_id catalogue_id not null references venue,
  starts_at timestamptz not null,
  sale_state sale_state not null default 'open',
  sale_opens_at timestamptz not null,
  sale_closes_at timestamptz,
  -- The sale's window as the last import named it: an import with the same window keeps an operator's.
  imported_opens_at timestamptz,
  imported_closes_at timestamptz,
  refundable_until timestamptz,
  hold_seconds int not null check (hold_seconds between 1 and 86400),
  seat_limit int check (seat_limit between 1 and 1000),
  check (sale_closes_at > sale_opens_at)
);
create index performance_of_concert on performance (concert_id);
create index performance_of_venue on performance (venue_id);

create table performance_grade (
  performance_id catalogue_id not null references performance,
  grade text not null,
  price bigint not null check (price between 0 and 9007199254740991),
  primary key (performance_id, grade)
);

-- Seats and reservations: sharded by performance ------------------------------------------------------------

-- Hot and narrow: no index but the key, and none on a changing column, so that with free room in each page an
-- update stays heap-only (HOT). The price is here so that a hold reads one table, and its amount is that of
-- the locked rows.
create table seat (
  performance_id catalogue_id not null references performance,
  seat_number int not null,
  state seat_state not null default 'free',
  version int not null default 0,
  price bigint not null check (price between 0 and 9007199254740991),
  held_until timestamptz,
  changed_by xid8 not null default pg_current_xact_id(),
  reservation_id uuid,
  primary key (performance_id, seat_number),
  constraint seat_state_matches_its_claim check (
    (state = 'free') = (reservation_id is null) and (state = 'held') = (held_until is not null)
  )
) with (fillfactor = 45);

-- The id is derived from (performance, account, idempotency key): its primary key is the key's index as well.
create table reservation (
  performance_id catalogue_id not null references performance,
  reservation_id uuid not null,
  account_id account_id not null,
  state reservation_state not null default 'held',
  version int not null default 0,
  seat_ids int[] not null check (cardinality(seat_ids) > 0),
  amount bigint not null check (amount between 0 and 9007199254740991),
  expires_at timestamptz not null,
  created_at timestamptz not null,
  request_hash bytea not null,
  primary key (performance_id, reservation_id)
) with (fillfactor = 75);
-- Expiry grows with insertion, so a block range index finds unexpired and newly expired rows at almost no
-- cost. A b-tree on (account_id) or on the state would cost every hold one more random index write.
create index reservation_by_expiry on reservation using brin (expires_at) with (pages_per_range = 16, autosummarize = on);

-- One element of claims per seat that the account holds or owns: when the hold expires, 'infinity' once sold.
create table claim_limit (
  performance_id catalogue_id not null references performance,
  account_id account_id not null,
  claims timestamptz[] not null,
  primary key (performance_id, account_id)
) with (fillfactor = 70);

-- Money: sharded by account ---------------------------------------------------------------------------------

create table wallet (
  account_id account_id primary key,
  balance bigint not null default 0 check (balance between 0 and 9007199254740991),
  version bigint not null default 0
) with (fillfactor = 50);

-- seq is the wallet's version after the entry: a chain without gaps that an auditor can walk.
create table ledger_entry (
  account_id account_id not null references wallet,
  seq bigint not null,
  kind entry_kind not null,
  amount bigint not null,
  balance_after bigint not null check (balance_after >= 0),
  key idempotency_key not null,
  request_hash bytea not null,
  performance_id catalogue_id,
  reservation_id uuid,
  created_at timestamptz not null,
  primary key (account_id, seq),
  constraint ledger_entry_key unique (account_id, key),
  check (case kind when 'payment' then amount <= 0 when 'charge' then amount > 0 else amount >= 0 end),
  check ((kind = 'charge') = (reservation_id is null) and (reservation_id is null) = (performance_id is null))
);
-- One payment and one refund per reservation, whatever a program does.
create unique index ledger_entry_once_per_reservation on ledger_entry (account_id, kind, reservation_id)
  where reservation_id is not null;

-- Functions -------------------------------------------------------------------------------------------------

-- The claims that still count. Written as one expression so that the planner inlines it.
create function live_claims(claims timestamptz[]) returns timestamptz[] language sql volatile
  as $$ select array(select c from unnest(claims) as c where c > clock_timestamp()) $$;

-- The claims less one element for each of `removed` (no more than are there).
create function without_claims(claims timestamptz[], removed timestamptz[]) returns timestamptz[] language sql immutable
  as $$ select array(
    select c from (select c, row_number() over (partition by c) as i from unnest(claims) as c) as numbered
    where i > (select count(*) from unnest(removed) as r where r = c)) $$;
