/**
 * Sends a crowd's requests, journals them and their answers, and retries where an answer says "try again".
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { JournaledAnswer, JournaledRequest } from '../audit/journal/format.ts';
import { REFUSALS } from '../domain/outcomes.ts';
import type { ServiceAnswer, ServiceClient, ServiceRequest } from './http-client.ts';
import { NoAnswer } from './http-client.ts';
import type { Journal } from './journal.ts';
import type { Tally } from './tally.ts';
import { NO_ANSWER, SUCCESS } from './tally.ts';

/** The crowd was stopped: the service is gone, or the user interrupted. */
export class CrowdStopped extends Error {}

export interface RetryingClient {
  /**
   * Sends the request, and repeats it with the same key while the answer is "try again" or missing. Returns
   * the last answer; undefined when the last attempt got none. Throws `CrowdStopped`.
   */
  ask(request: JournaledRequest, sent: ServiceRequest): Promise<ServiceAnswer | undefined>;
}

export interface RetryingClientOptions {
  readonly client: ServiceClient;
  readonly journal: Journal;
  readonly tally: Tally;
  /** Aborting it stops the crowd; the client does so when the service is gone. */
  readonly stop: AbortController;
  /** The longest pause before a request is repeated, in milliseconds; 2,000 by default. */
  readonly waitMsMax?: number;
}

/** How long a request is repeated: a database server may need some seconds to recover from a crash. */
const PATIENCE_MS = 60_000;
/** A service that has not answered for this long, and refuses connections, is gone. */
const GONE_AFTER_MS = 4_000;
const WAIT_MS_MIN = 50;
const WAIT_MS_MAX = 2_000;

const TRY_AGAIN: ReadonlySet<string> = new Set(
  REFUSALS.filter((refusal) => refusal.retry === 'same').map((refusal) => refusal.code),
);

export function createRetryingClient({
  client,
  journal,
  tally,
  stop,
  waitMsMax = WAIT_MS_MAX,
}: RetryingClientOptions): RetryingClient {
  let heardAt = performance.now();

  async function askOnce(
    request: JournaledRequest,
    sent: ServiceRequest,
  ): Promise<ServiceAnswer | undefined> {
    throwIfStopped(stop.signal);
    const id = journal.sent(request);
    const startedAt = performance.now();
    try {
      const answer = await client.send(sent);
      heardAt = performance.now();
      const outcome = answer.refusal ?? SUCCESS[request.op];
      journal.answered(id, { status: answer.status, outcome, ...factsOf(answer) });
      tally.add(request.op, outcome, heardAt - startedAt);
      return answer;
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      tally.add(request.op, NO_ANSWER, 0);
      if (performance.now() - heardAt > GONE_AFTER_MS) stop.abort();
      return undefined;
    }
  }

  return {
    ask: async (request, sent) => {
      const giveUpAt = performance.now() + PATIENCE_MS;
      for (let attempt = 0; ; attempt += 1) {
        const answer = await askOnce(request, sent);
        const isFinal = answer !== undefined && !TRY_AGAIN.has(answer.refusal ?? '');
        if (isFinal || performance.now() > giveUpAt) return answer;
        const askedMs = answer?.retryAfterMs ?? WAIT_MS_MIN * 2 ** Math.min(attempt, 10);
        await pause(Math.min(askedMs, waitMsMax), stop.signal);
      }
    },
  };
}

/** Waits a random share of this time, so that a crowd refused together does not return together. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const waitMs = ms * (0.5 + Math.random() / 2);
  await delay(waitMs, undefined, { signal }).catch(() => undefined);
  throwIfStopped(signal);
}

function throwIfStopped(signal: AbortSignal): void {
  if (signal.aborted) throw new CrowdStopped('the crowd was stopped');
}

/** The facts of a success that the audit compares; the API's `id` is the journal's `reservationId`. */
function factsOf({ refusal, body }: ServiceAnswer): Omit<JournaledAnswer, 'status' | 'outcome'> {
  if (refusal !== undefined) return {};
  const { id, seq, amount, balanceAfter, seats, expiresAt } = body;
  return {
    ...(typeof id === 'string' && { reservationId: id }),
    ...(typeof seq === 'number' && { seq }),
    ...(typeof amount === 'number' && { amount }),
    ...(typeof balanceAfter === 'number' && { balanceAfter }),
    ...(Array.isArray(seats) && { seats: seats.map(String) }),
    ...(typeof expiresAt === 'string' && { expiresAt }),
  };
}
