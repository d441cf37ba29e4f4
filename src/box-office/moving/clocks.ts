/** The difference of two servers' clocks, as far as it can be measured. */
import type { Database } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';

const readClock = statement({
  name: 'move_clock',
  group: 'any',
  params: [],
  columns: { now_ms: 'double precision' },
  text: `select extract(epoch from clock_timestamp())::double precision * 1000 as now_ms`,
});

/** A server's clock beside this process's, and how wrong that may be. */
interface Reading {
  readonly offsetMs: number;
  readonly errorMs: number;
}

const READINGS = 9;

/** How far the second server's clock is ahead of the first's, in whole milliseconds; 0 where less than the measure's error. */
export async function clockDifferenceMs(first: Database, second: Database): Promise<number> {
  const [a, b] = [await readBest(first), await readBest(second)];
  return wholeDifference(a, b);
}

/** Two servers of one machine must have the same clock, whatever a busy moment makes of the readings. */
export function wholeDifference(first: Reading, second: Reading): number {
  const differenceMs = second.offsetMs - first.offsetMs;
  return Math.abs(differenceMs) <= first.errorMs + second.errorMs ? 0 : Math.round(differenceMs);
}

/** The reading of the shortest round trip is the best: the clock was read within it. */
function readBest(database: Database): Promise<Reading> {
  return database.connect(async (connection) => {
    const readings: Reading[] = [];
    for (let i = 0; i < READINGS; i += 1) {
      const beganAtMs = performance.now();
      const [row] = await connection.read(readClock, []);
      const endedAtMs = performance.now();
      const errorMs = (endedAtMs - beganAtMs) / 2;
      readings.push({ offsetMs: row!.now_ms - (beganAtMs + endedAtMs) / 2, errorMs });
    }
    return readings.reduce((best, reading) => (reading.errorMs < best.errorMs ? reading : best));
  });
}
