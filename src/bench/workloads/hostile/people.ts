/** The people of a sale under attack: accounts that hold and never pay, and buyers who want two seats each. */
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceAnswer, ServiceClient } from '../../../load/http-client.ts';
import { AMOUNT } from '../../fixture.ts';
import { TOP_UP_SCOPE } from '../../measure/over-http/top-ups.ts';
import { bearerToken } from '../../measure/tokens.ts';
import type { Tally } from './tally.ts';

/** A sale that people send requests to. */
export interface Sale {
  readonly client: ServiceClient;
  readonly performanceId: string;
  readonly grade: string;
  readonly secret: string;
  /** Aborts when the sale is over. */
  readonly over: AbortSignal;
  readonly tally: Tally;
}

/** How soon somebody who found no seats looks again. */
const LOOK_AGAIN_MS = 500;
/** An attacker tries again this soon, whatever the answer was. */
const PUSH_AGAIN_MS = 200;

/** The refusals by which a limit turns somebody away. */
const LIMITS: ReadonlySet<string | undefined> = new Set([
  'rate_limited',
  'hold_budget_exceeded',
  'seat_limit_exceeded',
  'account_blocked',
]);

export interface Person {
  readonly accountId: string;
  readonly token: string;
}

/** An account that the service has never seen. */
export function newcomer(secret: string, kind: string): Person {
  const accountId = `${kind}-${randomBytes(8).toString('hex')}`;
  return { accountId, token: bearerToken(secret, accountId, undefined) };
}

/** A payment backend gives each buyer what so many seats cost. Throws when it cannot. */
export async function giveMoney(
  client: ServiceClient,
  secret: string,
  buyers: readonly Person[],
  seats: number,
): Promise<void> {
  const token = bearerToken(secret, 'backend', TOP_UP_SCOPE);
  const answers = await Promise.all(
    buyers.map(({ accountId }) => {
      const body = { accountId, amount: AMOUNT * seats, createAccount: true };
      return client.send({ method: 'POST', path: '/v1/wallet/top-ups', token, key: randomUUID(), body });
    }),
  );
  const failed = answers.find(({ status }) => status !== 201);
  if (failed !== undefined) throw new Error(`a buyer got no money: ${failed.refusal}`);
}

async function send(
  { client, performanceId, tally }: Sale,
  who: 'attacker' | 'buyer',
  { token }: Person,
  request: { readonly path: string; readonly body?: object },
): Promise<ServiceAnswer> {
  const path = `/v1/performances/${performanceId}/reservations${request.path}`;
  const sentAtMs = performance.now();
  const answer = await client.send({ ...request, method: 'POST', path, token, key: randomUUID() });
  tally.count(who, answer, sentAtMs);
  return answer;
}

/** Holds as many seats as the limit allows, waits until they expire, and begins again, until the sale is over. */
export async function attack(sale: Sale, seats: number, holdMs: number): Promise<void> {
  const person = newcomer(sale.secret, 'attacker');
  const body = { bestAvailable: { grade: sale.grade, quantity: seats } };
  while (!sale.over.aborted) {
    const answer = await send(sale, 'attacker', person, { path: '', body });
    await unlessOver(sale, answer.status === 201 ? holdMs : PUSH_AGAIN_MS);
  }
}

export interface Visit {
  readonly boughtSeats: number;
  /** Whether a limit turned the buyer away, even if they bought later. */
  readonly wasLimited: boolean;
}

/** Looks for two seats together until there are some, then pays for them. */
export async function buy(sale: Sale, person: Person, seats: number): Promise<Visit> {
  const body = { bestAvailable: { grade: sale.grade, quantity: seats } };
  let wasLimited = false;
  while (!sale.over.aborted) {
    const held = await send(sale, 'buyer', person, { path: '', body });
    wasLimited ||= LIMITS.has(held.refusal);
    if (held.status === 201) {
      const paid = await send(sale, 'buyer', person, { path: `/${String(held.body['id'])}/payment` });
      wasLimited ||= LIMITS.has(paid.refusal);
      return { boughtSeats: paid.status === 201 ? seats : 0, wasLimited };
    }
    await unlessOver(sale, LOOK_AGAIN_MS);
  }
  return { boughtSeats: 0, wasLimited };
}

async function unlessOver({ over }: Sale, ms: number): Promise<void> {
  await sleep(ms, undefined, { signal: over }).catch(() => undefined);
}
