/** What a request was doing when: the data behind its line in a timeline. */
import type { Attempt } from '../measure/attempt.ts';
import { SUCCESSES } from '../measure/fixture.ts';
import { isTimeout } from '../measure/run-summary.ts';

/**
 * `idle`: without a connection, or before its next try; `queue`: reads the row, or waits for it; `won`: works, and
 * wins; `lost`: its try loses, or the request; `gone`: works or waits until a timeout.
 */
export type State = 'idle' | 'queue' | 'won' | 'lost' | 'gone';

export interface Segment {
  readonly state: State;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The states of a request from its sending to its answer, in order and without a gap. */
export function segmentsOf(attempt: Attempt): readonly Segment[] {
  const { sentMs, workedMs, answeredMs, tries } = attempt;
  const end = endOf(attempt);
  const last = tries.at(-1);
  // A grouped request has no connection of its own: it waits for its turn in the group.
  if (last === undefined && workedMs !== null) return chain(sentMs, [workedMs, 'queue'], [answeredMs, end]);
  if (last === undefined) return chain(sentMs, [answeredMs, end]);
  return chain(
    sentMs,
    ...tries.slice(0, -1).flatMap((lost): readonly Step[] => [
      [lost.connectedMs, 'idle'],
      [lost.workedMs ?? lost.connectedMs, 'queue'],
      [lost.endedMs, 'lost'],
    ]),
    [last.connectedMs, 'idle'],
    [last.workedMs ?? last.connectedMs, 'queue'],
    [answeredMs, end],
  );
}

type Step = readonly [toMs: number, state: State];

/** Segments that follow each other; those without a length are left out. */
function chain(startMs: number, ...steps: readonly Step[]): readonly Segment[] {
  let fromMs = startMs;
  return steps.flatMap(([toMs, state]) => {
    if (toMs <= fromMs) return [];
    const segment = { state, fromMs, toMs };
    fromMs = toMs;
    return [segment];
  });
}

function endOf(attempt: Attempt): State {
  if (SUCCESSES.has(attempt.outcome)) return 'won';
  return isTimeout(attempt) ? 'gone' : 'lost';
}
