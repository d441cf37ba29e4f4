/** Sends requests to a service over HTTP and journals the answers for the audit. */
import type { JournaledAnswer } from '../../../audit/journal/format.ts';
import type { LoadRun } from '../../rivals/engine-load.ts';
import { summarize } from '../../report/summarize.ts';
import type { MemoryJournal } from '../memory-journal.ts';
import { createMemoryJournal } from '../memory-journal.ts';
import { inClosedLoop } from '../pacing.ts';
import type { HttpLoad, SeatAnswer } from '../worker-protocol.ts';
import type { HttpAnswer, HttpConnection } from './connection.ts';
import { openHttpConnection } from './connection.ts';
import { holds, seatIn } from './holds.ts';
import type { Message, Requests } from './message.ts';
import { isMade } from './message.ts';
import { purchases } from './purchases.ts';
import { topUps } from './top-ups.ts';

const REQUESTS_OF = {
  hold: holds,
  topUp: topUps,
  purchase: purchases,
} as const satisfies Record<HttpLoad['requests'], (load: HttpLoad) => Requests>;

/** What is kept of an answer: of a refusal only the code, because a crowd has many. */
type Kept = HttpAnswer | { readonly status: number; readonly refusal: string };

/** Makes the requests and opens the connections of a load. The returned function runs it to its end, once. */
export async function prepareHttpLoad(load: HttpLoad): Promise<() => Promise<LoadRun>> {
  const requests = REQUESTS_OF[load.requests](load);
  const connections = await Promise.all(
    Array.from({ length: load.connections }, () => openHttpConnection(load.port)),
  );
  return async () => {
    try {
      return await runOn(connections, requests, load);
    } finally {
      for (const connection of connections) connection.close();
    }
  };
}

/** Throws when the service closes a connection. */
async function runOn(
  connections: readonly HttpConnection[],
  requests: Requests,
  load: HttpLoad,
): Promise<LoadRun> {
  const { accountPrefix } = load.fixture;
  const journal = createMemoryJournal<Kept>();
  /** In the order in which they were sent, as the journal numbers them. */
  const sent: Message[] = [];
  const idle = [...connections];
  let successes = 0;
  const send = async (n: number): Promise<void> => {
    const connection = idle.pop();
    if (connection === undefined) throw new Error('more requests than connections');
    const made = await requests.send(n, async (message) => {
      const number = sent.push(message) - 1;
      journal.sent(number);
      const answer = await connection.exchange(message.bytes);
      journal.answered(number, isMade(answer) ? answer : refusalOf(answer));
      return answer;
    });
    successes += made;
    idle.push(connection);
  };
  const { count } = requests;
  const paced = await inClosedLoop(send, {
    count,
    inFlight: connections.length,
    durationMs: load.durationMs,
  });
  const report = {
    ...summarize(journal, {
      ...paced,
      outcomeOf: (kept) => ('refusal' in kept ? kept.refusal : 'created'),
      isSuccess: isMade,
    }),
    successes,
  };
  return {
    report: load.tellsHeld === true ? { ...report, held: heldIn(journal, sent) } : report,
    journal: journal.lines({
      accountPrefix,
      requestOf: (number) => sent[number]!.journaled,
      answerOf: (kept, number) => journaledAnswer(kept, sent[number]!.journaled.op),
    }),
  };
}

/** When the buyer of each seat got the answer. */
function heldIn(journal: MemoryJournal<Kept>, sent: readonly Message[]): readonly SeatAnswer[] {
  return sent.flatMap((message, number) => {
    const answer = journal.answerOf(number);
    if (answer === undefined || !isMade(answer)) return [];
    return [[seatIn(message), performance.timeOrigin + journal.answeredAtMs(number)] as const];
  });
}

function journaledAnswer(kept: Kept, op: Message['journaled']['op']): JournaledAnswer {
  const { status } = kept;
  if ('refusal' in kept) return { status, outcome: kept.refusal };
  const facts = JSON.parse(kept.body) as Record<string, string & number & string[]>;
  const { id: reservationId, amount, seq, balanceAfter } = facts;
  if (op === 'topUp')
    return { status, outcome: 'topped_up', seq: seq!, amount: amount!, balanceAfter: balanceAfter! };
  const ofReservation = { status, reservationId: reservationId!, amount: amount! };
  if (op === 'pay') return { ...ofReservation, outcome: 'paid', seq: seq!, balanceAfter: balanceAfter! };
  return { ...ofReservation, outcome: 'held', seats: facts['seats']!, expiresAt: facts['expiresAt']! };
}

function refusalOf({ status, body }: HttpAnswer): Kept {
  try {
    return { status, refusal: String((JSON.parse(body) as { readonly outcome?: unknown }).outcome) };
  } catch {
    return { status, refusal: 'no JSON' };
  }
}
