import { describe, expect, it } from 'vitest';
import { useDatabase } from '../../test/support/database.ts';
import { isLockTimeout, sqlstateOf } from './sqlstate.ts';

const database = useDatabase({ poolSize: 2 });

/** The error of a statement that meets a lock which another session has, under a `lock_timeout`. */
async function errorOf(held: string, asked: string): Promise<unknown> {
  const holder = await database.pool.connect();
  try {
    await holder.query('begin');
    await holder.query(held);
    const asker = await database.pool.connect();
    try {
      await asker.query(`begin; set local lock_timeout = 50`);
      return await asker.query(asked).catch((error: unknown) => error);
    } finally {
      await asker.query('rollback');
      asker.release();
    }
  } finally {
    await holder.query('rollback');
    holder.release();
  }
}

describe('a lock that is not acquired', () => {
  const row = `select from wallet where account_id = 'somebody' for no key update`;
  const table = 'lock table wallet in access exclusive mode';

  it.each([
    ['a row, waited for', row, row, true],
    ['a row, asked for with NOWAIT', row, `${row} nowait`, false],
    ['a table, waited for by a statement with NOWAIT', table, `${row} nowait`, true],
    ['a table, asked for with NOWAIT', table, `${table} nowait`, false],
  ])('%s', async (_, held, asked, isTimeout) => {
    await database.sql(`insert into wallet (account_id) values ('somebody') on conflict do nothing`);
    const error = await errorOf(held, asked);
    expect(sqlstateOf(error)).toBe('55P03');
    expect(isLockTimeout(error)).toBe(isTimeout);
  });
});

it('an error without that SQLSTATE is no lock timeout', async () => {
  const error = await database.sql('select 1 / 0').catch((thrown: unknown) => thrown);
  expect(isLockTimeout(error)).toBe(false);
  expect(isLockTimeout(new Error('canceling statement due to lock timeout'))).toBe(false);
});
