import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { listenFor, openEvents } from '../../../../test/support/event-stream.ts';
import { until } from '../../../../test/support/gate.ts';
import { useServer } from '../../../../test/support/http.ts';

describe('GET /v1/performances/:performanceId/seats/events answers 503', () => {
  const server = useServer();

  it('to too many watchers, until one leaves', async () => {
    const performanceId = await plantPerformance(server.database);
    const { app, port } = await listenFor(server, { limits: { watchersMax: 2 } });
    const path = `/v1/performances/${performanceId}/seats/events`;
    // A refusal also frees its place.
    await openEvents(port, `${path}?cursor=x`);
    const clients = [await openEvents(port, path), await openEvents(port, path)];
    const refused = await openEvents(port, path);
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '5']);
    await until(async () => refused.text().includes('"outcome":"overloaded"'));
    clients[0]!.leave();
    await until(async () => (await openEvents(port, path)).status === 200);
    clients[1]!.leave();
    await app.close();
  });
});
