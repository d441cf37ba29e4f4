/** Seats by performance and grade, counted within a budget of time. */
import { readPerformance } from '../../catalogue/concerts.ts';
import type { Reader } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';

/** The seats of one grade of a performance. */
export interface GradeFigures {
  readonly performanceId: string;
  readonly grade: string;
  readonly free: number;
  readonly held: number;
  readonly sold: number;
}

/** Labels must be bounded: performances, and grades of each. Further grades count together as `other`. */
const PERFORMANCES_MAX = 100;
const GRADES_MAX = 20;

// On sale now, or within the last day. The performances of a catalogue are few.
const listOnSale = statement({
  name: 'figures_on_sale',
  group: 'performance',
  params: ['integer'],
  columns: { performance_id: 'text' },
  text: `
    select p.performance_id::text as performance_id
    from performance as p
    where p.sale_opens_at <= clock_timestamp()
      and coalesce(p.sale_closes_at, p.starts_at) > clock_timestamp() - interval '1 day'
      and (p.cancelled_at is null or p.cancelled_at > clock_timestamp() - interval '1 day')
    order by p.starts_at, p.performance_id
    limit $1::integer`,
});

interface Counted {
  readonly countedAtMs: number;
  readonly grades: readonly GradeFigures[];
}

export interface SeatCounts {
  readonly grades: readonly GradeFigures[];
  /** How old the oldest of them are. */
  readonly ageSeconds: number;
}

/** After counting, this many times as long nothing is counted, so that it takes at most two per cent of a core. */
const REST = 50;

/**
 * Creates the reading. Counting a hall reads all its seats, so a call counts again only until `budgetMs` have passed,
 * those counted longest ago first, and at least one; the others keep their last counts.
 */
export function createSeatCounts(
  budgetMs: number,
  nowMs: () => number = () => performance.now(),
): (reader: Reader) => Promise<SeatCounts> {
  const counted = new Map<string, Counted>();
  let restUntilMs = -Infinity;
  return async (reader) => {
    const beganAtMs = nowMs();
    const listed = await reader.read(listOnSale, [PERFORMANCES_MAX]);
    const ids = listed.map((row) => row.performance_id);
    for (const id of counted.keys()) if (!ids.includes(id)) counted.delete(id);
    const isResting = nowMs() < restUntilMs;
    const countedAtMs = (id: string): number => counted.get(id)?.countedAtMs ?? -Infinity;
    for (const id of isResting ? [] : ids.toSorted((a, b) => countedAtMs(a) - countedAtMs(b))) {
      const grades = await gradesOf(reader, id);
      counted.set(id, { countedAtMs: nowMs(), grades });
      restUntilMs = nowMs() + REST * (nowMs() - beganAtMs);
      if (nowMs() - beganAtMs >= budgetMs) break;
    }
    const oldestAtMs = Math.min(nowMs(), ...[...counted.values()].map((each) => each.countedAtMs));
    return {
      grades: [...counted.values()].flatMap(({ grades }) => grades),
      ageSeconds: (nowMs() - oldestAtMs) / 1_000,
    };
  };
}

async function gradesOf(reader: Reader, performanceId: string): Promise<readonly GradeFigures[]> {
  const grades = (await readPerformance(reader, performanceId))?.grades ?? [];
  const named = grades.slice(0, GRADES_MAX).map(({ grade, free, held, sold }) => ({
    performanceId,
    grade,
    free,
    held,
    sold,
  }));
  const others = grades.slice(GRADES_MAX);
  if (others.length === 0) return named;
  const sum = (state: 'free' | 'held' | 'sold'): number =>
    others.reduce((total, grade) => total + grade[state], 0);
  return [
    ...named,
    { performanceId, grade: 'other', free: sum('free'), held: sum('held'), sold: sum('sold') },
  ];
}
