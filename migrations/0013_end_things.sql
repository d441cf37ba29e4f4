-- The seats that a reservation has given back by refunds, in the order in which they were given back. It is refunded once all
-- of them are. No index has this column, so that a refund stays heap-only (HOT).
alter table reservation add column refunded_seats int[] not null default '{}';
update reservation set refunded_seats = seat_ids where state = 'refunded';
alter table reservation add constraint reservation_refunded_seats check (
  case cardinality(refunded_seats)
    when 0 then state <> 'refunded'
    else
      refunded_seats <@ seat_ids
      and case cardinality(refunded_seats) when cardinality(seat_ids) then state = 'refunded' else state = 'confirmed' end
  end
);

-- The seats that a reservation has not given back.
create function kept_seats(seat_ids int[], refunded_seats int[]) returns int[] language sql immutable
  as $$ select case cardinality(refunded_seats)
    when 0 then seat_ids
    else array(
      select s.seat_number from unnest(seat_ids) with ordinality as s (seat_number, place)
      where s.seat_number <> all (refunded_seats) order by s.place)
  end $$;

-- Which part of its reservation an entry is about: a refund's is the number of seats that earlier refunds had given back, so
-- its seats begin there in refunded_seats. One payment, and one refund of each part, whatever a program does.
alter table ledger_entry add column part smallint not null default 0;
alter table ledger_entry add constraint ledger_entry_part check (part = 0 or part > 0 and kind = 'refund');
drop index ledger_entry_once_per_reservation;
create unique index ledger_entry_once_per_reservation on ledger_entry (account_id, kind, reservation_id, part)
  where reservation_id is not null;

-- A cancelled performance never sells again. All migrations may share a transaction, so the new state is compared as text.
alter table performance add column cancelled_at timestamptz;
alter table performance add constraint performance_cancelled check ((sale_state::text = 'cancelled') = (cancelled_at is not null));

-- What is left to do for a cancelled performance: its holds are ended and its confirmed reservations refunded, in the
-- background, by whichever process has the lease.
create table cancellation (
  performance_id catalogue_id primary key references performance,
  -- The account whose token asked for it.
  actor account_id,
  -- Reservations that were refunded before it.
  refunded_before int not null check (refunded_before >= 0),
  leased_until timestamptz not null,
  -- Reservations that could not be refunded by the last pass, with their reasons; the next pass tries again.
  failures jsonb not null default '[]',
  completed_at timestamptz
);

-- Not listed, by an operator's choice, which no import changes.
alter table concert add column hidden boolean not null default false;
