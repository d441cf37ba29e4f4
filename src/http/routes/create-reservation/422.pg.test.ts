import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { useServer } from '../../../../test/support/http.ts';

describe('POST /v1/performances/:performanceId/reservations answers 422', () => {
  const server = useServer();

  it('idempotency_key_reused to the same key with other seats, and not in another performance', async () => {
    const first = await plantPerformance(server.database);
    const second = await plantPerformance(server.database);
    const hold = { method: 'POST', account: 'anna', key: 'once' } as const;
    const url = `/v1/performances/${first}/reservations`;
    await server.call({ ...hold, url, body: { seats: ['A-1-1'] } });
    for (const body of [{ seats: ['A-1-2'] }, { bestAvailable: { grade: 'R', quantity: 1 } }]) {
      const answer = await server.call({ ...hold, url, body });
      expect(answer.status).toBe(422);
      expect(answer.body).toMatchObject({ outcome: 'idempotency_key_reused' });
    }
    const elsewhere = await server.call({
      ...hold,
      url: `/v1/performances/${second}/reservations`,
      body: { seats: ['A-1-2'] },
    });
    expect(elsewhere.status).toBe(201);
  });
});
