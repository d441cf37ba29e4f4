/** The spans of a request, of its group and of their statements. */
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { beforeEach, expect, it } from 'vitest';
import { openTracer } from '../../src/lib/tracing.ts';
import { whileOpen } from '../support/blocker.ts';
import { plantPerformance } from '../support/catalogue.ts';
import { useServer } from '../support/http.ts';
import { useSpans } from '../support/spans.ts';

const untraced = openTracer();
const exporter = useSpans();
const server = useServer();
beforeEach(() => exporter.reset());

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';

function spansNamed(name: string): ReadableSpan[] {
  return exporter.getFinishedSpans().filter((span) => span.name === name);
}

function childrenOf(parent: ReadableSpan): string[] {
  const { spanId } = parent.spanContext();
  return exporter
    .getFinishedSpans()
    .filter((span) => span.parentSpanContext?.spanId === spanId)
    .map((span) => span.name);
}

it('has no tracer before one is registered', () => {
  expect(untraced).toBeUndefined();
  expect(openTracer()).toBeDefined();
});

it('continues the trace of the caller, and names routes and statements without ids', async () => {
  const performanceId = await plantPerformance(server.database);
  const url = `/v1/performances/${performanceId}/reservations`;
  const answer = await server.call({
    method: 'POST',
    url,
    account: 'anna',
    key: 'hold',
    body: { seats: ['A-1-1'] },
    headers: { traceparent: `00-${TRACE}-${CALLER}-01` },
  });
  expect(answer.status).toBe(201);
  const [request] = spansNamed('POST /v1/performances/:performanceId/reservations');
  expect(request!.spanContext().traceId).toBe(TRACE);
  expect(request!.parentSpanContext?.spanId).toBe(CALLER);
  expect(request!.kind).toBe(SpanKind.SERVER);
  expect(request!.attributes).toEqual({
    'http.request.method': 'POST',
    'http.route': '/v1/performances/:performanceId/reservations',
    'http.response.status_code': 201,
    'url.scheme': 'http',
    'rowlock.outcome': 'ok',
  });

  const [group] = spansNamed('group hold');
  expect(group!.parentSpanContext).toBeUndefined();
  expect(group!.spanContext().traceId).not.toBe(TRACE);
  expect(group!.links.map((link) => link.context.spanId)).toEqual([request!.spanContext().spanId]);
  expect(childrenOf(group!)).toEqual(['begin', 'hold_grouped_lock', 'hold_grouped_write', 'commit']);
  expect(spansNamed('hold_grouped_write')[0]).toMatchObject({
    kind: SpanKind.CLIENT,
    attributes: { 'db.system.name': 'postgresql', 'db.query.summary': 'hold_grouped_write' },
  });
  const told = JSON.stringify(exporter.getFinishedSpans().map(({ name, attributes }) => [name, attributes]));
  for (const value of ['anna', performanceId, String(answer.body['id'])]) expect(told).not.toContain(value);
});

it('links a group to the requests of all its members', async () => {
  const performanceId = await plantPerformance(server.database, { seatLimit: null });
  const hold = (seat: number) =>
    server.call({
      method: 'POST',
      url: `/v1/performances/${performanceId}/reservations`,
      account: `account-${seat}`,
      key: 'hold',
      body: { seats: [`A-1-${seat}`] },
    });
  await Promise.all([1, 2, 3, 4].map(hold));
  const linked = spansNamed('group hold').flatMap(({ links }) => links.map((link) => link.context.spanId));
  const requests = spansNamed('POST /v1/performances/:performanceId/reservations');
  expect(requests).toHaveLength(4);
  expect(linked.toSorted()).toEqual(requests.map((span) => span.spanContext().spanId).toSorted());
});

it('puts the statements of a request without a group into its own span', async () => {
  await server.call({ method: 'GET', url: '/v1/wallet', account: 'anna' });
  const [request] = spansNamed('GET /v1/wallet');
  expect(childrenOf(request!).length).toBeGreaterThan(0);
});

it('marks what failed by its code', async () => {
  const performanceId = await plantPerformance(server.database);
  const lock = [`select from seat where performance_id = $1 for update`, performanceId] as const;
  await whileOpen(server.database, lock, async () => {
    const answer = await server.call({
      method: 'POST',
      url: `/v1/performances/${performanceId}/reservations`,
      account: 'anna',
      key: 'hold',
      body: { seats: ['A-1-1'] },
    });
    expect(answer.status).toBe(503);
  });
  const [request] = spansNamed('POST /v1/performances/:performanceId/reservations');
  expect(request).toMatchObject({
    status: { code: SpanStatusCode.ERROR },
    attributes: { 'rowlock.outcome': 'contended', 'error.type': 'contended' },
  });
  expect(spansNamed('hold_grouped_lock')[0]).toMatchObject({
    status: { code: SpanStatusCode.ERROR },
    attributes: { 'error.type': '55P03' },
  });
});
