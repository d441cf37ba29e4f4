import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../../test/support/http.ts';
import { OPERATOR, useServer } from '../../../../test/support/http.ts';

describe('POST /v1/admin/catalogue answers 400', () => {
  const server = useServer();
  const load = (body: unknown): Promise<Answer> =>
    server.call({ method: 'POST', url: '/v1/admin/catalogue', ...OPERATOR, body });

  it('to a document that breaks rules, naming each place, and changes nothing', async () => {
    const answer = await load({
      venues: [{ id: 'NOT AN ID', name: { ko: '홀', en: 'Hall' }, sections: [] }],
      concerts: [{ id: 'spring', title: { ko: '봄' }, performances: [] }],
      extra: 1,
    });
    expect(answer.status).toBe(400);
    const errors = answer.body['errors'] as { path: string; rule: string }[];
    const paths = errors.map(({ path }) => path);
    expect(paths).toContain('body/venues/0/id');
    expect(paths).toContain('body/concerts/0/title/en');
    expect(answer.body['detail']).toMatch(/^The catalogue breaks \d+ rules.*Nothing was changed\.$/);
    expect(await server.database.sql(`select 1 from venue`)).toEqual([]);
  });

  it('to a document that breaks more rules than are listed, counting them', async () => {
    const venues = Array.from({ length: 90 }, () => ({ id: 'Bad', name: 5, sections: 5 }));
    const answer = await load({ venues, concerts: [] });
    expect(answer.status).toBe(400);
    expect((answer.body['errors'] as unknown[]).length).toBeLessThanOrEqual(20);
  });

  it('to an empty object', async () => {
    expect((await load({})).status).toBe(400);
  });

  it.each([
    ['{"venues":[],"concerts":[],"venues":[]}', /^line 1, column 28: the property "venues" is named twice$/],
    ['{"venues":[],\n "concerts":[1,]}', /^line 2, column 16: expected /],
    ['', /^line 1, column 1: expected a value, found the end of the file$/],
    ['['.repeat(1_000_000), /^line 1, column 33: must not nest deeper than 32$/],
  ])('to a text that is not a catalogue in JSON, as `rowlock import` does: %.40s', async (text, rule) => {
    const answer = await load(text);
    expect(answer.body).toMatchObject({
      status: 400,
      errors: [{ path: 'body', rule: expect.stringMatching(rule) }],
    });
  });
});
