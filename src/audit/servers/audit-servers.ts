/**
 * The audit of a home and its servers. There is no snapshot of several servers: each has its own, the performances' first and
 * then the accounts'. Between the two a payment may have gone on, so that they disagree about a reservation without any fault.
 * What disagrees is looked at again, until it agrees or a bound has passed.
 */
import type { Database } from '../../db/database.ts';
import { databaseOptions, openDatabase } from '../../db/database.ts';
import { HOME_SERVER } from '../../domain/ids.ts';
import type { AuditOptions } from '../audit.ts';
import { auditDatabase } from '../audit.ts';
import type { Findings } from '../checks/checks.ts';
import { createFindings } from '../checks/checks.ts';
import { compareJournal } from '../journal/comparison.ts';
import { collectRequests } from '../journal/requests.ts';
import type { AuditedServer, AuditReport } from '../report.ts';
import { reportOf } from '../report.ts';
import {
  beginSnapshot,
  checkAccounts,
  checkAcross,
  checkPerformances,
  countAccounts,
  countPerformances,
  inAuditSnapshot,
  readDisagreements,
  snapshotOf,
} from '../snapshot.ts';
import type { Copies } from './copies.ts';
import { makeCopies, makeCopiesOfSome } from './copies.ts';

/** A server of performances; the home is one, too. */
export interface ServerToAudit {
  readonly name: string;
  readonly url: string;
}

/** The home and the servers, by their addresses. */
export function addressesToAudit(
  homeUrl: string,
  servers: Readonly<Record<string, string>>,
): [home: ServerToAudit, servers: readonly ServerToAudit[]] {
  const others = Object.entries(servers).map(([name, url]) => ({ name, url }));
  return [{ name: HOME_SERVER, url: homeUrl }, others];
}

/** How long what disagrees is looked at again, and how often. */
const LOOK_AGAIN_MS = 15_000;
const LOOK_EVERY_MS = 500;
/** With more disagreements than this, something else is wrong than a payment on its way. */
const DISAGREEMENTS_MAX = 10_000;

/**
 * Audits the home, which has the accounts, and the servers, which have performances. Without servers it is the audit of one
 * database. Throws as `auditDatabase` does, for whichever server can't be reached.
 */
export async function auditServers(
  home: ServerToAudit,
  servers: readonly ServerToAudit[],
  options: AuditOptions,
): Promise<AuditReport> {
  const opened: Database[] = [];
  // Of its own, because of the temporary tables: nothing else may be prepared on it.
  const open = (url: string): Database => {
    const database = openDatabase(databaseOptions(url, { applicationName: 'rowlock audit', poolSize: 1 }));
    opened.push(database);
    return database;
  };
  try {
    if (servers.length === 0) return await auditDatabase(open(home.url), options);
    const performances = [home, ...servers].map(({ name, url }) => ({ name, database: open(url) }));
    return await auditApart({ performances, accounts: open(home.url), again: open(home.url) }, options);
  } finally {
    await Promise.all(opened.map((database) => database.close()));
  }
}

interface Apart {
  readonly performances: readonly { readonly name: string; readonly database: Database }[];
  readonly accounts: Database;
  /** Another connection to the accounts, to look again at some of them. */
  readonly again: Database;
}

async function auditApart(apart: Apart, options: AuditOptions): Promise<AuditReport> {
  const findings = createFindings(Math.max(1, options.examplesMax ?? 5));
  // The journal is read before any snapshot is taken, so that all that it acknowledges is in the snapshots.
  const requests =
    options.journal === undefined ? undefined : await collectRequests(options.journal, findings);
  const { deadline } = options;
  return apart.accounts.connect(async (beside) => {
    const copies = await makeCopies(beside, { forJournal: requests !== undefined });
    const seen: AuditedPerformances[] = [];
    for (const server of apart.performances) {
      seen.push(await auditPerformances(server, copies, findings, deadline));
    }
    const isReadable = seen.every((server) => server.isReadable);
    const sum = (of: keyof AuditedPerformances['counts']): number =>
      seen.reduce((total, { counts }) => total + counts[of], 0);
    const money = await snapshotOf(beside, async (tx) => {
      const counts = await countAccounts(tx);
      if (!isReadable) return { counts, disagreeing: new Set<string>() };
      await checkAccounts(tx, findings);
      if (requests !== undefined) await compareJournal(tx, requests, findings);
      return { counts, disagreeing: await readDisagreements(tx, DISAGREEMENTS_MAX) };
    });
    if (money.disagreeing.size > 0) await lookAgain(apart, [...money.disagreeing], findings, options);
    const servers: readonly AuditedServer[] = seen.map(({ name, checkedAt }) => ({ name, checkedAt }));
    const counts = {
      performances: sum('performances'),
      seats: sum('seats'),
      reservations: sum('reservations'),
      ...money.counts,
    };
    const [{ checkedAt }] = servers as [AuditedServer];
    return reportOf(findings, { checkedAt, counts, servers, isReadable, hasJournal: requests !== undefined });
  }, deadline);
}

/** What a server's performances have shown. */
interface AuditedPerformances extends AuditedServer {
  readonly isReadable: boolean;
  readonly counts: Pick<AuditReport['counts'], 'performances' | 'seats' | 'reservations'>;
}

/** Checks a server's performances in its snapshot, and copies from it what is compared with the accounts. */
async function auditPerformances(
  { name, database }: Apart['performances'][number],
  copies: Copies,
  findings: Findings,
  deadline: AuditOptions['deadline'],
): Promise<AuditedPerformances> {
  const own = findings.on(name);
  return inAuditSnapshot(database, deadline, async (tx) => {
    const { checkedAt, isReadable } = await beginSnapshot(tx, own);
    const counts = isReadable ? await countPerformances(tx) : { performances: 0, seats: 0, reservations: 0 };
    if (isReadable) {
      await checkPerformances(tx, own, checkedAt);
      await copies.add(tx);
    }
    return { name, checkedAt, isReadable, counts };
  });
}

/** Looks again at the reservations until performances and accounts agree about all; what never does is a violation. */
async function lookAgain(
  { performances, again }: Apart,
  reservationIds: readonly string[],
  findings: Findings,
  { deadline, lookAgainMs = LOOK_AGAIN_MS }: AuditOptions,
): Promise<void> {
  await again.connect(async (beside) => {
    const copies = await makeCopiesOfSome(beside);
    let some = reservationIds;
    const endsAt = performance.now() + lookAgainMs;
    for (;;) {
      await copies.clear();
      await copies.look(some);
      for (const { database } of performances) {
        await inAuditSnapshot(database, deadline, (tx) => copies.add(tx, some));
      }
      const isLast = performance.now() > endsAt || some.length >= DISAGREEMENTS_MAX;
      const left = await snapshotOf(beside, async (tx) => {
        if (isLast) await checkAcross(tx, findings);
        return readDisagreements(tx, DISAGREEMENTS_MAX);
      });
      if (isLast || left.size === 0) return;
      some = [...left];
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }, deadline);
}
