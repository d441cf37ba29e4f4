import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { fastify, LogController } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ContendedCause } from '../../../domain/outcomes.ts';
import { sendProblem, sendRefusal } from '../../answers/problem.ts';
import { logAnswers } from './answers.ts';
import type { LoggerOptions } from './logger.ts';
import { createLogger } from './logger.ts';

const PERIOD_MS = 10_000;

let lines: string[];
let app: FastifyInstance;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval'] });
  lines = [];
});
afterEach(async () => {
  await app.close();
  vi.useRealTimers();
});

function open(level: NonNullable<LoggerOptions['level']>, accessLog: boolean): void {
  const loggerInstance: FastifyBaseLogger = createLogger({
    level,
    destination: { write: (line) => lines.push(line) },
  });
  app = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (log) => log,
  });
  logAnswers(app, accessLog);
  app.get('/', () => 'ok');
  app.get('/contended/:cause', (request, reply) => {
    const { cause } = request.params as { readonly cause: ContendedCause };
    return sendRefusal(reply, { outcome: 'contended', cause });
  });
  app.get('/wrong-token', (_request, reply) => {
    reply.refusalCause = 'The signature is wrong.';
    return sendProblem(reply, 'unauthenticated', { detail: 'x' });
  });
  app.get('/expired-token', (_request, reply) => sendProblem(reply, 'unauthenticated', { detail: 'x' }));
}

async function ask(url: string, remoteAddress = '192.0.2.1'): Promise<void> {
  await app.inject({ url, remoteAddress, headers: { 'x-request-id': 'mine' } });
}

function logged(): readonly object[] {
  return lines.map((line) => JSON.parse(line) as object);
}

describe('a line for each answer', () => {
  it.each(['warn', 'error', 'info'])('is written if it is wanted, also at level %s', async (level) => {
    open(level, true);
    await ask('/');
    expect(logged()).toMatchObject([
      {
        level: 30,
        reqId: expect.any(String),
        clientRequestId: 'mine',
        route: '/',
        status: 200,
        address: '192.0.2.1',
      },
    ]);
  });

  it.each([
    ['info', false],
    ['silent', true],
  ] as const)('is not at level %s with %s', async (level, accessLog) => {
    open(level, accessLog);
    await ask('/');
    await ask('/wrong-token');
    expect(lines).toHaveLength(level === 'silent' ? 0 : 1);
  });
});

describe('a refusal', () => {
  it('is warned of by its cause at once, and then once every ten seconds', async () => {
    open('warn', false);
    for (const cause of ['pool', 'pool', 'pool', 'redis']) await ask(`/contended/${cause}`);
    expect(logged()).toMatchObject([
      {
        level: 40,
        outcome: 'contended',
        cause: 'pool',
        answers: 1,
        clientRequestId: 'mine',
        address: '192.0.2.1',
      },
      { level: 40, outcome: 'contended', cause: 'redis', answers: 1 },
    ]);
    lines = [];
    vi.advanceTimersByTime(PERIOD_MS);
    await ask('/contended/pool');
    expect(logged()).toMatchObject([{ level: 40, outcome: 'contended', cause: 'pool', answers: 2 }]);
    lines = [];
    // The one of the second period, and nothing after a period without any.
    vi.advanceTimersByTime(10 * PERIOD_MS);
    expect(logged()).toMatchObject([{ cause: 'pool', answers: 1 }]);
    lines = [];
    await ask('/contended/pool');
    expect(logged()).toMatchObject([{ cause: 'pool', answers: 1 }]);
  });

  it('without a cause is not warned of', async () => {
    open('info', false);
    await ask('/expired-token');
    expect(lines).toEqual([]);
  });
});

describe('a security event', () => {
  it('is warned of with reason and address, for each address', async () => {
    open('warn', false);
    for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.1']) await ask('/wrong-token', address);
    const event = { level: 40, outcome: 'unauthenticated', cause: 'The signature is wrong.' };
    expect(logged()).toMatchObject([
      { ...event, address: '192.0.2.1', answers: 1 },
      { ...event, address: '192.0.2.2', answers: 1 },
    ]);
    lines = [];
    vi.advanceTimersByTime(PERIOD_MS);
    expect(logged()).toMatchObject([{ ...event, address: '192.0.2.1', answers: 1 }]);
  });

  it('does not flood the log, and none is lost from the count', async () => {
    open('warn', false);
    for (let i = 0; i < 300; i += 1) await ask('/wrong-token', `192.0.2.${i % 250}`);
    expect(lines.length).toBe(101);
    await ask('/contended/pool');
    expect(logged().at(-1)).toMatchObject({ outcome: 'contended', cause: 'pool', answers: 1 });
    await app.close();
    const answers = logged().map((line) => (line as { readonly answers: number }).answers);
    expect(answers.reduce((sum, count) => sum + count, 0)).toBe(301);
    expect(lines.length).toBeLessThanOrEqual(205);
  });
});
