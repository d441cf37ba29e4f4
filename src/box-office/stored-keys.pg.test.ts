import { expect, it } from 'vitest';
import { plantPerformance } from '../../test/support/catalogue.ts';
import { useDatabase } from '../../test/support/database.ts';
import { createBoxOffice } from './box-office.ts';

const database = useDatabase();

const NAMED = 'ff96b0bb-a473-83f5-9012-bd03400a6bd6';
const BEST = '565d2133-9bc9-8dc3-bd89-a4ad0efa4896';
const KEPT = 'eaf11f5f-0e04-8542-a76c-c551d75d2572';

/**
 * What each request stores, computed independently of this code: SHA-256 over each part as `<bytes>:<part>`.
 * A version that stores anything else would hold, pay or refund again for a request that is resent after its
 * start.
 */
const STORED = {
  [NAMED]: '948e59dca67e267d52bac4360b9530c063dd7d7236bc6fdd44ba216e210fe38e',
  [BEST]: 'fbe0145e74894bc299a6671c99d40580cf0bceedc846bf855e6430e4ff0bc44f',
  [KEPT]: '25b9d2958aaa116fd29987ed8c592b91fc41523579b001768816facc4e6ed6e8',
  'top-up': '37cda15347712f2062194a61ba4405a6fff7b6ed07465ab711066f53fdc5e0e0',
  mistake: '6574837133bf8871f3b566e3fe78e7b994ee187f8924fdc900a46343ba9d9a58',
  reversal: 'dff13d689ec6d573a5e80b461ada8b18a0c2f9f709527eb180e75b6427e59081',
  'pay-named': 'b14877c4344ffe92aae67e9ded53deea1e3400c4ab23c1480f7cb51e00af331c',
  'pay-best': '1db6ae5b00154741cdd03746ac94b14e6b364cc4ffb38b0eb35df566b126f279',
  'pay-kept': '391c7f0a6ca2dcfa5306e44b550b00835956de2abfe0a6f69f87edc0e676c675',
  'refund-part': '26ef44050fd050878016b0ac117f674f2e2ddb5310bec94a5544436b2d9a3463',
  'refund-all': 'dde3fc1a5de4a09fdbabf11948fbde6c3fe77889f6b46d2f2a6b7a4f7348464b',
  [` cancellation:${KEPT}`]: '4662c5c27b13061de6a8c5c1d728d6ba619cd0f70b6219ec77ea80b1ede86047',
};

it('stores the ids and hashes of requests as every version does', async () => {
  const boxOffice = await createBoxOffice({ databaseUrl: database.url, migrate: false, sweepIntervalMs: 0 });
  const accountId = 'kim@example.com';
  const performanceId = await plantPerformance(database, { performanceId: 'spring-1', seatLimit: 10 });
  const of = { performanceId, accountId };
  await boxOffice.topUp({ accountId, amount: 700_000, idempotencyKey: 'top-up', createAccount: true });
  await boxOffice.topUp({ accountId, amount: 9, idempotencyKey: 'mistake' });
  await boxOffice.reverseTopUp({ accountId, topUp: 2, idempotencyKey: 'reversal' });
  await boxOffice.hold({ ...of, seats: ['A-1-2', 'A-1-1'], idempotencyKey: 'named' });
  await boxOffice.hold({ ...of, seats: ['A-1-5'], idempotencyKey: 'kept' });
  await boxOffice.holdBestAvailable({ ...of, grade: 'R', quantity: 2, idempotencyKey: 'best' });
  await boxOffice.pay({ ...of, reservationId: NAMED, idempotencyKey: 'pay-named' });
  await boxOffice.pay({ ...of, reservationId: BEST, idempotencyKey: 'pay-best' });
  await boxOffice.pay({ ...of, reservationId: KEPT, idempotencyKey: 'pay-kept' });
  const part = { performanceId, reservationId: NAMED, seats: ['A-1-2'], idempotencyKey: 'refund-part' };
  await boxOffice.operator.refund(part);
  await boxOffice.refund({ ...of, reservationId: BEST, idempotencyKey: 'refund-all' });
  // What is left is refunded with the performance.
  await boxOffice.operator.cancelPerformance({ performanceId });
  const refunded = [KEPT, NAMED].map((reservation) => ` cancellation:${reservation}`);
  await expect.poll(async () => Object.keys(await stored())).toEqual(expect.arrayContaining(refunded));
  const { [` cancellation:${NAMED}`]: rest, ...others } = await stored();
  expect(others).toEqual(STORED);
  expect(rest).toMatch(/^[0-9a-f]{64}$/);
  await boxOffice.close();
});

async function stored(): Promise<Readonly<Record<string, string>>> {
  const rows = await database.sql<{ name: string; hash: string }>(
    `select reservation_id::text as name, encode(request_hash, 'hex') as hash from reservation
     union all
     select key, encode(request_hash, 'hex') from ledger_entry`,
  );
  return Object.fromEntries(rows.map(({ name, hash }) => [name, hash]));
}
