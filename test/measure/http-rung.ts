/**
 * A server of `npm run http-costs`, in a process of its own: each does a little more of what the service does with a hold
 * than the one before it.
 */
import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer as createNodeServer } from 'node:http';
import { fastify } from 'fastify';
import { createBoxOffice } from '../../src/box-office/box-office.ts';
import type { BoxOffice, HoldRequest } from '../../src/box-office/box-office.ts';
import { serveBare } from '../../src/bench/rivals/bare-server.ts';
import { createProcessMetrics } from '../../src/commands/serve/metrics/process-metrics.ts';
import { createLogger } from '../../src/http/edge/log/logger.ts';
import { createAuthenticator } from '../../src/http/edge/tokens/auth.ts';
import { createServer } from '../../src/http/server.ts';

export const RUNGS = {
  bare: 'a bare node:http server that reads the request',
  json: 'and parses its body',
  token: 'and verifies its token, never seen before',
  fastify: 'Fastify with one route, without a token',
  edge: 'the service without an engine behind the route',
  service: 'the service',
  metrics: 'the service with metrics, scraped once a second',
} as const;

export type Rung = keyof typeof RUNGS;

export interface RungOrder {
  readonly rung: Rung;
  readonly databaseUrl: string;
  readonly secret: string;
}

const ANSWER = { answer: 'x'.repeat(190) };

async function serve({ rung, databaseUrl, secret }: RungOrder): Promise<number> {
  if (rung === 'bare') return serveBare();
  if (rung === 'json') return serveNode(await bodyReader());
  if (rung === 'token') return serveNode(await bodyReader(secret));
  if (rung === 'fastify') {
    const app = fastify();
    app.post('/v1/performances/:performanceId/reservations', async (_request, reply) => {
      reply.code(201);
      return ANSWER;
    });
    return portOf(await app.listen({ host: '127.0.0.1', port: 0 }));
  }
  const metrics = rung === 'metrics' ? createProcessMetrics() : undefined;
  const boxOffice = await createBoxOffice({ databaseUrl, migrate: false, observer: metrics?.boxOffice });
  metrics?.watch(boxOffice);
  // Fifteen times as often as Prometheus would, without the figures of the database, which cost this process little.
  if (metrics !== undefined) setInterval(() => void metrics.read(), 1_000);
  const app = await createServer({
    observer: metrics?.http,
    boxOffice: rung === 'edge' ? withoutEngine(boxOffice) : boxOffice,
    auth: { secret },
    logger: createLogger({ level: 'warn' }),
  });
  return portOf(await app.listen({ host: '127.0.0.1', port: 0 }));
}

async function serveNode(listener: RequestListener): Promise<number> {
  const server = createNodeServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as { readonly port: number }).port;
}

async function bodyReader(secret?: string): Promise<RequestListener> {
  const authenticator = secret === undefined ? undefined : await createAuthenticator({ secret });
  const body = JSON.stringify(ANSWER);
  const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length };
  return (request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      JSON.parse(Buffer.concat(chunks).toString());
      const found = authenticator?.identify(request.headers.authorization);
      response.writeHead(found === undefined || 'accountId' in found ? 201 : 401, headers).end(body);
    });
  };
}

/** Answers a hold at once, with the form and length of a real answer. */
function withoutEngine(boxOffice: BoxOffice): BoxOffice {
  return {
    ...boxOffice,
    hold: ({ performanceId, seats }: HoldRequest) =>
      Promise.resolve({
        outcome: 'held',
        performanceId,
        reservationId: '6f1c1f0e-6d3a-8c53-9f0e-2d6d8a1b7c44',
        seats,
        amount: 1_000,
        expiresAt: new Date('2030-01-01T00:00:00Z'),
        state: 'held',
      }),
  };
}

function portOf(address: string): number {
  return Number(new URL(address).port);
}

if (process.send !== undefined) {
  process.once('message', (order: RungOrder) => void serve(order).then((port) => process.send?.(port)));
  process.on('disconnect', () => process.exit());
}
