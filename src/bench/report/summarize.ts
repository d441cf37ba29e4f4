import { createLatencyRecorder } from '../../load/latency-summary.ts';
import type { MemoryJournal } from '../measure/memory-journal.ts';
import type { LoadReport } from '../measure/worker-protocol.ts';
import type { Paced } from '../measure/pacing.ts';

/** Outcomes, times and latencies from a journal. */
export function summarize<Answer>(
  journal: MemoryJournal<Answer>,
  how: Paced & {
    readonly outcomeOf: (answer: Answer) => string;
    readonly isSuccess: (answer: Answer) => boolean;
  },
): Omit<LoadReport, 'statements'> {
  const { startedAtMs, dueAtMs = journal.sentAtMs, outcomeOf, isSuccess } = how;
  const winners = createLatencyRecorder();
  const losers = createLatencyRecorder();
  const outcomes: Record<string, number> = {};
  let successes = 0;
  let endedAtMs = startedAtMs;
  let lastSuccessAtMs = startedAtMs;
  for (let request = 0; request < journal.requests; request += 1) {
    const answer = journal.answerOf(request);
    const outcome = answer === undefined ? 'no answer' : outcomeOf(answer);
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    if (answer === undefined) continue;
    const answeredAtMs = journal.answeredAtMs(request);
    endedAtMs = Math.max(endedAtMs, answeredAtMs);
    const latencyMs = answeredAtMs - dueAtMs(request);
    if (isSuccess(answer)) {
      successes += 1;
      lastSuccessAtMs = Math.max(lastSuccessAtMs, answeredAtMs);
      winners.record(latencyMs);
    } else losers.record(latencyMs);
  }
  return {
    outcomes,
    successes,
    elapsedMs: endedAtMs - startedAtMs,
    lastSuccessMs: lastSuccessAtMs - startedAtMs,
    winners: winners.summary(),
    losers: losers.summary(),
  };
}
