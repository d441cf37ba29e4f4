import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { listenFor, openEvents } from '../../../../test/support/event-stream.ts';
import { until } from '../../../../test/support/gate.ts';
import type { ApiDocument } from '../../../../test/support/openapi.ts';
import { errorsIn } from '../../../../test/support/openapi.ts';
import { buyOverHttp, holdOverHttp, useServer } from '../../../../test/support/http.ts';
import type { SeatEvent, WatchRequest } from '../../../seats/watching.ts';

/** The schema of the stream's list of events. */
function eventSchemaIn(document: ApiDocument): object {
  const operation = document.paths['/v1/performances/{performanceId}/seats/events']?.['get'];
  const text = operation?.responses['200']?.content?.['text/event-stream']?.schema;
  return (text as { readonly contentSchema: object }).contentSchema;
}

describe('GET /v1/performances/:performanceId/seats/events answers 200', () => {
  const server = useServer();

  async function cursorOf(performanceId: string): Promise<string> {
    const answer = await server.call({ method: 'GET', url: `/v1/performances/${performanceId}/seats` });
    return encodeURIComponent(String(answer.body['cursor']));
  }
  const pathOf = (performanceId: string): string => `/v1/performances/${performanceId}/seats/events`;

  it('with the sale, and with changes from the cursor on', async () => {
    const performanceId = await plantPerformance(server.database, { seats: 6 });
    const { app, port } = await listenFor(server);
    const cursor = await cursorOf(performanceId);
    await holdOverHttp(server, performanceId, 'anna', ['A-1-2', 'A-1-3']);
    const client = await openEvents(port, `${pathOf(performanceId)}?cursor=${cursor}`, {
      'accept-encoding': 'gzip, br',
    });
    expect(client.status).toBe(200);
    expect(client.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    expect(client.headers['content-encoding']).toBeUndefined();
    const first = await client.event('seats');
    expect(first.data).toEqual({ at: expect.stringMatching(/Z$/), held: [2, 3] });
    expect(client.text()).toMatch(/^retry: 1000\n\nevent: sale\ndata: /);
    const performance = await server.call({ method: 'GET', url: `/v1/performances/${performanceId}` });
    const { saleState, sale, saleOpensAt, saleClosesAt } = performance.body;
    expect(client.events()[0]).toEqual({
      event: 'sale',
      id: undefined,
      data: { at: expect.stringMatching(/Z$/), saleState, sale, saleOpensAt, saleClosesAt },
    });
    const document = (await app.inject('/openapi.json')).json<ApiDocument>();
    for (const event of client.events()) {
      const { id, ...rest } = event;
      expect(errorsIn(document, eventSchemaIn(document), [id === undefined ? rest : event])).toEqual([]);
    }
    await buyOverHttp(server, performanceId, 'ben', ['A-1-5']);
    await until(async () => JSON.stringify(client.events()).includes('"sold":[5]'));
    client.leave();
    await app.close();
  });

  it('and continues after the last event, whatever the query says', async () => {
    const performanceId = await plantPerformance(server.database, { seats: 4 });
    const { app, port } = await listenFor(server);
    const path = `${pathOf(performanceId)}?cursor=${await cursorOf(performanceId)}`;
    const client = await openEvents(port, path);
    await holdOverHttp(server, performanceId, 'anna', ['A-1-1']);
    const { id } = await client.event('seats');
    client.leave();
    await holdOverHttp(server, performanceId, 'ben', ['A-1-2']);
    const back = await openEvents(port, path, { 'last-event-id': id! });
    expect((await back.event('seats')).data).toMatchObject({ held: [2] });
    back.leave();
    await app.close();
  });

  it('and ends with a reset when the cursor cannot be continued', async () => {
    const performanceId = await plantPerformance(server.database);
    const { app, port } = await listenFor(server);
    const [snapshot, at, epoch, revision] = decodeURIComponent(await cursorOf(performanceId)).split('@');
    const client = await openEvents(port, pathOf(performanceId), {
      'last-event-id': [snapshot, at, epoch, Number(revision) - 1].join('@'),
    });
    expect(await client.over).toBe('ended');
    expect(client.events()).toEqual([{ event: 'reset', id: undefined, data: {} }]);
    await app.close();
  });

  it('and sends keep-alives, past the usual idle timeout of a connection', async () => {
    const performanceId = await plantPerformance(server.database);
    const { app, port } = await listenFor(server, {
      limits: { heartbeatIntervalMs: 1_200, connectionTimeoutMs: 600 },
    });
    const client = await openEvents(port, `${pathOf(performanceId)}?cursor=${await cursorOf(performanceId)}`);
    await until(async () => (client.text().match(/^:$/gm) ?? []).length >= 1);
    client.leave();
    await app.close();
  });

  it('and ends when the server closes', async () => {
    const performanceId = await plantPerformance(server.database);
    // Longer than the test: closing waits for no stream.
    const { app, port } = await listenFor(server, { limits: { closeTimeoutMs: 240_000 } });
    const path = `${pathOf(performanceId)}?cursor=${await cursorOf(performanceId)}`;
    const clients = await Promise.all([openEvents(port, path), openEvents(port, path)]);
    await app.close();
    expect(await Promise.all(clients.map(({ over }) => over))).toEqual(['ended', 'ended']);
  });

  it('and cuts off a client that does not read, which then continues where it was', async () => {
    const performanceId = await plantPerformance(server.database, { seats: 4 });
    const watching: WatchRequest[] = [];
    const { app, port } = await listenFor(server, {
      boxOffice: {
        ...server.boxOffice,
        watchSeats: (request) => {
          watching.push(request);
          return server.boxOffice.watchSeats(request);
        },
      },
    });
    const path = `${pathOf(performanceId)}?cursor=${await cursorOf(performanceId)}`;
    const reader = await openEvents(port, path);
    const idler = await openEvents(port, path);
    await Promise.all([reader.event('sale'), idler.event('sale')]);
    idler.stopReading();
    const [firstId, large] = await largeEvents(server, performanceId);
    const isWatched = async (count: number): Promise<boolean> =>
      server.boxOffice.operator.readActivity().watchers === count;
    // Both get the same bytes; the operating system's buffers do not count.
    let sent = 0;
    await until(async () => {
      for (const { onEvents } of watching) onEvents(large);
      sent += 1;
      await reader.event('seats', sent);
      return isWatched(1);
    });
    expect(sent).toBeGreaterThan(1);
    expect(reader.events()).toHaveLength(1 + sent);
    await holdOverHttp(server, performanceId, 'anna', ['A-1-4']);
    await until(async () => reader.events().at(-1)?.data['held'] !== undefined);
    const back = await openEvents(port, path, { 'last-event-id': firstId });
    expect((await back.event('seats')).data).toMatchObject({ held: [4] });
    for (const client of [reader, idler, back]) client.leave();
    await until(() => isWatched(0));
    await app.close();
  });

  /** A cursor of now, and events of half a megabyte that change nothing. */
  async function largeEvents(
    { boxOffice }: typeof server,
    performanceId: string,
  ): Promise<readonly [string, readonly SeatEvent[]]> {
    const seen = await boxOffice.readSeatStates(performanceId);
    if ('outcome' in seen) throw new Error(seen.outcome);
    const { cursor, at } = seen;
    const free = Array.from({ length: 250_000 }, () => 1);
    return [cursor, [{ kind: 'seats', cursor, at, free }]];
  }
});
