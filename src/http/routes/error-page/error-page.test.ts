import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEST_SECRET } from '../../../../test/support/http.ts';
import type { BoxOffice } from '../../../box-office/box-office.ts';
import { createBoxOffice } from '../../../box-office/box-office.ts';
import { REFUSALS } from '../../../domain/outcomes.ts';
import { createServer } from '../../server.ts';

describe('GET /errors/:outcome', () => {
  let boxOffice: BoxOffice;
  let app: FastifyInstance;
  beforeAll(async () => {
    boxOffice = await createBoxOffice({
      databaseUrl: 'postgres://127.0.0.1:1/none',
      migrate: false,
      sweepIntervalMs: 0,
    });
    app = await createServer({ boxOffice, auth: { secret: TEST_SECRET } });
  });
  afterAll(async () => {
    await app.close();
    await boxOffice.close();
  });

  it.each(REFUSALS.map(({ code }) => code))('answers 200 with the page of %s', async (code) => {
    const answer = await app.inject(`/errors/${code}`);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('text/markdown; charset=utf-8');
    expect(answer.payload).toContain(code);
  });

  it('answers a browser in HTML, where nothing of the page is markup', async () => {
    const answer = await app.inject({
      url: '/errors/seat_taken',
      headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' },
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    const page = answer.payload.slice(answer.payload.indexOf('<pre>') + 5, answer.payload.indexOf('</pre>'));
    expect(page).not.toContain('<');
  });

  it.each([
    'nothing',
    'README',
    'seat_taken.md',
    '..%2f..%2fpackage',
    '..%2fseat_taken',
    'seat_taken%00',
    'constructor',
  ])('answers 404 to %s', async (name) => {
    const answer = await app.inject(`/errors/${name}`);
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ outcome: 'not_found' });
  });
});
