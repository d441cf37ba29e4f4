/** The row that a performance leaves behind on the server that it moves from. */
import type { Reader } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';

/** Where a performance goes or went. */
export interface Departure {
  readonly moveId: string;
  readonly target: string;
  /** `fenced`: it may be put back. `decided`: it will be live at the target. `gone`: it is, and the map says so. */
  readonly step: 'fenced' | 'decided' | 'gone';
}

const find = statement({
  name: 'departure_find',
  group: 'performance',
  params: ['text'],
  columns: { move_id: 'uuid', target: 'text', step: 'text' },
  text: `
    select d.move_id, d.target::text as target, d.step
    from departure as d
    where d.performance_id = $1`,
});

/** The departure of the performance from this server; undefined for one that is here, or never was. */
export async function readDeparture(reader: Reader, performanceId: string): Promise<Departure | undefined> {
  const [row] = await reader.read(find, [performanceId]);
  return row && { moveId: row.move_id, target: row.target, step: row.step as Departure['step'] };
}
