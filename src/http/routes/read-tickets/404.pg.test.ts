import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { buyOverHttp, expireOnPath, holdOverHttp, useServer } from '../../../../test/support/http.ts';
import { newTicketKey } from '../../../../test/support/ticket-keys.ts';

const NO_TICKET = { status: 404, outcome: 'not_found', what: 'ticket', detail: 'No such ticket.' };

const key = await newTicketKey();

describe('GET /v1/performances/:performanceId/reservations/:reservationId/tickets answers 404', () => {
  const server = useServer({ ticketKeys: { keys: [key] } });
  const read = (path: string, account = 'anna'): ReturnType<typeof server.call> =>
    server.call({ method: 'GET', url: `${path}/tickets`, account });

  it('before the reservation is paid, and after it is refunded, released or expired', async () => {
    const performanceId = await plantPerformance(server.database);
    const held = await holdOverHttp(server, performanceId, 'anna', ['A-1-1']);
    expect((await read(held)).body).toMatchObject(NO_TICKET);
    await expireOnPath(server.database, held);
    expect((await read(held)).body).toMatchObject(NO_TICKET);
    const released = await holdOverHttp(server, performanceId, 'anna', ['A-1-2']);
    await server.call({ method: 'DELETE', url: released, account: 'anna' });
    expect((await read(released)).body).toMatchObject(NO_TICKET);
    const bought = await buyOverHttp(server, performanceId, 'anna', ['A-1-3']);
    expect((await read(bought)).status).toBe(200);
    await server.call({ method: 'POST', url: `${bought}/refund`, account: 'anna', key: true });
    expect((await read(bought)).body).toMatchObject(NO_TICKET);
  });

  it("to another account's, in the same words as to one that does not exist", async () => {
    const performanceId = await plantPerformance(server.database);
    const bought = await buyOverHttp(server, performanceId, 'anna', ['A-1-1']);
    const missing = bought.replace(/[^/]+$/, '00000000-0000-8000-8000-000000000000');
    const elsewhere = bought.replace(performanceId, await plantPerformance(server.database));
    for (const answer of [await read(bought, 'ben'), await read(missing), await read(elsewhere)]) {
      const { instance: _instance, ...problem } = answer.body;
      expect(problem).toEqual({
        ...NO_TICKET,
        type: '/errors/not_found',
        title: 'Not found',
        retry: 'changed',
      });
    }
  });
});

describe('a service without ticket keys', () => {
  const server = useServer();

  it('has no tickets', async () => {
    const path = await buyOverHttp(server, await plantPerformance(server.database), 'anna', ['A-1-1']);
    const answer = await server.call({ method: 'GET', url: `${path}/tickets`, account: 'anna' });
    expect(answer.body).toMatchObject(NO_TICKET);
  });
});
