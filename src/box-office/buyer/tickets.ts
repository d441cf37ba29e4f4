/**
 * Signs a token for each seat of a confirmed reservation, so that a door without a network can verify it with
 * the published keys. Tickets are not stored: each is signed on request (decision 0015).
 */
import type { webcrypto } from 'node:crypto';
import { calculateJwkThumbprint, importJWK, SignJWT } from 'jose';
import { statement } from '../../db/statement.ts';
import type { Refusal } from '../../domain/outcomes.ts';
import { isRefusal, refuse } from '../../domain/outcomes.ts';
import { reading, seatMapOf } from '../context.ts';
import { behind } from '../../operations/durability.ts';
import { REFUNDING_SEATS_SQL } from '../../operations/pay/settlement/refunding-seats.ts';
import type { BoxOfficeContext, ReadRefusal } from '../context.ts';
import type { ReservationRequest } from './reservation-actions.ts';

/** An Ed25519 JSON Web Key (RFC 8037); `d` is its private part. */
export interface TicketKey {
  readonly kty?: string;
  readonly crv?: string;
  readonly x?: string;
  readonly d?: string;
  readonly kid?: string;
  readonly alg?: string;
  readonly use?: string;
}

/** A configured JSON Web Key Set (RFC 7517); the first key signs. */
export interface TicketKeySet {
  readonly keys: readonly TicketKey[];
}

/** A published key, without its private part (RFC 8037). */
export interface PublicTicketKey {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly kid: string;
  readonly alg: 'EdDSA';
  readonly use: 'sig';
}

export interface TicketFacts {
  readonly performanceId: string;
  readonly reservationId: string;
  /** The seat's label. */
  readonly seat: string;
  readonly issuedAt: Date;
}

export interface TicketKeys {
  /** Every key that may verify a ticket, the signing key first; empty when the service signs none. */
  readonly published: readonly PublicTicketKey[];
  /** Signs a ticket as a compact JWS; undefined without a key. */
  readonly sign: ((ticket: TicketFacts) => Promise<string>) | undefined;
}

/** A confirmed reservation's tickets, by seat number. */
export interface Tickets {
  readonly performanceId: string;
  readonly reservationId: string;
  readonly tickets: readonly { readonly seat: string; readonly token: string }[];
}

/** The key set is unusable. The message is one line for an operator and repeats no part of a key. */
export class TicketKeysInvalid extends Error {}

/** Rotation needs two or three; a door loads them all. */
const KEYS_MAX = 20;

const BASE64URL_32_BYTES = /^[\w-]{43}$/;
const KEY_ID = /^[\x21-\x7e]{1,128}$/;

/** Prepares the keys of a set; without a set, no ticket is signed. Throws `TicketKeysInvalid`. */
export async function openTicketKeys(set: TicketKeySet | undefined): Promise<TicketKeys> {
  if (set === undefined) return { published: [], sign: undefined };
  const keys: unknown = (set as Partial<TicketKeySet> | null)?.keys;
  if (!Array.isArray(keys) || keys.length < 1 || keys.length > KEYS_MAX) {
    throw new TicketKeysInvalid(`it must be a JSON Web Key Set: {"keys":[…]} with 1 to ${KEYS_MAX} keys`);
  }
  const published: PublicTicketKey[] = [];
  for (const [i, key] of keys.entries()) {
    const opened = await openKey(key, i + 1);
    if (published.some(({ kid }) => kid === opened.kid)) {
      throw new TicketKeysInvalid(`key ${i + 1} has the kid of another key`);
    }
    published.push(opened);
  }
  const [signing] = published;
  const privateKey = await signingKey(keys[0] as TicketKey, signing!);
  return { published, sign: (ticket) => signTicket(privateKey, signing!.kid, ticket) };
}

/** Checks a key, with its private part if it has one, and returns its published form. */
async function openKey(jwk: unknown, place: number): Promise<PublicTicketKey> {
  const invalid = (why: string): TicketKeysInvalid => new TicketKeysInvalid(`key ${place} ${why}`);
  const { kty, crv, x, d, kid, alg, use } = Object(jwk) as TicketKey;
  if (kty !== 'OKP' || crv !== 'Ed25519') throw invalid('must be an Ed25519 key (kty OKP, crv Ed25519)');
  if (typeof x !== 'string' || !BASE64URL_32_BYTES.test(x)) throw invalid('has no valid public part x');
  if (alg !== undefined && alg !== 'EdDSA' && alg !== 'Ed25519') throw invalid('must have the alg EdDSA');
  if (use !== undefined && use !== 'sig') throw invalid('must have the use sig');
  if (kid !== undefined && (typeof kid !== 'string' || !KEY_ID.test(kid))) {
    throw invalid('must have a kid of 1 to 128 printable ASCII characters, or none');
  }
  try {
    await importJWK({ kty, crv, x, ...(d !== undefined && { d }) }, 'EdDSA');
  } catch {
    // The library's own message may repeat parts of the key.
    throw invalid(
      d === undefined ? 'has no valid public part x' : 'has parts x and d that are not of one key',
    );
  }
  const named = kid ?? (await calculateJwkThumbprint({ kty, crv, x }));
  return { kty: 'OKP', crv: 'Ed25519', x, kid: named, alg: 'EdDSA', use: 'sig' };
}

async function signingKey({ d }: TicketKey, { kty, crv, x }: PublicTicketKey): Promise<webcrypto.CryptoKey> {
  if (d === undefined) throw new TicketKeysInvalid('key 1 must be a private key: the first one signs');
  return importJWK({ kty, crv, x, d }, 'EdDSA');
}

function signTicket(key: webcrypto.CryptoKey, kid: string, ticket: TicketFacts): Promise<string> {
  const { performanceId, reservationId, seat, issuedAt } = ticket;
  return new SignJWT({ r: reservationId, p: performanceId, s: seat })
    .setProtectedHeader({ alg: 'EdDSA', kid })
    .setIssuedAt(Math.floor(issuedAt.getTime() / 1_000))
    .sign(key);
}

const confirmedSeats = statement({
  name: 'ticket_seats',
  group: 'performance',
  params: ['text', 'uuid', 'text'],
  columns: { seats: 'integer[]', at: 'timestamp with time zone' },
  text: `
    select
      kept_seats(kept_seats(r.seat_ids, r.refunded_seats), ${REFUNDING_SEATS_SQL}) as seats,
      clock_timestamp() as at
    from reservation as r
    where r.performance_id = $1
      and r.reservation_id = $2
      and r.account_id = $3
      and r.state in ('confirmed', 'refunding')
      and exists (select from performance as p where p.performance_id = $1 and p.sale_state <> 'cancelled')`,
});

const noTicket = refuse('not_found', { what: 'ticket' });

/** Signs a ticket for each seat that a confirmed reservation still has; any other, another account's, or one of a
 * cancelled performance is `not_found`. */
export async function ticketsOf(
  context: BoxOfficeContext,
  keys: TicketKeys,
  request: ReservationRequest,
): Promise<Tickets | Refusal<'not_found'> | ReadRefusal> {
  const { performanceId, reservationId, accountId } = request;
  const { sign } = keys;
  if (sign === undefined) return noTicket;
  let server = '';
  const rows = await reading(context, (connection) => {
    server = connection.server;
    return connection.read(confirmedSeats, [performanceId, reservationId, accountId]);
  });
  if (isRefusal(rows)) return rows;
  const [row] = rows;
  if (row === undefined) return noTicket;
  // A ticket outlives a failover, so its payment must survive one.
  const durable = await behind(context.barrier, { answer: { outcome: 'confirmed' }, server });
  if (isRefusal(durable)) return refuse('contended', { cause: 'database' });
  const map = await seatMapOf(context, performanceId, row.seats);
  if (map === undefined) return noTicket;
  if (isRefusal(map)) return map;
  const tickets = row.seats.map(async (number) => {
    const seat = map.labelOf(number);
    return { seat, token: await sign({ performanceId, reservationId, seat, issuedAt: row.at }) };
  });
  return { performanceId, reservationId, tickets: await Promise.all(tickets) };
}
