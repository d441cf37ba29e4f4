import { describe, expect, it } from 'vitest';
import { holdOverHttp, useServer } from '../../../../test/support/http.ts';

/** A hall of two rows and one performance that is on sale. */
const CATALOGUE = {
  venues: [
    {
      id: 'small-hall',
      name: { ko: '작은 홀', en: 'Small hall' },
      outline: [{ shape: 'rectangle', at: [0, -5], size: [10, 3], label: { ko: '무대', en: 'Stage' } }],
      sections: [
        {
          id: 'A',
          blocks: [{ grade: 'R', rows: [3, 4], origin: [0, 0], seatStep: [1, 0], rowStep: [0, 1] }],
        },
      ],
    },
  ],
  concerts: [
    {
      id: 'spring',
      title: { ko: '봄 음악회', en: 'Spring concert' },
      performances: [
        {
          id: 'spring-1',
          venue: 'small-hall',
          startsAt: '2040-05-01T19:00+09:00',
          sale: { opensAt: '2020-01-01T00:00Z' },
          holdSeconds: 300,
          seatLimit: 4,
          prices: { R: 50_000 },
        },
      ],
    },
  ],
};

describe('POST /v1/admin/catalogue answers 200', () => {
  const server = useServer();
  const load = {
    method: 'POST',
    url: '/v1/admin/catalogue',
    account: 'boss',
    scopes: 'rowlock:admin',
    body: CATALOGUE,
  } as const;

  it('and puts the import on sale; importing it again changes nothing', async () => {
    const first = await server.call(load);
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({
      venues: { created: 1 },
      seats: { created: 7 },
      concerts: { created: 1 },
      performances: { created: 1 },
      seatsOnSale: { added: 7 },
    });
    const again = await server.call(load);
    expect(again.body).toMatchObject({
      venues: { created: 0, changed: 0, unchanged: 1 },
      seats: { created: 0, changed: 0, unchanged: 7, removed: 0 },
      seatsOnSale: { added: 0, removed: 0, repriced: 0 },
    });
    await holdOverHttp(server, 'spring-1', 'anna', ['A-2-4']);
    const map = await server.call({ method: 'GET', url: '/v1/performances/spring-1/seat-map' });
    expect(map.body).toMatchObject({
      venueName: { ko: '작은 홀', en: 'Small hall' },
      outline: [{ shape: 'rectangle' }],
      sections: [{ id: 'A' }],
    });
    expect(map.body['seats']).toHaveLength(7);
  });
});
