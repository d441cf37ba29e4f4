import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import type { Answer } from '../../../../test/support/http.ts';
import { buyOverHttp, OPERATOR, useServer } from '../../../../test/support/http.ts';
import { newTicketKey } from '../../../../test/support/ticket-keys.ts';

const ticketKey = await newTicketKey();

describe('POST /v1/admin/performances/:performanceId/reservations/:reservationId/refund answers 201', () => {
  const server = useServer({ ticketKeys: { keys: [ticketKey] } });

  it("to the account's wallet, even after the deadline, and the same when repeated", async () => {
    const refundableUntil = new Date(Date.now() - 1_000);
    const performanceId = await plantPerformance(server.database, { refundableUntil });
    const path = await buyOverHttp(server, performanceId, 'anna', ['A-1-1']);
    const url = path.replace('/v1', '/v1/admin');
    const refund = {
      method: 'POST',
      url: `${url}/refund`,
      account: 'boss',
      scopes: 'rowlock:admin',
      key: 'refund',
    } as const;
    const answer = await server.call(refund);
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      id: path.split('/').at(-1),
      performanceId,
      amount: 50_000,
      balanceAfter: 50_000,
    });
    expect(answer.headers.location).toBe(url);
    expect((await server.call(refund)).text).toBe(answer.text);
    const wallet = await server.call({ method: 'GET', url: '/v1/wallet', account: 'anna' });
    expect(wallet.body).toEqual({
      accountId: 'anna',
      balance: 50_000,
      currency: 'KRW',
      minorUnit: 0,
      version: 3,
    });
  });

  it('to some of its seats, which every reader then leaves out, until all are given back', async () => {
    const performanceId = await plantPerformance(server.database);
    const path = await buyOverHttp(server, performanceId, 'ben', ['A-1-1', 'A-1-2', 'A-1-3']);
    const admin = path.replace('/v1', '/v1/admin');
    const refund = (...seats: string[]): Promise<Answer> =>
      server.call({
        method: 'POST',
        url: `${admin}/refund`,
        ...OPERATOR,
        key: seats.join(),
        body: { seats },
      });
    const read = async (url: string, call: object = OPERATOR): Promise<Answer['body']> =>
      (await server.call({ method: 'GET', url, ...call })).body;
    const refunded = await refund('A-1-3', 'A-1-1');
    expect(refunded.body).toMatchObject({ amount: 100_000, balanceAfter: 100_000 });
    expect((await refund('A-1-3', 'A-1-1')).text).toBe(refunded.text);
    expect(await read(path, { account: 'ben' })).toMatchObject({
      state: 'confirmed',
      seats: ['A-1-1', 'A-1-2', 'A-1-3'],
      refundedSeats: ['A-1-1', 'A-1-3'],
      amount: 150_000,
    });
    expect(await read(admin)).toMatchObject({ refundable: [{ seat: 'A-1-2', amount: 50_000 }] });
    expect((await read(`${path}/tickets`, { account: 'ben' }))['tickets']).toMatchObject([{ seat: 'A-1-2' }]);
    const performance = `/v1/admin/performances/${performanceId}`;
    expect((await read(`${performance}/check-in-list`))['tickets']).toMatchObject([{ seat: 'A-1-2' }]);
    expect(await read(`${performance}/sales`)).toMatchObject({
      seats: { free: 9, held: 0, sold: 1 },
      reservations: { confirmed: 1, refunded: 0 },
      payments: 150_000,
      refunds: 100_000,
      revenue: 50_000,
    });
    await refund('A-1-2');
    expect(await read(admin)).toMatchObject({
      state: 'refunded',
      refundedSeats: ['A-1-1', 'A-1-3', 'A-1-2'],
      refundable: [],
    });
    const csv = await server.call({ method: 'GET', url: `${performance}/sales.csv`, ...OPERATOR });
    const [head = [], ...rows] = csv.text.split('\r\n').map((line) => line.split(','));
    const columns = ['kind', 'label', 'amount'].map((name) => head.indexOf(name));
    expect(rows.slice(0, -1).map((row) => columns.map((column) => row[column]))).toEqual([
      ['payment', 'A-1-1', '50000'],
      ['payment', 'A-1-2', '50000'],
      ['payment', 'A-1-3', '50000'],
      ['refund', 'A-1-1', '50000'],
      ['refund', 'A-1-3', '50000'],
      ['refund', 'A-1-2', '50000'],
    ]);
    const points = (await read(`${performance}/sales-over-time`))['points'] as { seats: number }[];
    expect(points.map(({ seats }) => seats)).toEqual([3, 1, 0]);
    expect((await read('/v1/wallet/entries', { account: 'ben' }))['entries']).toMatchObject([
      { kind: 'refund', amount: 50_000 },
      { kind: 'refund', amount: 100_000 },
      { kind: 'payment' },
      { kind: 'top_up' },
    ]);
  });
});
