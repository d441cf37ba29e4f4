import { expect, it } from 'vitest';
import { useDatabase } from '../../../test/support/database.ts';
import { declaredStatements } from '../../db/statement.ts';
import { readLiveHolds } from './reservations.ts';

const database = useDatabase();

it('finds an account’s live holds by the index on the expiry, without reading the whole table', async () => {
  expect(await database.connect((connection) => readLiveHolds(connection, 'nobody'))).toEqual([]);
  const { text } = declaredStatements().find(({ name }) => name === 'reservation_live_holds')!;
  const client = await database.pool.connect();
  try {
    await client.query('begin; set local enable_seqscan = off');
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `explain ${text.replace('$1', `'account'::text`)}`,
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('Bitmap Index Scan on reservation_by_expiry');
  } finally {
    await client.query('rollback');
    client.release();
  }
});
