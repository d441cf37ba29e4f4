/** Holds pairs of seats through the box office in this process, and journals the answers for the audit. */
import { createBestSeats } from '../../box-office/buyer/best-seats.ts';
import { earlierHolds, holdBestAvailable, holdSeats } from '../../box-office/buyer/hold.ts';
import type { BestAvailableRefusal, HeldSeats, HoldRequest } from '../../box-office/buyer/hold.ts';
import { createUnpaidHolds } from '../../box-office/buyer/unpaid-holds.ts';
import { previewBestAvailable } from '../../box-office/buyer/preview.ts';
import type { PreviewRefusal } from '../../box-office/buyer/preview.ts';
import type { BoxOfficeContext } from '../../box-office/context.ts';
import { openHalls } from '../../box-office/servers/open-halls.ts';
import { openStrategies, strategiesNamed } from '../../box-office/strategies.ts';
import { createSoldOut } from '../../catalogue/sold-out.ts';
import { createSeatMaps } from '../../catalogue/seat-map/seat-map.ts';
import type { Database } from '../../db/database.ts';
import type { RefusalCode } from '../../domain/outcomes.ts';
import { createWeightedCache } from '../../lib/weighted-cache.ts';
import type { LoadRun } from '../rivals/engine-load.ts';
import { summarize } from '../report/summarize.ts';
import { orderOf } from '../workloads/access-pattern.ts';
import { createMemoryJournal } from './memory-journal.ts';
import { inClosedLoop } from './pacing.ts';
import type { BoxOfficeLoad } from './worker-protocol.ts';

type Kept = HeldSeats | RefusalCode;

const GRADE = 'R';

/** Runs the load to its end. */
export async function runBoxOfficeLoad(
  database: Database,
  databaseUrl: string,
  load: BoxOfficeLoad,
): Promise<LoadRun> {
  const { performanceId, accountPrefix, seatsPerHold: quantity } = load.fixture;
  const seatMaps = createSeatMaps(database);
  const reader = openHalls(seatMaps, { databaseUrl });
  const { spread } = load;
  const context: BoxOfficeContext = {
    database,
    strategies: openStrategies({ database, halls: reader.halls }, strategiesNamed({})),
    seatMaps,
    bestSeats: createBestSeats({ database, halls: reader.halls, ...(spread !== undefined && { spread }) }),
    soldOut: createSoldOut(),
    earlierHold: earlierHolds(database),
    knownAccounts: createWeightedCache<true>(1, () => 1),
    unpaidHolds: createUnpaidHolds(0),
  };
  const map = await seatMaps.get(performanceId);
  if (map === undefined) throw new Error(`the performance ${performanceId} is not planted`);
  const { rowOf } = orderOf(load.pattern);
  const accountOf = (request: number): string => `${accountPrefix}${request}`;
  const seatsOf = (request: number): string[] =>
    Array.from({ length: quantity }, (_, i) => map.labelOf(rowOf(request) * quantity + i + 1));
  const shown = new Map<number, string[]>();
  const ask = async (
    request: number,
    asked: Omit<HoldRequest, 'seats'>,
  ): Promise<HeldSeats | BestAvailableRefusal | PreviewRefusal> => {
    if (load.asks === 'named') return holdSeats(context, { ...asked, seats: seatsOf(request) });
    if (load.asks === 'best-available')
      return holdBestAvailable(context, { ...asked, grade: GRADE, quantity });
    const preview = await previewBestAvailable(context, { ...asked, grade: GRADE, quantity });
    if (preview.outcome !== 'preview') return preview;
    const seats = preview.seats.map(({ label }) => label);
    shown.set(request, seats);
    return holdSeats(context, { ...asked, seats });
  };
  const seatsAskedBy = (request: number): readonly string[] | undefined =>
    load.asks === 'named' ? seatsOf(request) : shown.get(request);
  const journal = createMemoryJournal<Kept>();
  const send = async (request: number): Promise<void> => {
    journal.sent(request);
    const asked = { performanceId, accountId: accountOf(request), idempotencyKey: 'hold' };
    const outcome = await ask(request, asked);
    journal.answered(request, outcome.outcome === 'held' ? outcome : outcome.outcome);
  };
  const { startedAtMs, dueAtMs } = await inClosedLoop(send, {
    count: load.requests,
    inFlight: load.inFlight,
    durationMs: Infinity,
  });
  await context.strategies.close();
  await reader.close();
  return {
    report: summarize(journal, {
      startedAtMs,
      dueAtMs,
      outcomeOf: (kept) => (typeof kept === 'string' ? kept : kept.outcome),
      isSuccess: (kept) => typeof kept !== 'string',
    }),
    journal: journal.lines({
      accountPrefix,
      requestOf: (request) => {
        const seats = seatsAskedBy(request);
        const named = { op: 'hold', accountId: accountOf(request), key: 'hold', performanceId } as const;
        return seats === undefined ? named : { ...named, seats };
      },
      answerOf: (kept) => {
        if (typeof kept === 'string') return { status: 0, outcome: kept };
        const { reservationId, amount, seats, expiresAt } = kept;
        const facts = { reservationId, amount, seats, expiresAt: expiresAt.toISOString() };
        return { status: 0, outcome: 'held', ...facts };
      },
    }),
  };
}
