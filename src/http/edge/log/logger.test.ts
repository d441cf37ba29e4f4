import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.ts';

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
