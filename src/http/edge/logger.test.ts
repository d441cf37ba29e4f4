import type { FastifyBaseLogger } from 'fastify';
import { fastify, LogController } from 'fastify';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLogger, logAnswers } from './logger.ts';
import { sendRefusal } from '../answers/problem.ts';
import type { ContendedCause } from '../../domain/outcomes.ts';

afterEach(() => {
  vi.useRealTimers();
});

function logged(write: (log: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  write(createLogger({ destination: { write: (line) => lines.push(line) } }));
  return lines.join('');
}

describe('the log', () => {
  it('leaves out secrets', () => {
    const text = logged((log) => {
      const secrets = {
        token: 't0ken',
        password: 'pa55',
        secret: 's3cret',
        databaseUrl: 'db-url',
        body: 'b0dy',
      };
      log.info({
        ...secrets,
        authorization: 'Bearer x',
        request: { ...secrets, headers: { authorization: 'Bearer y' } },
      });
    });
    expect(text).not.toMatch(/t0ken|pa55|s3cret|db-url|b0dy|Bearer/);
  });

  it('removes secrets from errors', () => {
    const error = new Error(
      'no: postgresql://rowlock:pa55@127.0.0.1:5432/rowlock, Bearer abc.def.ghi, eyJhbGciOiJ9.eyJz.c2ln',
    );
    const text = logged((log) =>
      log.error({ err: Object.assign(error, { code: '28P01', input: 'pa55' }) }, 'it failed'),
    );
    expect(text).not.toMatch(/pa55|abc\.def|eyJ/);
    expect(JSON.parse(text)).toMatchObject({
      err: { type: 'Error', code: '28P01', message: 'no: postgresql://[removed] Bearer [removed] [removed]' },
      msg: 'it failed',
    });
  });

  it.each([
    ['x-eyJhbGciOiJ9.eyJz.c2ln', 'x-[removed]'],
    ['eyJ-eyJhbGciOiJ9.-eyJz.-eyJ', 'eyJ-[removed]'],
    ['eyJ-'.repeat(16_384), 'eyJ-'.repeat(16_384)],
  ])('searches %.20s… for tokens, once', (message, found) => {
    const text = logged((log) => log.error({ err: new Error(message) }));
    expect(JSON.parse(text)).toMatchObject({ err: { message: found } });
  });

  it('writes nothing when it is silent', () => {
    const lines: string[] = [];
    createLogger({ level: 'silent', destination: { write: (line) => lines.push(line) } }).fatal('x');
    expect(lines).toEqual([]);
  });
});

describe('the log of the answers', () => {
  it('warns of a refusal’s cause at once, and then once every ten seconds', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const lines: string[] = [];
    const loggerInstance: FastifyBaseLogger = createLogger({
      level: 'warn',
      destination: { write: (line) => lines.push(line) },
    });
    const app = fastify({
      loggerInstance,
      logController: new LogController({ disableRequestLogging: true }),
    });
    logAnswers(app);
    app.get('/:cause', (request, reply) => {
      const { cause } = request.params as { readonly cause: ContendedCause };
      return sendRefusal(reply, { outcome: 'contended', cause });
    });
    app.get('/', () => 'ok');
    for (const cause of ['pool', 'pool', 'pool', 'redis', '']) await app.inject({ url: `/${cause}` });
    vi.advanceTimersByTime(10_000);
    await app.inject({ url: '/pool' });
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { level: 40, outcome: 'contended', cause: 'pool', answers: 1 },
      { level: 40, outcome: 'contended', cause: 'redis', answers: 1 },
      { level: 40, outcome: 'contended', cause: 'pool', answers: 3 },
    ]);
    await app.close();
  });
});
