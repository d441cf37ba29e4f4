/** A reservation whose payment or refund is on its way between two transactions, as every route shows it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { plantPerformance } from '../../test/support/catalogue.ts';
import type { Answer } from '../../test/support/http.ts';
import { buyOverHttp, holdOverHttp, OPERATOR, topUpOverHttp, useServer } from '../../test/support/http.ts';
import type { ApiDocument } from '../../test/support/openapi.ts';
import { violationsIn } from '../../test/support/state.ts';
import { newTicketKey } from '../../test/support/ticket-keys.ts';
import { requestHashOf } from '../domain/ids.ts';
import { openSettlement } from '../operations/pay/settlement/settlement.ts';
import { settledPay } from '../operations/pay/settled.ts';
import { refund } from '../operations/refund/refund.ts';

const server = useServer({ ticketKeys: { keys: [await newTicketKey()] } });
const account = 'anna';

const dies = async (name: string): Promise<void> => {
  if (name === 'settle: between read and write') throw new Error('killed');
};

/** Where the reservation is, and its ids. */
interface Path {
  readonly url: string;
  readonly performanceId: string;
  readonly reservationId: string;
}

function pathOf(url: string): Path {
  const [, performanceId, reservationId] = /performances\/([^/]+)\/reservations\/([^/]+)/.exec(url)!;
  return { url, performanceId: performanceId!, reservationId: reservationId! };
}

/** Seat A-1-1, whose hold is over by its time while it is being paid. */
async function paying(): Promise<Path> {
  await topUpOverHttp(server, account, 1_000_000);
  const path = pathOf(
    await holdOverHttp(server, await plantPerformance(server.database), account, ['A-1-1']),
  );
  const { performanceId, reservationId } = path;
  const opened = settledPay.open({ database: server.database, racePoint: dies });
  const requestHash = requestHashOf('pay', performanceId, reservationId);
  const command = { performanceId, reservationId, accountId: account, idempotencyKey: 'pay', requestHash };
  await expect(opened.execute(command)).rejects.toThrow('killed');
  await opened.close();
  await server.database.sql(
    `update reservation set expires_at = clock_timestamp() - interval '1 hour' where reservation_id = $1`,
    [reservationId],
  );
  return path;
}

/** Seats A-1-1 and A-1-2, of which the second is being refunded. */
async function refunding(): Promise<Path> {
  const seats = ['A-1-1', 'A-1-2'];
  const path = pathOf(await buyOverHttp(server, await plantPerformance(server.database), account, seats));
  const { performanceId, reservationId } = path;
  const { database } = server;
  const settlement = openSettlement({ database, racePoint: dies });
  const command = {
    performanceId,
    reservationId,
    accountId: account,
    seats: [2],
    byOperator: false,
    idempotencyKey: 'refund',
    requestHash: requestHashOf('refund', performanceId, reservationId, 2),
  };
  await expect(refund({ database, settlement, racePoint: dies }, command)).rejects.toThrow('killed');
  await settlement.close();
  return path;
}

/** Reads that say nothing of a reservation; the stream of events is watched elsewhere (live-seats.pg.test.ts). */
const NOT_CALLED = ['/v1/performances/{performanceId}/seats/events', '/errors/{outcome}'];

describe.each([
  ['paying', paying],
  ['refunding', refunding],
] as const)('a reservation that is %s', (state, make) => {
  let path: Path;
  let reads: readonly (readonly [url: string, answer: Answer])[];
  beforeAll(async () => {
    path = await make();
    // The settler of this service leaves it alone.
    await server.database.sql(`update payment_attempt set leased_until = 'infinity' where outcome is null`);
    const { body } = await server.call({ method: 'GET', url: '/openapi.json' });
    const { paths } = body as unknown as ApiDocument;
    const [concert] = await server.database.sql<{ id: string }>(
      `select concert_id::text as id from performance where performance_id = $1`,
      [path.performanceId],
    );
    const given: Readonly<Record<string, string>> = {
      performanceId: path.performanceId,
      reservationId: path.reservationId,
      concertId: concert!.id,
      accountId: account,
      seat: 'A-1-1',
      outcome: 'contended',
    };
    const urls = Object.entries(paths)
      .filter(([url, operations]) => 'get' in operations && !NOT_CALLED.includes(url))
      .map(([url]) => url.replaceAll(/\{(\w+)\}/g, (_, name: string) => given[name]!));
    const called: [string, Answer][] = [];
    for (const url of urls) {
      const isBest = url.endsWith('/best-available');
      const query = isBest ? '?count=1' : '';
      const caller = url.includes('/admin/') ? OPERATOR : { account };
      called.push([url, await server.call({ method: 'GET', url: url + query, ...caller })]);
    }
    reads = called;
  });

  const answerOf = (end: string): Answer => reads.find(([url]) => url.endsWith(end))![1];

  it('breaks no route', () => {
    expect(reads.length).toBeGreaterThan(25);
    const broken = reads.filter(([, { status }]) => status >= 500);
    expect(broken.map(([url, { status, body }]) => [url, status, body])).toEqual([]);
  });

  it('is named so, by its own route and in the lists', () => {
    const { reservationId } = path;
    expect(
      answerOf(`/v1/performances/${path.performanceId}/reservations/${reservationId}`).body,
    ).toMatchObject({
      state,
    });
    for (const list of ['/v1/reservations', `/v1/admin/accounts/${account}/reservations`]) {
      expect(answerOf(list).body['reservations']).toContainEqual(
        expect.objectContaining({ id: reservationId, state }),
      );
    }
  });

  it('has its seats, on the map, in the counts and at the door', () => {
    const { performanceId } = path;
    const states = answerOf(`/v1/performances/${performanceId}/seats`).body['seats'] as string;
    expect(states.slice(0, 2)).toBe(state === 'paying' ? 'hf' : 'ss');
    expect(answerOf('/sales').body).toMatchObject({
      seats: state === 'paying' ? { held: 1, sold: 0 } : { held: 0, sold: 2 },
      reservations: state === 'paying' ? { held: 1, confirmed: 0 } : { held: 0, confirmed: 1 },
    });
    expect(answerOf('/seats/A-1-1').body).toMatchObject({
      state: state === 'paying' ? 'held' : 'sold',
      reservationId: path.reservationId,
    });
    const tickets = answerOf('/tickets');
    const listed = answerOf('/check-in-list').body['tickets'] as { readonly seat: string }[];
    expect(listed.map(({ seat }) => seat)).toEqual(state === 'paying' ? [] : ['A-1-1']);
    if (state === 'paying') return expect(tickets.status).toBe(404);
    const signed = tickets.body['tickets'] as { readonly seat: string }[];
    expect(signed.map(({ seat }) => seat)).toEqual(['A-1-1']);
  });

  it('is neither paid with another key, nor released, nor refunded meanwhile', async () => {
    const { url } = path;
    const writes = [
      { method: 'POST', url: `${url}/payment`, account, key: 'another' },
      { method: 'DELETE', url, account },
      { method: 'POST', url: `${url}/refund`, account, key: 'other' },
      { method: 'POST', url: `${url.replace('/v1/', '/v1/admin/')}/refund`, ...OPERATOR, key: 'more' },
      { method: 'POST', url: `${url.replace('/v1/', '/v1/admin/')}/release`, ...OPERATOR },
    ] as const;
    const answers = [];
    for (const write of writes) answers.push((await server.call(write)).body['outcome']);
    expect(answers).toEqual(
      state === 'paying'
        ? ['contended', 'contended', 'contended', 'contended', 'contended']
        : [
            'reservation_not_payable',
            'reservation_not_releasable',
            'contended',
            'contended',
            'reservation_not_releasable',
          ],
    );
  });

  it('is no violation', async () => {
    expect(await violationsIn(server.database)).toEqual([]);
  });
});
