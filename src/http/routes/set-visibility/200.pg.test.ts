import { describe, expect, it } from 'vitest';
import { catalogueDocument, changedDocument } from '../../../../test/support/catalogue-documents.ts';
import type { Answer } from '../../../../test/support/http.ts';
import { buyOverHttp, OPERATOR, useServer } from '../../../../test/support/http.ts';
import type { ConcertList } from '../../../box-office/box-office.ts';
import { createBoxOffice } from '../../../box-office/box-office.ts';
import { importCatalogue } from '../../../catalogue/import/import.ts';

describe('POST /v1/admin/concerts/:concertId/visibility answers 200', () => {
  const server = useServer();
  const read = (url: string, call: object = {}): Promise<Answer> =>
    server.call({ method: 'GET', url, ...call });
  const idsIn = ({ body }: Answer): string[] => (body['concerts'] as { id: string }[]).map(({ id }) => id);

  it('and keeps the concert from every list and page but the operator’s, until it is listed again', async () => {
    const document = catalogueDocument('spring');
    await importCatalogue(server.database, document);
    const concertId = (document.concerts[0] as { id: string }).id;
    const bought = await buyOverHttp(server, 'spring', 'anna', ['A-1-1']);
    // Another process on the same database.
    const other = await createBoxOffice({
      databaseUrl: server.database.url,
      migrate: false,
      sweepIntervalMs: 0,
    });
    const listedElsewhere = async (): Promise<unknown> =>
      ((await other.listConcerts()) as ConcertList).concerts.map((concert) => concert.concertId);
    const url = `/v1/admin/concerts/${concertId}/visibility`;
    const set = (hidden: boolean): Promise<Answer> =>
      server.call({ method: 'POST', url, ...OPERATOR, body: { hidden } });
    expect(await listedElsewhere()).toEqual([concertId]);
    const tag = (await read('/v1/concerts')).headers['etag'];
    for (let sent = 0; sent < 2; sent += 1) {
      expect((await set(true)).body).toMatchObject({
        id: concertId,
        hidden: true,
        performances: [{ id: 'spring' }],
      });
    }
    const list = await read('/v1/concerts', { headers: { 'if-none-match': tag } });
    expect([list.status, idsIn(list)]).toEqual([200, []]);
    expect(await listedElsewhere()).toEqual([]);
    expect((await read(`/v1/concerts/${concertId}`)).body).toMatchObject({ status: 404, what: 'concert' });
    expect((await read('/v1/performances/spring')).status).toBe(200);
    expect((await read(bought, { account: 'anna' })).body).toMatchObject({ state: 'confirmed' });
    expect((await read('/v1/admin/concerts', OPERATOR)).body).toMatchObject({
      concerts: [{ id: concertId, hidden: true }],
    });
    await importCatalogue(server.database, changedDocument(document, { '/concerts/0/title/en': 'Another' }));
    expect(idsIn(await read('/v1/concerts'))).toEqual([]);
    expect((await set(false)).body).toMatchObject({ hidden: false, title: { en: 'Another' } });
    expect(idsIn(await read('/v1/concerts'))).toEqual([concertId]);
    expect((await read(`/v1/concerts/${concertId}`)).status).toBe(200);
    await other.close();
  });
});
