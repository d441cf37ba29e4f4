/**
 * The public keys that verify tokens (JWKS, RFC 7517), read again while the service runs. The last good set stays in use
 * while a newer one can't be read: an issuer's outage locks out nobody whose key is known.
 */
import { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CryptoKey, JSONWebKeySet } from 'jose';
import { createLocalJWKSet, errors, importJWK } from 'jose';
import { sharedNextRun } from '../../../lib/next-run.ts';
import { AuthConfigInvalid } from './auth-config.ts';
import type { Algorithm } from './signature.ts';
import { RSA_BITS_MIN } from './signature.ts';

/** The key; or that none, or several, may have signed the token; or that no set could be read so far. */
export type FoundKey = KeyObject | 'none' | 'several' | 'unavailable';

export interface KeySet {
  /** Finds the key of a token by its header. Only a key that isn't known yet is waited for. */
  readonly find: (algorithm: Algorithm, kid: unknown) => FoundKey | Promise<FoundKey>;
  /** Ends the reading in the background. */
  readonly close: () => void;
}

/** Reports once that the set can't be read, and once that it can again. */
export type OnWarning = (message: string) => void;

export const PUBLIC_KEY_ALGORITHMS: readonly Algorithm[] = ['RS256', 'ES256', 'EdDSA', 'Ed25519'];

const FETCH_TIMEOUT_MS = 5_000;

/** How often a set is read again. */
export interface ReadingPace {
  readonly fileIntervalMs: number;
  readonly urlIntervalMs: number;
  /**
   * A token that names an unknown key waits for the next reading, and readings have at least this pause between them. So
   * forged tokens can't make the service flood the issuer, nor keep a new key from being found.
   */
  readonly pauseMs: number;
}

const PACE: ReadingPace = { fileIntervalMs: 5_000, urlIntervalMs: 300_000, pauseMs: 1_000 };

/** Opens a set: the document itself, a file, or a URL. Throws `AuthConfigInvalid`; a URL may fail now and answer later. */
export async function openKeySet(
  given: string,
  onWarning: OnWarning,
  pace: ReadingPace = PACE,
): Promise<KeySet> {
  if (given.trimStart().startsWith('{')) {
    const keys = await strictly('the key set (JWKS)', () => strictSet(given));
    return { find: (algorithm, kid) => keys(algorithm, kid) ?? 'none', close: () => undefined };
  }
  if (/^https?:/i.test(given)) {
    const url = checkedUrl(given);
    const read = async (): Promise<Keys> => lenientSet(await fetchText(url));
    return refreshedSet(undefined, {
      read,
      intervalMs: pace.urlIntervalMs,
      pauseMs: pace.pauseMs,
      onWarning,
    });
  }
  const read = async (): Promise<Keys> => strictSet(await readFile(given, 'utf8'));
  const first = await strictly(`the key set (JWKS) in ${given}`, read);
  return refreshedSet(first, { read, intervalMs: pace.fileIntervalMs, pauseMs: pace.pauseMs, onWarning });
}

function checkedUrl(given: string): URL {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const isLocal = url !== undefined && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url === undefined || (url.protocol === 'http:' && !isLocal)) {
    throw new AuthConfigInvalid('the URL of the key set (JWKS) must be one of https');
  }
  return url;
}

async function fetchText(url: URL): Promise<string> {
  const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return answer.text();
}

interface Refreshing {
  readonly read: () => Promise<Keys>;
  readonly intervalMs: number;
  readonly pauseMs: number;
  readonly onWarning: OnWarning;
}

function refreshedSet(first: Keys | undefined, refreshing: Refreshing): KeySet {
  const { read, intervalMs, pauseMs, onWarning } = refreshing;
  let keys = first;
  let readAtMs = -Infinity;
  let isFailing = false;

  const refresh = async (): Promise<void> => {
    try {
      keys = await read();
      if (isFailing) onWarning('the key set (JWKS) can be read again');
      isFailing = false;
    } catch (error) {
      const then = keys === undefined ? 'no token can be verified' : 'the last one stays in use';
      if (!isFailing) onWarning(`the key set (JWKS) cannot be read (${messageOf(error)}): ${then}`);
      isFailing = true;
    } finally {
      readAtMs = performance.now();
    }
  };
  const refreshAfterPause = sharedNextRun(async () => {
    await sleep(Math.max(0, readAtMs + pauseMs - performance.now()));
    await refresh();
  });
  const findInNextReading = async (algorithm: Algorithm, kid: unknown): Promise<FoundKey> => {
    const failedJustNow = isFailing && performance.now() < readAtMs + pauseMs;
    if (keys !== undefined || !failedJustNow) await refreshAfterPause('');
    return keys === undefined ? 'unavailable' : (keys(algorithm, kid) ?? 'none');
  };
  const timer = setInterval(() => void refreshAfterPause(''), intervalMs).unref();
  return {
    find: (algorithm, kid) => keys?.(algorithm, kid) ?? findInNextReading(algorithm, kid),
    close: () => clearInterval(timer),
  };
}

/** The keys that can be used; an issuer may publish others beside them. Throws when there is none. */
async function lenientSet(text: string): Promise<Keys> {
  const document = JSON.parse(text) as JSONWebKeySet;
  // Throws for what is no key set.
  createLocalJWKSet(document);
  const usable = await Promise.all(
    document.keys.map(async (key) =>
      checkUsable(key).then(
        () => key,
        () => undefined,
      ),
    ),
  );
  const keys = usable.filter((key) => key !== undefined);
  if (keys.length === 0) throw new Error('it has no usable key');
  return keysOf({ keys });
}

/** All keys of a set that an operator wrote. Throws when one can't be used. */
async function strictSet(text: string): Promise<Keys> {
  const document = JSON.parse(text) as JSONWebKeySet;
  // Throws for what is no key set.
  createLocalJWKSet(document);
  if (document.keys.length === 0) throw new Error('it has no key');
  for (const key of document.keys) await checkUsable(key);
  return keysOf(document);
}

/** The key that may have signed a token with this header. Undefined if there is none. */
type Keys = (algorithm: Algorithm, kid: unknown) => KeyObject | 'several' | undefined;

/**
 * Lets jose choose the key (by `kid`, `kty`, `crv`, `alg`, `use`, `key_ops`) for whatever a token may name, once, so that
 * the tokens' keys are found without a promise.
 */
async function keysOf(document: JSONWebKeySet): Promise<Keys> {
  const choose = createLocalJWKSet(document);
  const kids = document.keys.map(({ kid }) => kid).filter((kid) => typeof kid === 'string');
  const chosen = new Map<Algorithm, Map<unknown, KeyObject | 'several'>>();
  for (const alg of PUBLIC_KEY_ALGORITHMS) {
    const ofAlgorithm = new Map<unknown, KeyObject | 'several'>();
    chosen.set(alg, ofAlgorithm);
    for (const kid of new Set([undefined, ...kids])) {
      try {
        ofAlgorithm.set(kid, KeyObject.from(await choose({ alg, ...(kid !== undefined && { kid }) })));
      } catch (error) {
        if (error instanceof errors.JWKSMultipleMatchingKeys) ofAlgorithm.set(kid, 'several');
        else if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      }
    }
  }
  return (algorithm, kid) => chosen.get(algorithm)?.get(kid);
}

async function strictly<T>(place: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new AuthConfigInvalid(`${place} cannot be used: ${messageOf(error)}`);
  }
}

async function checkUsable(jwk: JSONWebKeySet['keys'][number]): Promise<void> {
  if (jwk.kty === 'oct' || 'd' in jwk) throw new Error('it must contain public keys only');
  const algorithm = jwk.alg ?? (jwk.kty === 'RSA' ? 'RS256' : jwk.kty === 'EC' ? 'ES256' : 'EdDSA');
  if (!PUBLIC_KEY_ALGORITHMS.some((known) => known === algorithm)) return;
  const key = KeyObject.from((await importJWK(jwk, algorithm)) as CryptoKey);
  const { modulusLength = RSA_BITS_MIN } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < RSA_BITS_MIN) {
    throw new Error(`an RSA key has ${modulusLength} bits; it needs at least ${RSA_BITS_MIN}`);
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unreadable';
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
