import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { listenFor, openEvents } from '../../../../test/support/event-stream.ts';
import { until } from '../../../../test/support/gate.ts';
import { useServer } from '../../../../test/support/http.ts';

describe('GET /v1/performances/:performanceId/seats/events answers 429', () => {
  const server = useServer();

  it('to one client’s stream too many; a place is free again once a stream ends', async () => {
    const path = `/v1/performances/${await plantPerformance(server.database)}/seats/events`;
    const { app, port } = await listenFor(server, { limits: { watchersPerClientMax: 2 } });
    const first = await openEvents(port, path);
    const second = await openEvents(port, path);
    expect([first.status, second.status]).toEqual([200, 200]);
    const third = await openEvents(port, path);
    expect(third.status).toBe(429);
    expect(third.headers).toMatchObject({
      'retry-after': '1',
      'ratelimit-policy': '"streams";q=2',
      ratelimit: '"streams";r=0',
    });
    await third.over;
    expect(JSON.parse(third.text())).toMatchObject({ outcome: 'rate_limited', retry: 'same' });
    // A poll takes no place.
    const poll = await server.call({ method: 'GET', url: path.replace('/events', '') });
    expect(poll.status).toBe(200);
    first.leave();
    await until(async () => {
      const next = await openEvents(port, path);
      next.leave();
      return next.status === 200;
    });
    second.leave();
    await app.close();
  });
});
