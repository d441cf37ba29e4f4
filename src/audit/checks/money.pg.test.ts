import { describe, expect, it } from 'vitest';
import { useDatabase } from '../../../test/support/database.ts';
import type { Planting } from '../../../test/support/plantings.ts';
import { audited, findsPlantings, idsOf, useFixture } from '../../../test/support/plantings.ts';
import { giveMoney } from '../../../test/support/fixture.ts';
import { auditDatabase } from '../audit.ts';

const database = useDatabase();
const fixture = useFixture(database);

const MONEY: readonly Planting[] = [
  [
    'a confirmed reservation that was not paid',
    { 2: 1 },
    /confirmed, of \S+ for 1000, has 0 payments of 0 and 0 refunds of 0/,
    `with confirmed as (
       update reservation set state = 'confirmed' where performance_id = $1 and reservation_id = $2
     )
     update seat set state = 'sold', held_until = null where performance_id = $1 and reservation_id = $2`,
    ({ expired }) => idsOf(expired),
  ],
  [
    'a released reservation that was paid',
    { 2: 1 },
    /released, of \S+ for 2000, has 1 payments of 2000/,
    `with released as (
       update reservation set state = 'released' where performance_id = $1 and reservation_id = $2
     )
     update seat set state = 'free', reservation_id = null where performance_id = $1 and reservation_id = $2`,
    ({ bought }) => idsOf(bought),
  ],
  [
    'a refunded reservation that was not repaid',
    { 2: 1 },
    /refunded, of \S+ for 2000, has 1 payments of 2000 and 0 refunds/,
    `with refunded as (
       update reservation set state = 'refunded', refunded_seats = seat_ids
       where performance_id = $1 and reservation_id = $2
     )
     update seat set state = 'free', reservation_id = null where performance_id = $1 and reservation_id = $2`,
    ({ bought }) => idsOf(bought),
  ],
  [
    'a part that was given back and not repaid',
    // What its seats took is then too little as well.
    { 2: 2 },
    /confirmed, of \S+ for 2000, has 1 payments of 2000 and 0 refunds of 0 in .*, for 1 seats given back/,
    `with given as (
       update reservation set refunded_seats = '{1}' where performance_id = $1 and reservation_id = $2
     )
     update seat set state = 'free', reservation_id = null
     where performance_id = $1 and reservation_id = $2 and seat_number = 1`,
    ({ bought }) => idsOf(bought),
  ],
  [
    'a refund of a part that was not given back',
    { 2: 1 },
    /has 1 payments of 2000 and 1 refunds of 1000 in .*, for 1 seats given back/,
    `update ledger_entry set part = 1 where kind = 'refund' and performance_id = $1 and reservation_id = $2`,
    ({ partly }) => idsOf(partly),
  ],
  [
    'a payment of another amount',
    // Its seats took what was paid.
    { 2: 2 },
    /confirmed, of \S+ for 2001, has 1 payments of 2000/,
    `update reservation set amount = amount + 1 where performance_id = $1 and reservation_id = $2`,
    ({ bought }) => idsOf(bought),
  ],
  [
    "a payment from another account's wallet",
    { 2: 1 },
    /confirmed, of other for 2000, has 1 payments of 2000 and 0 refunds of 0 in the ledger of account-/,
    `update reservation set account_id = 'other' where performance_id = $1 and reservation_id = $2`,
    ({ bought }) => idsOf(bought),
  ],
  [
    'a payment of a reservation that does not exist',
    { 2: 1 },
    /which does not exist, of nobody for 0, has 1 payments of 2000/,
    `with gone as (
       delete from reservation where performance_id = $1 and reservation_id = $2
     )
     update seat set state = 'free', reservation_id = null where performance_id = $1 and reservation_id = $2`,
    ({ bought }) => idsOf(bought),
  ],
  [
    'a reservation that was paid twice',
    { 2: 1 },
    /confirmed, of \S+ for 2000, has 2 payments of 4000/,
    `with topped_up as (
       update wallet set version = version + 2 where account_id = $1 returning version
     ), entries as (
       insert into ledger_entry
       select account_id, seq + 1, 'top_up', 2000, 2000, 'again', request_hash, null, null, created_at
       from ledger_entry where account_id = $1 and kind = 'payment'
     )
     insert into ledger_entry
     select account_id, version, kind, amount, 0, 'twice', request_hash, performance_id, reservation_id, created_at
     from ledger_entry, topped_up where account_id = $1 and kind = 'payment'`,
    ({ bought }) => [bought.accountId],
  ],
  [
    'a balance that is not the sum of its entries',
    { 3: 1 },
    /wallet of \S+ has balance 7 at version 2; its ledger adds up to 0 at entry 2/,
    `update wallet set balance = balance + 7 where account_id = $1`,
    ({ bought }) => [bought.accountId],
  ],
  [
    'a negative balance',
    { 3: 2 },
    /entry 1 of other follows entry 0 with balance 0: its amount is 5 and its balance -5/,
    `with negative as (insert into wallet values ('other', -5, 1))
     insert into ledger_entry values ('other', 1, 'top_up', 5, -5, 'k', 'h', null, null, now())`,
    () => [],
  ],
  [
    'a version that is not the last entry',
    { 3: 1 },
    /has balance 0 at version 3; its ledger adds up to 0 at entry 2/,
    `update wallet set version = version + 1 where account_id = $1`,
    ({ bought }) => [bought.accountId],
  ],
  [
    'an entry that is missing',
    { 3: 2 },
    /entry 2 of \S+ follows entry 0 with balance 0: its amount is -2000 and its balance 0/,
    `delete from ledger_entry where account_id = $1 and seq = 1`,
    ({ bought }) => [bought.accountId],
  ],
  [
    'an entry that does not follow from the one before',
    { 3: 1 },
    /entry 2 of \S+ follows entry 1 with balance 2000: its amount is -2000 and its balance 1/,
    `update ledger_entry set balance_after = 1 where account_id = $1 and seq = 2`,
    ({ bought }) => [bought.accountId],
  ],
  [
    'a ledger without a wallet',
    { 3: 1 },
    /wallet of \S+ has balance \(no wallet\)/,
    `delete from wallet where account_id = $1`,
    ({ bought }) => [bought.accountId],
  ],
  [
    'two entries with one key',
    { 5: 1 },
    /key one of \S+ has 2 ledger entries/,
    `update ledger_entry set key = 'one' where account_id = $1`,
    ({ bought }) => [bought.accountId],
  ],
  [
    'a reservation that is there twice',
    { 5: 1 },
    /reservation \S+ of \S+ is there 2 times/,
    `insert into reservation select * from reservation where performance_id = $1 and reservation_id = $2`,
    ({ released }) => idsOf(released),
  ],
  [
    'an entry without a request hash',
    { 5: 1 },
    /entry 1 of \S+ has no request hash/,
    `update ledger_entry set request_hash = '' where account_id = $1 and seq = 1`,
    ({ bought }) => [bought.accountId],
  ],
  [
    'a reservation without a request hash',
    { 5: 1 },
    /reservation \S+ of \S+ has no request hash/,
    `update reservation set request_hash = '' where performance_id = $1 and reservation_id = $2`,
    ({ released }) => idsOf(released),
  ],
  [
    'a payment long after its hold had expired',
    { 6: 1 },
    /reservation \S+ of \S+ expired at .* and was paid at/,
    `update ledger_entry as e set created_at = r.expires_at + interval '36 seconds'
     from reservation as r
     where r.performance_id = $1 and r.reservation_id = $2 and e.reservation_id = r.reservation_id`,
    ({ bought }) => idsOf(bought),
  ],
  [
    'a refund by an operator that is not in the operator log',
    { 2: 1 },
    /refund of 1000 by boss at entry \d+ of \S+ does not match action \(none\) of the operator log/,
    `update ledger_entry set actor = 'boss' where kind = 'refund' and account_id = $1`,
    ({ refunded }) => [refunded.accountId],
  ],
];

describe("the money's checks", () => {
  findsPlantings(database, fixture, MONEY);

  it('allows a payment that was decided in time and written within its bounds', async () => {
    await database.sql(
      `update ledger_entry as e set created_at = r.expires_at + interval '34 seconds'
       from reservation as r where e.kind = 'payment' and e.reservation_id = r.reservation_id`,
    );
    expect(await audited(database)).toEqual({ violations: {}, text: '' });
  });

  it('counts every violation, and describes as many as requested', async () => {
    await giveMoney(database, 'other', 5);
    await database.sql(`update wallet set balance = balance + 1`);
    const { invariants } = await auditDatabase(database, { examplesMax: 2 });
    expect(invariants[2]).toMatchObject({ number: 3, violations: 5, checked: true });
    expect(invariants[2]?.examples).toHaveLength(2);
  });

  // The last test: nothing removes what it adds to the log.
  it('finds what the operator log has and the ledger has not, or otherwise', async () => {
    const { bought, refunded } = fixture;
    const note = (accountId: string, entry: number, actor: string): Promise<unknown> =>
      database.sql(
        `insert into operator_action (actor, action, account_id, details)
         values ($1, 'reservation_refunded', $2, jsonb_build_object('entry', $3::integer, 'amount', 1000))`,
        [actor, accountId, entry],
      );
    await note(bought.accountId, 99, 'boss');
    const { violations, text } = await audited(database);
    expect(violations).toEqual({ 2: 1 });
    expect(text).toMatch(
      /no money of 0 by nobody at entry 99 of \S+ does not match action \d+ .* 1000 by boss/,
    );
    await note(refunded.accountId, 3, 'boss');
    expect((await audited(database)).violations).toEqual({ 2: 2 });
    await database.sql(`update ledger_entry set actor = 'boss' where account_id = $1 and seq = 3`, [
      refunded.accountId,
    ]);
    expect((await audited(database)).violations).toEqual({ 2: 1 });
  });
});
