import { expect, it } from 'vitest';
import { useDatabase } from '../../test/support/database.ts';
import { commit, rollback } from '../db/database.ts';
import { listActions } from './list-actions.ts';
import { ACTIONS, boundedList, noteAction } from './note-action.ts';

const database = useDatabase();

const noteEach = (end: typeof commit): Promise<void> =>
  database.connect((connection) =>
    connection.transaction({}, async (tx) => {
      for (const action of ACTIONS) await noteAction(tx, { actor: 'boss' }, { action });
      return end(undefined);
    }),
  );
const count = async (): Promise<number> =>
  (await database.connect((connection) => listActions(connection, { limit: 100 }))).actions.length;

it('the log has what was committed, and nothing that was rolled back', async () => {
  await noteEach(rollback);
  expect(await count()).toBe(0);
  await noteEach(commit);
  expect(await count()).toBe(ACTIONS.length);
});

it.each([
  'update operator_action set actor = null',
  'update operator_action set actor = null where false',
  'delete from operator_action',
  'truncate operator_action',
])('the log is append-only: %s', async (text) => {
  await expect(database.sql(text)).rejects.toThrow('the operator log is append-only');
});

it('details are bounded, and so are the lists in them', async () => {
  const names = Array.from({ length: 10_000 }, (_, i) => `${i}-${'x'.repeat(60)}`);
  const bounded = boundedList(names);
  expect(bounded).toEqual({ count: 10_000, first: names.slice(0, 50) });
  const noted = (details: object): Promise<void> =>
    database.connect((connection) =>
      connection.transaction({}, async (tx) => {
        await noteAction(tx, {}, { action: 'catalogue_imported', details: { ...details } });
        return commit(undefined);
      }),
    );
  await noted({ named: bounded });
  await expect(noted({ names })).rejects.toMatchObject({ constraint: 'operator_action_details_check' });
});
