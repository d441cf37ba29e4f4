import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../test/support/catalogue.ts';
import type { ApiDocument } from '../../test/support/openapi.ts';
import type { Call } from '../../test/support/http.ts';
import {
  buyOverHttp,
  expireOnPath,
  holdOverHttp,
  OPERATOR,
  topUpOverHttp,
  useServer,
} from '../../test/support/http.ts';

const BACKEND = { account: 'backend', scopes: 'rowlock:top-up rowlock:reverse' } as const;

describe.each([
  ['in groups', {}],
  ['one by one', { topUp: 'atomic', hold: 'pessimistic', pay: 'optimistic' }],
] as const)('a repeated request, decided %s, is answered with Idempotency-Replayed', (_name, strategies) => {
  const server = useServer({ strategies });

  /** A request of each operation that repeats what it has done, by the operation's id. */
  const requests: Readonly<Record<string, () => Promise<Call>>> = {
    topUp: async () => ({
      method: 'POST',
      url: '/v1/wallet/top-ups',
      ...BACKEND,
      key: 'a',
      body: { amount: 1, accountId: 'new', createAccount: true },
    }),
    reverseTopUp: async () => {
      await topUpOverHttp(server, 'ben', 500);
      return {
        method: 'POST',
        url: '/v1/wallet/reversals',
        ...BACKEND,
        key: 'b',
        body: { accountId: 'ben', topUp: 1 },
      };
    },
    createReservation: async () => {
      const url = `/v1/performances/${await plantPerformance(server.database)}/reservations`;
      return { method: 'POST', url, account: 'anna', key: 'c', body: { seats: ['A-1-1'] } };
    },
    payReservation: async () => {
      const url = await holdOverHttp(server, await plantPerformance(server.database), 'cleo', ['A-1-1']);
      await topUpOverHttp(server, 'cleo', 100_000);
      return { method: 'POST', url: `${url}/payment`, account: 'cleo', key: 'd' };
    },
    refundReservation: async () => {
      const url = await buyOverHttp(server, await plantPerformance(server.database), 'dora', ['A-1-1']);
      return { method: 'POST', url: `${url}/refund`, account: 'dora', key: 'e' };
    },
    adminRefund: async () => {
      const url = await buyOverHttp(server, await plantPerformance(server.database), 'emil', ['A-1-1']);
      return { method: 'POST', url: `${url.replace('/v1/', '/v1/admin/')}/refund`, ...OPERATOR, key: 'f' };
    },
    releaseReservation: async () => {
      const url = await holdOverHttp(server, await plantPerformance(server.database), 'finn', ['A-1-1']);
      return { method: 'DELETE', url, account: 'finn' };
    },
  };

  it.each(Object.keys(requests))('%s', async (operation) => {
    const request = await requests[operation]!();
    const first = await server.call(request);
    expect(first.status).toBeLessThan(300);
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    const again = await server.call(request);
    expect(again).toMatchObject({ status: first.status, text: first.text });
    expect(again.headers).toMatchObject({ 'idempotency-replayed': 'true' });
    expect(again.headers.location).toBe(first.headers.location);
  });

  it('from every operation that takes a key', async () => {
    const { paths } = (await server.app.inject('/openapi.json')).json<ApiDocument>();
    const keyed = Object.values(paths)
      .flatMap((path) => Object.values(path))
      .filter(({ parameters }) => parameters?.some(({ name }) => name === 'Idempotency-Key'));
    expect(keyed.map(({ operationId }) => operationId).filter((id) => !(id in requests))).toEqual([]);
  });

  it('beside the state now of a hold that was released, or whose time has passed', async () => {
    const performanceId = await plantPerformance(server.database, { seats: 6 });
    const url = `/v1/performances/${performanceId}/reservations`;
    const bodies = [{ seats: ['A-1-1'] }, { bestAvailable: { grade: 'R', quantity: 2 } }];
    for (const [i, body] of bodies.entries()) {
      const hold = { method: 'POST', url, account: 'gina', key: `hold-${i}`, body } as const;
      const first = await server.call(hold);
      expect(first.body).toMatchObject({ state: 'held' });
      const made = String(first.headers.location);
      if (i === 0) await server.call({ method: 'DELETE', url: made, account: 'gina' });
      else await expireOnPath(server.database, made);
      const again = await server.call(hold);
      const { expiresAt: _moved, ...rest } = first.body;
      expect(again.body).toMatchObject({ ...rest, state: i === 0 ? 'released' : 'expired' });
      expect(again.headers).toMatchObject({ 'idempotency-replayed': 'true' });
    }
  });

  it('beside the state now of a payment that was refunded', async () => {
    const url = await holdOverHttp(server, await plantPerformance(server.database), 'hugo', ['A-1-1']);
    await topUpOverHttp(server, 'hugo', 100_000);
    const pay = { method: 'POST', url: `${url}/payment`, account: 'hugo', key: 'pay' } as const;
    const first = await server.call(pay);
    expect(first.body).toMatchObject({ state: 'confirmed' });
    await server.call({ method: 'POST', url: `${url}/refund`, account: 'hugo', key: 'refund' });
    expect((await server.call(pay)).body).toEqual({ ...first.body, state: 'refunded' });
  });
});
