import { beforeAll, describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { useServer } from '../../../../test/support/http.ts';

describe('POST /v1/performances/:performanceId/reservations answers 400', () => {
  const server = useServer();
  let url: string;
  beforeAll(async () => {
    url = `/v1/performances/${await plantPerformance(server.database, { seats: 40 })}/reservations`;
  });
  const seatLabels = (count: number): string[] => Array.from({ length: count }, (_, i) => `A-1-${i + 1}`);

  it.each<readonly [string, unknown, string]>([
    ['neither seats nor bestAvailable', {}, 'body'],
    [
      'both seats and bestAvailable',
      { seats: ['A-1-1'], bestAvailable: { grade: 'R', quantity: 1 } },
      'body',
    ],
    ['no seats', { seats: [] }, 'body/seats'],
    ['a seat twice', { seats: ['A-1-1', 'A-1-1'] }, 'body/seats'],
    ['21 seats', { seats: seatLabels(21) }, 'body/seats'],
    ['a seat that is not a string', { seats: ['A-1-1', 5] }, 'body/seats/1'],
    ['a seat that is null', { seats: [null] }, 'body/seats/0'],
    ['a seat of nothing', { seats: [''] }, 'body/seats/0'],
    ['a seat with a null byte', { seats: ['A-1-1\u0000'] }, 'body/seats/0'],
    ['an endless seat', { seats: ['A'.repeat(65)] }, 'body/seats/0'],
    ['seats as a text', { seats: 'A-1-1' }, 'body/seats'],
    ['seats as an object', { seats: { 0: 'A-1-1', length: 1 } }, 'body/seats'],
    ['an unknown field', { seats: ['A-1-1'], price: 0 }, 'body/price'],
    [
      'an unknown field in bestAvailable',
      { bestAvailable: { grade: 'R', quantity: 1, x: 1 } },
      'body/bestAvailable/x',
    ],
    ['no grade', { bestAvailable: { quantity: 1 } }, 'body/bestAvailable/grade'],
    [
      'a grade with a null byte',
      { bestAvailable: { grade: 'R\u0000', quantity: 1 } },
      'body/bestAvailable/grade',
    ],
    ['no quantity', { bestAvailable: { grade: 'R' } }, 'body/bestAvailable/quantity'],
    ['quantity 0', { bestAvailable: { grade: 'R', quantity: 0 } }, 'body/bestAvailable/quantity'],
    ['quantity 21', { bestAvailable: { grade: 'R', quantity: 21 } }, 'body/bestAvailable/quantity'],
    ['quantity 1.5', { bestAvailable: { grade: 'R', quantity: 1.5 } }, 'body/bestAvailable/quantity'],
    ['quantity "2"', { bestAvailable: { grade: 'R', quantity: '2' } }, 'body/bestAvailable/quantity'],
    ['quantity 1e400', '{"bestAvailable":{"grade":"R","quantity":1e400}}', 'body/bestAvailable/quantity'],
  ])('to %s, naming the place', async (_what, body, path) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await server.call({ method: 'POST', url, account: 'anna', key: true, body, headers });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ outcome: 'invalid_request' });
    expect((answer.body['errors'] as unknown[])[0]).toMatchObject({ path });
  });

  it.each([
    ['a seat twice', '["A-1-1","A-1-1"]', 'body/seats', 'must not have duplicate items'],
    [
      'one seat as often as a body can name it',
      JSON.stringify(Array(10_000).fill('A-1')),
      'body/seats',
      'must not have more than 20 items',
    ],
    ['lists in lists', '['.repeat(30_000) + ']'.repeat(30_000), 'body/seats/0', 'must be string'],
  ])('to %s, looking no further than to the first rule that it breaks', async (_what, seats, path, rule) => {
    const body = `{"seats":${seats}}`;
    const answer = await server.call({ method: 'POST', url, account: 'anna', key: true, body });
    expect(answer.status).toBe(400);
    expect(answer.body['errors']).toEqual([{ path, rule }]);
  });

  it('and holds nothing', async () => {
    const rows = await server.database.sql(`select 1 from reservation`);
    expect(rows).toEqual([]);
  });
});
