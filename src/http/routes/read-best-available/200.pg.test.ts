import { expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { holdOverHttp, useServer } from '../../../../test/support/http.ts';

const server = useServer();

it('GET /v1/performances/:performanceId/best-available answers 200 with the seats that a hold then gets', async () => {
  const performanceId = await plantPerformance(server.database, { seats: 10, price: 50_000 });
  await holdOverHttp(server, performanceId, 'ben', ['A-1-5', 'A-1-6']);
  const url = `/v1/performances/${performanceId}`;
  const preview = await server.call({
    method: 'GET',
    url: `${url}/best-available?grade=R&quantity=2`,
    account: 'anna',
  });
  expect(preview.status).toBe(200);
  expect(preview.body).toEqual({
    performanceId,
    seats: [
      { number: 3, label: 'A-1-3', price: 50_000 },
      { number: 4, label: 'A-1-4', price: 50_000 },
    ],
    amount: 100_000,
  });
  expect(preview.headers['cache-control']).toBe('no-store');
  const rows = await server.database.sql(`select 1 from seat where state <> 'free'`);
  expect(rows).toHaveLength(2);
  const held = await server.call({
    method: 'POST',
    url: `${url}/reservations`,
    account: 'anna',
    key: true,
    body: { bestAvailable: { grade: 'R', quantity: 2 } },
  });
  expect(held.body).toMatchObject({ seats: ['A-1-3', 'A-1-4'], amount: 100_000 });
});
