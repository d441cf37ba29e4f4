/** Sends requests to a service over HTTP and journals the answers for the audit. */
import { randomUUID } from 'node:crypto';
import type { JournaledAnswer, JournaledRequest } from '../../audit/journal/format.ts';
import { orderOf } from '../workloads/access-pattern.ts';
import type { LoadRun } from '../rivals/engine-load.ts';
import type { HttpAnswer, HttpConnection } from './http-connection.ts';
import { openHttpConnection, postRequest } from './http-connection.ts';
import type { MemoryJournal } from './memory-journal.ts';
import { createMemoryJournal } from './memory-journal.ts';
import type { HttpLoad, SeatAnswer } from './worker-protocol.ts';
import { NOTHING } from './worker-protocol.ts';
import { inClosedLoop } from './pacing.ts';
import { AMOUNT } from '../fixture.ts';
import { summarize } from '../report/summarize.ts';
import { bearerToken } from './tokens.ts';

/** Each buyer takes as many seats as the limit allows, with one token. */
const HOLDS_PER_BUYER = 4;

interface Requests {
  readonly count: number;
  readonly textOf: (request: number) => string;
  readonly journaled: (request: number) => JournaledRequest;
}

/** Runs the load to its end. Throws when the service closes a connection. */
export async function runHttpLoad(load: HttpLoad): Promise<LoadRun> {
  const requests = load.operation === 'topUp' ? topUps(load) : holds(load);
  const connections = await Promise.all(
    Array.from({ length: load.connections }, () => openHttpConnection(load.port)),
  );
  const journal = createMemoryJournal<HttpAnswer>();
  const idle: HttpConnection[] = [...connections];
  const send = async (request: number): Promise<void> => {
    const connection = idle.pop();
    if (connection === undefined) throw new Error('more requests than connections');
    const text = requests.textOf(request);
    journal.sent(request);
    journal.answered(request, await connection.exchange(text));
    idle.push(connection);
  };
  try {
    const { count } = requests;
    const paced = await inClosedLoop(send, {
      count,
      inFlight: load.connections,
      durationMs: load.durationMs,
    });
    const report = summarize(journal, {
      ...paced,
      outcomeOf: ({ status, body }) => (status === 201 ? 'created' : refusalIn(body)),
      isSuccess: ({ status }) => status === 201,
    });
    return {
      report: load.tellsHeld === true ? { ...report, held: heldIn(journal, load) } : report,
      journal: journal.lines({
        accountPrefix: load.fixture.accountPrefix,
        requestOf: requests.journaled,
        answerOf: (answer) => journaledAnswer(load.operation, answer),
      }),
    };
  } finally {
    for (const connection of connections) connection.close();
  }
}

/** When the buyer of each seat got the answer. */
function heldIn(journal: MemoryJournal<HttpAnswer>, { pattern }: HttpLoad): readonly SeatAnswer[] {
  const { rowOf } = orderOf(pattern);
  const held: SeatAnswer[] = [];
  for (let request = 0; request < journal.requests; request += 1) {
    if (journal.answerOf(request)?.status !== 201) continue;
    held.push([rowOf(request) + 1, performance.timeOrigin + journal.answeredAtMs(request)]);
  }
  return held;
}

/** Top-ups by a payment backend, whose requests name the account. */
function topUps(load: HttpLoad): Requests {
  const { count, rowOf } = orderOf(load.pattern);
  const authorization = `Bearer ${bearerToken(load.secret, 'backend', 'rowlock:top-up')}`;
  const keys: string[] = [];
  const accountOf = (request: number): string =>
    load.reaches === 'nothing' ? NOTHING : `${load.fixture.accountPrefix}${rowOf(request)}`;
  return {
    count,
    textOf: (request) => {
      const key = (keys[request] = randomUUID());
      const body = JSON.stringify({ amount: AMOUNT, accountId: accountOf(request) });
      return postRequest('/v1/wallet/top-ups', { authorization, 'idempotency-key': key }, body);
    },
    journaled: (request) => ({
      op: 'topUp',
      accountId: accountOf(request),
      key: keys[request]!,
      amount: AMOUNT,
    }),
  };
}

function holds(load: HttpLoad): Requests {
  const { count, rowOf } = orderOf(load.pattern);
  const performanceId = load.reaches === 'nothing' ? NOTHING : load.fixture.performanceId;
  const keys: string[] = [];
  const accountOf = (request: number): string =>
    `${load.fixture.accountPrefix}${Math.floor(request / HOLDS_PER_BUYER)}`;
  const tokens: string[] = [];
  const tokenOf = (request: number): string => {
    const buyer = Math.floor(request / HOLDS_PER_BUYER);
    return (tokens[buyer] ??= bearerToken(load.secret, accountOf(request), undefined));
  };
  // Buyers have their tokens before the sample begins.
  for (let request = 0; request < count; request += HOLDS_PER_BUYER) tokenOf(request);
  const labelOf = (request: number): string => `A-1-${rowOf(request) + 1}`;
  const path = `/v1/performances/${performanceId}/reservations`;
  return {
    count,
    textOf: (request) => {
      const key = (keys[request] = randomUUID());
      const headers = { authorization: `Bearer ${tokenOf(request)}`, 'idempotency-key': key };
      return postRequest(path, headers, JSON.stringify({ seats: [labelOf(request)] }));
    },
    journaled: (request) => ({
      op: 'hold',
      accountId: accountOf(request),
      key: keys[request]!,
      performanceId,
      seats: [labelOf(request)],
    }),
  };
}

function journaledAnswer(operation: HttpLoad['operation'], { status, body }: HttpAnswer): JournaledAnswer {
  if (status !== 201) return { status, outcome: refusalIn(body) };
  const facts = JSON.parse(body) as Record<string, string & number & string[]>;
  if (operation === 'topUp') {
    return {
      status,
      outcome: 'topped_up',
      seq: facts['seq']!,
      amount: facts['amount']!,
      balanceAfter: facts['balanceAfter']!,
    };
  }
  return {
    status,
    outcome: 'held',
    reservationId: facts['id']!,
    seats: facts['seats']!,
    amount: facts['amount']!,
    expiresAt: facts['expiresAt']!,
  };
}

function refusalIn(body: string): string {
  try {
    return String((JSON.parse(body) as { readonly outcome?: unknown }).outcome);
  } catch {
    return 'no JSON';
  }
}
