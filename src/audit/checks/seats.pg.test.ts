import { randomUUID } from 'node:crypto';
import { describe } from 'vitest';
import { useDatabase } from '../../../test/support/database.ts';
import type { Planting } from '../../../test/support/plantings.ts';
import { findsPlantings, idsOf, useFixture } from '../../../test/support/plantings.ts';

const database = useDatabase();
const fixture = useFixture(database);

const SEATS: readonly Planting[] = [
  [
    'a seat held by two reservations',
    { 1: 2 },
    /seat 3 of \S+ is claimed 2 times/,
    `insert into reservation (performance_id, reservation_id, account_id, seat_ids, amount, expires_at, created_at, request_hash)
     select performance_id, gen_random_uuid(), 'other', '{3}', 1000, expires_at, created_at, request_hash
     from reservation where performance_id = $1 and reservation_id = $2`,
    ({ held }) => idsOf(held),
  ],
  [
    'a seat sold to two reservations',
    { 1: 1, 2: 1 },
    /reservation \S+ of \S+ is confirmed, but not sold to it: 1/,
    `with duplicate as (
       insert into reservation
         (performance_id, reservation_id, account_id, state, seat_ids, amount, expires_at, created_at, request_hash)
       select performance_id, gen_random_uuid(), account_id, state, '{1}', 0, expires_at, created_at, request_hash
       from reservation where performance_id = $1 and reservation_id = $2
       returning *
     ), debited as (
       update wallet as w set version = w.version + 1 from duplicate where w.account_id = duplicate.account_id
       returning w.version
     )
     insert into ledger_entry
     select account_id, debited.version, 'payment', 0, 0, 'duplicate', request_hash, performance_id, reservation_id, created_at
     from duplicate, debited`,
    ({ bought }) => idsOf(bought),
  ],
  [
    'a reservation that names a seat twice',
    { 1: 1 },
    /seat 3 of \S+ is claimed 2 times/,
    `update reservation set seat_ids = '{3,3,4}' where performance_id = $1 and reservation_id = $2`,
    ({ held }) => idsOf(held),
  ],
  [
    'a seat sold to nobody',
    { 1: 1 },
    /seat 9 of \S+ is sold by reservation \S+, which does not exist/,
    `update seat set state = 'sold', price = list_price, reservation_id = $2 where performance_id = $1 and seat_number = 9`,
    ({ held }) => [held.performanceId, randomUUID()],
  ],
  [
    'a seat sold to a reservation that does not name it',
    { 1: 1 },
    /seat 9 of \S+ is sold by reservation \S+, which does not name it/,
    `update seat set state = 'sold', price = list_price, reservation_id = $2 where performance_id = $1 and seat_number = 9`,
    ({ bought }) => idsOf(bought),
  ],
  [
    'a seat held for nobody',
    { 1: 1 },
    /seat 9 of \S+ is held by reservation \S+, which does not exist/,
    `update seat set state = 'held', price = list_price, reservation_id = $2, held_until = now() + interval '1 minute'
     where performance_id = $1 and seat_number = 9`,
    ({ held }) => [held.performanceId, randomUUID()],
  ],
  [
    'a seat held for a released reservation',
    { 1: 1 },
    /seat 6 of \S+ is held by reservation \S+, which is released/,
    `update seat set state = 'held', price = list_price, reservation_id = $2, held_until = now() + interval '1 minute'
     where performance_id = $1 and seat_number = 6`,
    ({ released }) => idsOf(released),
  ],
  [
    'a seat held beyond the expiry of its reservation',
    { 1: 1 },
    /seat 5 of \S+ is held by reservation \S+, which is held and expires at/,
    `update seat set held_until = now() + interval '1 minute' where performance_id = $1 and reservation_id = $2`,
    ({ expired }) => idsOf(expired),
  ],
  [
    'a hold that lost a seat',
    { 1: 1 },
    /reservation \S+ of \S+ is held until .*, but its seat 3 is free, by nobody/,
    `update seat set state = 'free', reservation_id = null, held_until = null
     where performance_id = $1 and reservation_id = $2 and seat_number = 3`,
    ({ held }) => idsOf(held),
  ],
  [
    'a hold whose seat is held longer than it',
    { 1: 1 },
    /but its seat 3 is held until/,
    `update seat set held_until = held_until + interval '1 millisecond'
     where performance_id = $1 and reservation_id = $2 and seat_number = 3`,
    ({ held }) => idsOf(held),
  ],
  [
    'a confirmed reservation that lost a seat',
    { 2: 1 },
    /reservation \S+ of \S+ is confirmed, but not sold to it: 2/,
    `update seat set state = 'free', reservation_id = null
     where performance_id = $1 and reservation_id = $2 and seat_number = 2`,
    ({ bought }) => idsOf(bought),
  ],
  [
    'a refunded reservation that kept its seat',
    { 2: 1 },
    /seat 7 of \S+ is sold to reservation \S+, which is refunded/,
    `update seat set state = 'sold', price = list_price, reservation_id = $2 where performance_id = $1 and seat_number = 7`,
    ({ refunded }) => idsOf(refunded),
  ],
  [
    'a seat sold to an expired hold',
    { 2: 1 },
    /seat 5 of \S+ is sold to reservation \S+, which is held/,
    `update seat set state = 'sold', held_until = null where performance_id = $1 and reservation_id = $2`,
    ({ expired }) => idsOf(expired),
  ],
  [
    'a sold seat whose price was changed',
    { 2: 1 },
    /reservation \S+ of \S+ costs 2000, but its seats took 2001/,
    `update seat set price = price + 1 where performance_id = $1 and reservation_id = $2 and seat_number = 2`,
    ({ bought }) => idsOf(bought),
  ],
  [
    'a seat of a reservation that gave it back',
    { 1: 1 },
    /seat 8 of \S+ is sold by reservation \S+, which gave it back/,
    `update seat set state = 'sold', price = list_price, reservation_id = $2 where performance_id = $1 and seat_number = 8`,
    ({ partly }) => idsOf(partly),
  ],
  [
    'a reservation that lost a seat which it did not give back',
    { 2: 1 },
    /reservation \S+ of \S+ is confirmed, but not sold to it: 10/,
    `update seat set state = 'free', reservation_id = null where performance_id = $1 and reservation_id = $2`,
    ({ partly }) => idsOf(partly),
  ],
  [
    'a reservation that gave back a seat which it never had',
    // Seat 8 counts as its own then.
    { 2: 2 },
    /reservation \S+ of \S+, confirmed, has seats \{8, 10\} and gave back \{9\}/,
    `update reservation set refunded_seats = '{9}' where performance_id = $1 and reservation_id = $2`,
    ({ partly }) => idsOf(partly),
  ],
  [
    'a reservation that gave a seat back twice',
    { 2: 1 },
    /confirmed, has seats \{8, 10\} and gave back \{8, 8\}/,
    `update reservation set refunded_seats = '{8,8}' where performance_id = $1 and reservation_id = $2`,
    ({ partly }) => idsOf(partly),
  ],
  [
    'a refunded reservation that did not give back all its seats',
    // What it was paid back is then too little as well, and its other seat is sold to what is refunded.
    { 2: 3 },
    /refunded, has seats \{8, 10\} and gave back \{8\}/,
    `update reservation set state = 'refunded' where performance_id = $1 and reservation_id = $2`,
    ({ partly }) => idsOf(partly),
  ],
  [
    'a seat left by a part refund whose price was changed',
    { 2: 1 },
    /reservation \S+ of \S+ costs 2000, but its seats took 1001 and 1000 was repaid/,
    `update seat set price = price + 1 where performance_id = $1 and reservation_id = $2`,
    ({ partly }) => idsOf(partly),
  ],
  [
    'a complete cancellation that left a hold and purchases',
    { 2: 4 },
    /the cancellation of \S+ is complete, but reservation \S+ is (held|confirmed)/,
    `with cancelled as (
       update performance set sale_state = 'cancelled', cancelled_at = now() where performance_id = $1
       returning performance_id
     )
     insert into cancellation (performance_id, refunded_before, leased_until, completed_at)
     select performance_id, 1, now(), now() from cancelled`,
    ({ held }) => [held.performanceId],
  ],
  [
    'a cancelled performance without a cancellation',
    { 2: 1 },
    /performance \S+ is cancelled, and no cancellation says so/,
    `update performance set sale_state = 'cancelled', cancelled_at = now() where performance_id = $1`,
    ({ held }) => [held.performanceId],
  ],
  [
    'a seat missing',
    { 7: 1 },
    /seat 9 of \S+ is on the map of its venue and missing/,
    `delete from seat where performance_id = $1 and seat_number = 9`,
    ({ held }) => [held.performanceId],
  ],
  [
    'a seat too many',
    { 7: 1 },
    /seat 11 of \S+ is not on the map of its venue/,
    `insert into seat (performance_id, seat_number, list_price) values ($1, 11, 1000)`,
    ({ held }) => [held.performanceId],
  ],
  [
    'a free seat with a reservation',
    { 7: 1 },
    /seat 9 of \S+ is free, which its other columns contradict/,
    `update seat set reservation_id = $2 where performance_id = $1 and seat_number = 9`,
    ({ released }) => idsOf(released),
  ],
  [
    'a held seat without an end',
    { 7: 1 },
    /seat 9 of \S+ is held, which its other columns contradict/,
    `update seat set state = 'held', price = list_price, reservation_id = $2 where performance_id = $1 and seat_number = 9`,
    ({ released }) => idsOf(released),
  ],
];

const LIMITS: readonly Planting[] = [
  [
    'no limit row',
    { 8: 1 },
    /account \S+ holds and owns 3 seats of \S+, whose limit is 4; its limit row counts 0$/,
    `delete from claim_limit where performance_id = $1`,
    ({ limitedHeld }) => [limitedHeld.performanceId],
  ],
  [
    'a limit row that counts a seat less',
    { 8: 1 },
    /3 seats of \S+, whose limit is 4; its limit row counts 2$/,
    `update claim_limit set claims = array_remove(claims, 'infinity') where performance_id = $1`,
    ({ limitedHeld }) => [limitedHeld.performanceId],
  ],
  [
    'a limit row that counts a seat more',
    { 8: 1 },
    /3 seats of \S+, whose limit is 4; its limit row counts 4$/,
    `update claim_limit set claims = claims || 'infinity'::timestamptz where performance_id = $1`,
    ({ limitedHeld }) => [limitedHeld.performanceId],
  ],
  [
    'a limit row of an account without reservations',
    { 8: 1 },
    /account other holds and owns 0 seats of \S+, whose limit is 4; its limit row counts 1$/,
    `insert into claim_limit values ($1, 'other', '{infinity}')`,
    ({ limitedHeld }) => [limitedHeld.performanceId],
  ],
  [
    'a limit row that counts a hold as sold',
    { 8: 1 },
    /its limit row counts 3 with other expiries$/,
    `update claim_limit set claims = '{infinity,infinity,infinity}' where performance_id = $1`,
    ({ limitedHeld }) => [limitedHeld.performanceId],
  ],
  [
    'an account beyond the limit',
    { 8: 1 },
    /account \S+ holds and owns 3 seats of \S+, whose limit is 2; its limit row counts 3$/,
    `update performance set seat_limit = 2 where performance_id = $1`,
    ({ limitedHeld }) => [limitedHeld.performanceId],
  ],
];

describe("the seats' checks", () => findsPlantings(database, fixture, SEATS));
describe("the limits' check", () => findsPlantings(database, fixture, LIMITS));
