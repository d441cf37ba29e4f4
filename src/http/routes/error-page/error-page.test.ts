import { describe, expect, it } from 'vitest';
import { useServerWithoutDatabase } from '../../../../test/support/http.ts';
import { REFUSALS } from '../../../domain/outcomes.ts';

describe('GET /errors/:outcome', () => {
  const server = useServerWithoutDatabase();

  it.each(REFUSALS.map(({ code }) => code))('answers 200 with the page of %s', async (code) => {
    const answer = await server.app.inject(`/errors/${code}`);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('text/markdown; charset=utf-8');
    expect(answer.payload).toContain(code);
  });

  it('answers a browser in HTML, with the text escaped', async () => {
    const asked = {
      url: '/errors/seat_taken',
      headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' },
    };
    const answer = await server.app.inject(asked);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    const head = await server.app.inject({ ...asked, method: 'HEAD' });
    expect(head.headers['content-type']).toBe('text/html; charset=utf-8');
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
    const answer = await server.app.inject(`/errors/${name}`);
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ outcome: 'not_found' });
  });
});
