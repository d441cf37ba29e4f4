/** What the requests of every load over HTTP have in common. */
import { randomBytes } from 'node:crypto';
import type { JournaledRequest } from '../../../audit/journal/format.ts';
import { bearerToken } from '../tokens.ts';
import type { HttpLoad } from '../worker-protocol.ts';
import type { HttpAnswer } from './connection.ts';
import { postRequest } from './connection.ts';

/** A request, ready to be sent, and what the journal says of it. */
export interface Message {
  readonly bytes: Buffer;
  readonly journaled: JournaledRequest;
}

/** Sends a message on the connection of its sender and journals it and its answer. */
export type Exchange = (message: Message) => Promise<HttpAnswer>;

/** The requests of a load, numbered from 0. */
export interface Requests {
  readonly count: number;
  /** Sends the n-th, which may be several messages after one another. Resolves with how many successes it counts as. */
  readonly send: (n: number, exchange: Exchange) => Promise<number>;
}

export function isMade({ status }: Pick<HttpAnswer, 'status'>): boolean {
  return status === 201;
}

/** The account that sends a request, and its token. */
export interface Sender {
  readonly accountId: string;
  readonly authorization: string;
}

/**
 * Accounts that the service has never seen, with tokens that it has never seen. The fixture's prefix alone would give
 * the same accounts in every sample, and a service remembers tokens longer than that.
 */
export function newcomersOf(
  { secret, fixture }: Pick<HttpLoad, 'secret' | 'fixture'>,
  scope?: string,
): (n: number) => Sender {
  const prefix = `${fixture.accountPrefix}${randomBytes(4).toString('hex')}-`;
  return (n) => {
    const accountId = `${prefix}${n}`;
    return { accountId, authorization: `Bearer ${bearerToken(secret, accountId, scope)}` };
  };
}

/** A POST by this sender; the journaled request has its key. */
export function messageOf(
  { authorization }: Sender,
  path: string,
  journaled: Extract<JournaledRequest, { readonly op: 'topUp' | 'hold' | 'pay' }>,
  body: object,
): Message {
  const headers = { authorization, 'idempotency-key': journaled.key };
  return { bytes: Buffer.from(postRequest(path, headers, JSON.stringify(body)), 'latin1'), journaled };
}
