/** Whether a concert is listed: an operator's choice, which no import changes. */
import type { Transaction } from '../db/database.ts';
import { statement } from '../db/statement.ts';

const setHidden = statement({
  name: 'concert_set_hidden',
  group: 'catalogue',
  writes: true,
  params: ['text', 'boolean'],
  columns: { xid: 'text' },
  text: `
    update concert as c
    set hidden = $2
    where c.concert_id = $1
    returning pg_current_xact_id()::text as xid`,
});

/** Hides or lists the concert. Returns whether it exists. */
export async function setConcertHidden(
  tx: Transaction,
  concertId: string,
  hidden: boolean,
): Promise<boolean> {
  const [row] = await tx.run(setHidden, [concertId, hidden]);
  if (row !== undefined) tx.noteXid(row.xid);
  return row !== undefined;
}
