import { describe, expect, it } from 'vitest';
import {
  catalogueDocument,
  changedDocument,
  sectionDocument,
} from '../../../../test/support/catalogue-documents.ts';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { buyOverHttp, holdOverHttp, OPERATOR, useServer } from '../../../../test/support/http.ts';
import { importCatalogue } from '../../../catalogue/import/import.ts';

const HEADER =
  'at,venueTime,timeZone,kind,reservationId,accountId,concert,section,row,seat,label,amount,price,currency';

describe('GET /v1/admin/performances/:performanceId/sales.csv answers 200', () => {
  const server = useServer();
  const read = async (performanceId: string): Promise<Awaited<ReturnType<typeof server.call>>> => {
    const url = `/v1/admin/performances/${performanceId}/sales.csv`;
    const answer = await server.call({ method: 'GET', url, ...OPERATOR });
    expect(answer.status).toBe(200);
    return answer;
  };

  it('with a line per payment and refund, the earliest first, without formulas', async () => {
    const performanceId = await plantPerformance(server.database, { price: 700 });
    const idOf = (path: string): string => path.split('/').at(-1)!;
    const first = await buyOverHttp(server, performanceId, '@SUM', ['A-1-10', 'A-1-2']);
    const second = await buyOverHttp(server, performanceId, '-1', ['A-1-3']);
    await server.call({ method: 'POST', url: `${first}/refund`, account: '@SUM', key: true });
    await holdOverHttp(server, performanceId, 'anna', ['A-1-4']);
    await buyOverHttp(server, await plantPerformance(server.database), 'anna', ['A-1-5']);
    const answer = await read(performanceId);
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8; header=present');
    expect(answer.headers['content-disposition']).toBe(`attachment; filename="sales-${performanceId}.csv"`);
    expect(answer.headers['cache-control']).toBe('no-store');
    const [header, ...lines] = answer.text.split('\r\n');
    expect(header).toBe(HEADER);
    const seat = (number: number): string =>
      `Concert ${performanceId},A,1,${number},A-1-${number},700,700,KRW`;
    expect(lines.map((line) => line.replace(/^(\d{4}-\d\d-\d\d)T([\d:]+)\.\d+Z,\1 \2,UTC,/, ''))).toEqual([
      `payment,${idOf(first)},'@SUM,${seat(2)}`,
      `payment,${idOf(first)},'@SUM,${seat(10)}`,
      `payment,${idOf(second)},'-1,${seat(3)}`,
      `refund,${idOf(first)},'@SUM,${seat(2)}`,
      `refund,${idOf(first)},'@SUM,${seat(10)}`,
      '',
    ]);
  });

  it('with the price that each seat took, whatever it costs or has taken since', async () => {
    const document = catalogueDocument(
      'mixed',
      [sectionDocument('A', [5]), sectionDocument('B', [5], 'S', 50)],
      {
        prices: { R: 1_250, S: 705 },
      },
    );
    const repriced = changedDocument(document, {
      '/concerts/0/performances/0/prices': { R: 9_999, S: 1 },
    });
    await importCatalogue(server.database, document);
    const first = await buyOverHttp(server, 'mixed', 'anna', ['A-1-1', 'B-1-1']);
    await buyOverHttp(server, 'mixed', 'ben', ['B-1-2']);
    await importCatalogue(server.database, repriced);
    await server.call({ method: 'POST', url: `${first}/refund`, account: 'anna', key: true });
    await buyOverHttp(server, 'mixed', 'cleo', ['A-1-1', 'B-1-1']);
    const rows = (await read('mixed')).text.split('\r\n').slice(1, -1);
    const cells = rows.map((row) => row.split(','));
    expect(cells.map((row) => `${row[3]} ${row[5]} ${row[10]} ${row[11]}`)).toEqual([
      'payment anna A-1-1 1250',
      'payment anna B-1-1 705',
      'payment ben B-1-2 705',
      'refund anna A-1-1 1250',
      'refund anna B-1-1 705',
      'payment cleo A-1-1 9999',
      'payment cleo B-1-1 1',
    ]);
  });

  it('with only the header when nothing was sold', async () => {
    const answer = await read(await plantPerformance(server.database));
    expect(answer.text).toBe(`${HEADER}\r\n`);
  });

  it('with more lines than one piece', async () => {
    const performanceId = await plantPerformance(server.database, { seats: 1 });
    // As the operations would write them: six thousand reservations of the seat, paid and refunded in turn.
    await server.database.sql(
      `with numbered as (
         select n, md5(n::text)::uuid as id, now() + n * interval '1 second' as at
         from generate_series(1, 6000) as n
       ), bought as (
         insert into reservation (
           performance_id, reservation_id, account_id, state, seat_ids, refunded_seats, amount, expires_at, created_at, request_hash
         )
         select $1, id, 'many', 'refunded', array[1], array[1], n, at, at, '' from numbered
       ), wallets as (
         insert into wallet (account_id, balance, version) values ('many', 0, 12000) returning account_id
       )
       insert into ledger_entry (
         account_id, seq, kind, amount, balance_after, key, request_hash, performance_id, reservation_id, created_at
       )
       select w.account_id, 2 * n - 1 + k.i, k.kind::entry_kind, k.sign * n, 0, 'k' || (2 * n + k.i), '', $1, id,
         at + k.i * interval '1 millisecond'
       from numbered, wallets as w, (values (0, 'payment', -1), (1, 'refund', 1)) as k (i, kind, sign)`,
      [performanceId],
    );
    const lines = (await read(performanceId)).text.split('\r\n').slice(1, -1);
    const rows = lines.map((line) => line.split(','));
    expect(rows).toHaveLength(12_000);
    expect(rows.map((row) => `${row[3]} ${row[11]}`)).toEqual(
      Array.from({ length: 6_000 }, (_, i) => [`payment ${i + 1}`, `refund ${i + 1}`]).flat(),
    );
  });
});
