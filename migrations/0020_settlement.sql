-- Payments and refunds in three transactions, for performances and accounts on different servers (decision 0041). The new
-- states are compared as text: all migrations may share a transaction.

-- Performances: one try to take or to give back a reservation's money. It is made when the reservation becomes `paying` or
-- `refunding`, and gets its outcome when the reservation leaves that state. No index has a column that the outcome changes.
create type attempt_kind as enum ('payment', 'refund');
create type settlement_outcome as enum ('debited', 'refused', 'credited');
create table payment_attempt (
  performance_id catalogue_id not null,
  reservation_id uuid not null,
  -- Raised by every payment and every refund of the reservation.
  attempt smallint not null check (attempt > 0),
  account_id account_id not null,
  kind attempt_kind not null,
  -- What takes the money, such as the wallet.
  provider text not null,
  amount bigint not null check (amount between 0 and 9007199254740991),
  -- Of the request that began it: a duplicate of it drives the attempt on.
  key idempotency_key not null,
  request_hash bytea not null,
  -- A refund's: its part (see ledger_entry), the seats that it gives back, and who asked, for the operator log.
  part smallint not null default 0,
  seats int[],
  noted jsonb,
  started_at timestamptz not null,
  -- Until then the holder of the lease drives the attempt on; afterwards another may.
  leased_until timestamptz not null,
  outcome settlement_outcome,
  primary key (performance_id, reservation_id, attempt),
  constraint payment_attempt_outcome check (
    case kind when 'payment' then outcome in ('debited', 'refused') else outcome = 'credited' end
  ),
  constraint payment_attempt_seats check ((kind = 'refund') = (coalesce(cardinality(seats), 0) > 0))
) with (fillfactor = 50);
create index payment_attempt_by_start on payment_attempt using brin (started_at) with (pages_per_range = 16, autosummarize = on);

-- Accounts: what became of an attempt. The row is the point of no return: an attempt that is refused here can't be debited
-- later, and one that is debited is never given up.
create table settlement (
  account_id account_id not null,
  reservation_id uuid not null,
  attempt smallint not null check (attempt > 0),
  outcome settlement_outcome not null,
  -- Its ledger entry.
  seq bigint,
  -- Why it was refused: the code of the refusal.
  reason text,
  primary key (account_id, reservation_id, attempt),
  constraint settlement_entry check ((outcome = 'refused') = (seq is null) and (seq is null) = (reason is not null))
);

-- A refund in flight: its seats are given back when its money is.
alter table reservation drop constraint reservation_refunded_seats;
alter table reservation add constraint reservation_refunded_seats check (
  case cardinality(refunded_seats)
    when 0 then state::text <> 'refunded'
    else
      refunded_seats <@ seat_ids
      and case cardinality(refunded_seats)
        when cardinality(seat_ids) then state::text = 'refunded'
        else state::text in ('confirmed', 'refunding')
      end
  end
);
