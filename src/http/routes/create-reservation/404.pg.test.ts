import { beforeAll, describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { useServer } from '../../../../test/support/http.ts';
import { asReplay } from '../../../domain/outcomes.ts';
import { createBoxOffice } from '../../../box-office/box-office.ts';

const bestOf = (grade: string) => ({ bestAvailable: { grade, quantity: 1 } });

describe('POST /v1/performances/:performanceId/reservations answers 404', () => {
  const server = useServer();
  let performanceId: string;
  beforeAll(async () => {
    performanceId = await plantPerformance(server.database);
  });

  it.each([{ seats: ['A-1-1'] }, bestOf('R')])('to an unknown performance: %j', async (body) => {
    const url = '/v1/performances/no-such/reservations';
    const answer = await server.call({ method: 'POST', url, account: 'anna', key: true, body });
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ outcome: 'not_found', what: 'performance' });
  });

  it('to unknown seats, naming them', async () => {
    const seats = ['A-1-1', 'Z-9-9', `'; drop table seat; --`, 'A-1-1 '];
    const url = `/v1/performances/${performanceId}/reservations`;
    const answer = await server.call({ method: 'POST', url, account: 'anna', key: true, body: { seats } });
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ outcome: 'not_found', what: 'seat', seats: seats.slice(1) });
    expect(await server.database.sql(`select count(*)::int as seats from seat`)).toEqual([{ seats: 10 }]);
  });

  it('to an unknown grade, even when the sale is over', async () => {
    const call = { method: 'POST', account: 'anna', key: true, body: bestOf('S') } as const;
    const over = { opensAt: new Date(0), closesAt: new Date(1) };
    for (const id of [performanceId, await plantPerformance(server.database, over)]) {
      const answer = await server.call({ ...call, url: `/v1/performances/${id}/reservations` });
      expect(answer.status).toBe(404);
      expect(answer.body).toMatchObject({ outcome: 'not_found', what: 'grade', detail: 'No such grade.' });
    }
  });

  it('to a grade that no longer exists, but not to a buyer who held its seats before', async () => {
    const id = await plantPerformance(server.database);
    const ask = { performanceId: id, accountId: 'anna', grade: 'R', quantity: 2, idempotencyKey: 'before' };
    const held = await server.boxOffice.holdBestAvailable(ask);
    expect(held.outcome).toBe('held');
    await server.database.sql('delete from performance_grade where performance_id = $1', [id]);
    // A service without the map in memory.
    const later = await createBoxOffice({ databaseUrl: server.database.url, migrate: false });
    try {
      expect(await later.holdBestAvailable(ask)).toEqual(asReplay(held));
      expect(await later.holdBestAvailable({ ...ask, quantity: 1 })).toEqual({
        outcome: 'idempotency_key_reused',
      });
      const fresh = await later.holdBestAvailable({ ...ask, idempotencyKey: 'after' });
      expect(fresh).toEqual({ outcome: 'not_found', what: 'grade' });
    } finally {
      await later.close();
    }
  });
});
