import { createLocalJWKSet, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { buyOverHttp, useServer } from '../../../../test/support/http.ts';
import { newTicketKey } from '../../../../test/support/ticket-keys.ts';

const key = await newTicketKey('2026');

describe('GET /v1/performances/:performanceId/reservations/:reservationId/tickets answers 200', () => {
  const server = useServer({ ticketKeys: { keys: [key] } });

  it('with a ticket for each seat, which the published keys verify', async () => {
    const performanceId = await plantPerformance(server.database);
    const path = await buyOverHttp(server, performanceId, 'anna', ['A-1-10', 'A-1-2']);
    const reservationId = path.split('/').at(-1);
    const answer = await server.call({ method: 'GET', url: `${path}/tickets`, account: 'anna' });
    expect(answer.status).toBe(200);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.body).toEqual({
      performanceId,
      reservationId,
      tickets: [
        { seat: 'A-1-2', token: expect.any(String) },
        { seat: 'A-1-10', token: expect.any(String) },
      ],
    });
    const published = await server.call({ method: 'GET', url: '/v1/ticket-keys' });
    const keys = createLocalJWKSet(published.body as never);
    const [{ now }] = (await server.database.sql<{ now: Date }>('select now()')) as [{ now: Date }];
    for (const { seat, token } of answer.body['tickets'] as { seat: string; token: string }[]) {
      const { payload, protectedHeader } = await jwtVerify(token, keys);
      expect(protectedHeader).toEqual({ alg: 'EdDSA', kid: '2026' });
      expect(payload).toEqual({ r: reservationId, p: performanceId, s: seat, iat: expect.any(Number) });
      expect(Math.abs(payload.iat! - now.getTime() / 1_000)).toBeLessThan(60);
    }
  });
});
