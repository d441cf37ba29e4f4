import { beforeAll, describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import type { Answer, Call } from '../../../../test/support/http.ts';
import { useServer } from '../../../../test/support/http.ts';

describe('POST /v1/performances/:performanceId/reservations answers 201', () => {
  const server = useServer();
  let performanceId: string;
  beforeAll(async () => {
    performanceId = await plantPerformance(server.database, { seats: 40, price: 50_000 });
  });
  const hold = (call: Partial<Call>): Promise<Answer> =>
    server.call({
      method: 'POST',
      url: `/v1/performances/${performanceId}/reservations`,
      key: true,
      ...call,
    });

  it('with the reservation and its location', async () => {
    const answer = await hold({ account: 'anna', body: { seats: ['A-1-2', 'A-1-1'] } });
    expect(answer.status).toBe(201);
    const { id, seats, ...rest } = answer.body;
    expect(new Set(seats as string[])).toEqual(new Set(['A-1-1', 'A-1-2']));
    expect(rest).toEqual({
      performanceId,
      amount: 100_000,
      expiresAt: expect.stringMatching(/^\d{4}-.*Z$/),
      state: 'held',
    });
    expect(answer.headers.location).toBe(`/v1/performances/${performanceId}/reservations/${String(id)}`);
    const read = await server.call({ method: 'GET', url: String(answer.headers.location), account: 'anna' });
    expect(read.body).toMatchObject({ id, state: 'held', amount: 100_000, expiresAt: rest['expiresAt'] });
  });

  it('with adjacent seats that the service chose', async () => {
    // In another performance: the choice depends on its id, and the other tests name their seats.
    const url = `/v1/performances/${await plantPerformance(server.database)}/reservations`;
    const answer = await hold({ url, account: 'ben', body: { bestAvailable: { grade: 'R', quantity: 3 } } });
    expect(answer.status).toBe(201);
    const numbers = (answer.body['seats'] as string[])
      .map((label) => Number(label.split('-')[2]))
      .toSorted((a, b) => a - b);
    expect(numbers).toEqual([numbers[0], numbers[0]! + 1, numbers[0]! + 2]);
  });

  it('with the same answer to the same request, even after its release, beside the state now', async () => {
    for (const body of [{ seats: ['A-1-20'] }, { bestAvailable: { grade: 'R', quantity: 1 } }]) {
      const call = { account: 'cleo', key: `key-${Object.keys(body)[0]}`, body };
      const first = await hold(call);
      const duplicate = await hold(call);
      expect([duplicate.status, duplicate.text]).toEqual([201, first.text]);
      await server.call({ method: 'DELETE', url: String(first.headers.location), account: 'cleo' });
      const late = await hold(call);
      expect([late.status, late.body]).toEqual([201, { ...first.body, state: 'released' }]);
    }
  });

  it('to one of twenty requests for one seat; the others get seat_taken', async () => {
    const all = Array.from({ length: 20 }, (_, buyer) =>
      hold({ account: `buyer-${buyer}`, body: { seats: ['A-1-30'] } }),
    );
    const answers = await Promise.all(all);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const others = answers.filter(({ status }) => status !== 201);
    for (const { body } of others)
      expect(body).toMatchObject({ status: 409, outcome: 'seat_taken', seats: ['A-1-30'] });
  });
});
