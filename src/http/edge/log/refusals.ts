/**
 * Warns of refusals whose cause the answer omits, and of security events: a wrong token, a missing scope, a refused
 * sign-in. A flood of them does not flood the log.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { RefusalCode } from '../../../domain/outcomes.ts';
import { clientOf } from '../client/address.ts';
import { idsOf } from './request-ids.ts';

/** How long one warning covers all refusals of the same cause. */
const CAUSE_TOLD_FOR_MS = 10_000;
/** So many warnings may repeat at a time; further security events share one per outcome. Other causes are few. */
const COVERED_MAX = 100;

/** Their sender matters: each address has warnings of its own. */
const SECURITY_EVENTS: ReadonlySet<string> = new Set<RefusalCode>(['unauthenticated', 'forbidden']);

interface Covered {
  readonly timer: NodeJS.Timeout;
  readonly tell: () => void;
  untold: number;
}

/** Warns of a refused request. */
export type WarnOfRefusal = (request: FastifyRequest, outcome: string, cause: string) => void;

/**
 * Warns of a cause at once, and then once per period of all repetitions in it. What is counted when the server closes is
 * written down then.
 */
export function createRefusalWarnings(app: FastifyInstance): WarnOfRefusal {
  const covered = new Map<string, Covered>();

  function tellUntold(name: string): void {
    const entry = covered.get(name);
    if (entry === undefined) return;
    if (entry.untold > 0) entry.tell();
    else {
      clearInterval(entry.timer);
      covered.delete(name);
    }
  }

  app.addHook('onClose', (_app, done) => {
    for (const { timer, untold, tell } of covered.values()) {
      clearInterval(timer);
      if (untold > 0) tell();
    }
    covered.clear();
    done();
  });

  return (request, outcome, cause) => {
    const isSecurity = SECURITY_EVENTS.has(outcome);
    const own = isSecurity ? `${outcome} ${cause} ${clientOf(request)}` : `${outcome} ${cause}`;
    const isShared = isSecurity && !covered.has(own) && covered.size >= COVERED_MAX;
    const name = isShared ? outcome : own;
    const known = covered.get(name);
    if (known !== undefined) {
      known.untold += 1;
      return;
    }
    const { log, ip: address } = request;
    log.warn({ ...idsOf(request), outcome, cause, address, answers: 1 }, 'refused');
    const repeated = isShared ? { outcome } : { outcome, cause, ...(isSecurity && { address }) };
    const entry: Covered = {
      timer: setInterval(() => tellUntold(name), CAUSE_TOLD_FOR_MS).unref(),
      tell: () => {
        log.warn({ ...repeated, answers: entry.untold }, 'refused');
        entry.untold = 0;
      },
      untold: 0,
    };
    covered.set(name, entry);
  };
}
