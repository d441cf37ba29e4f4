import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { dirname, join } from 'node:path';
import { formatAudit } from '../../audit/format.ts';
import type { Buyer, BuyerOutcome, CrowdTarget } from '../../load/buyer.ts';
import type { Currency } from '../../domain/currency.ts';
import type { CommandOptions } from '../options/table.ts';
import { inParallel, storm } from '../../load/crowd.ts';
import type { CrowdReport } from '../../load/crowd.ts';
import type { ServiceClient } from '../../load/http-client.ts';
import { NoAnswer, openServiceClient } from '../../load/http-client.ts';
import type { Journal } from '../../load/journal.ts';
import { openJournal } from '../../load/journal.ts';
import { createRandom } from '../../load/random.ts';
import { chooseTarget, NoTarget } from '../../load/target.ts';
import { createTally } from '../../load/tally.ts';
import { createRetryingClient } from '../../load/retrying-client.ts';
import type { AuditReport } from '../../audit/report.ts';
import { auditUrl } from '../audit.ts';
import type { Closers } from '../serve/closers.ts';
import { auditDemo } from './audit.ts';
import type { Evidence } from './audit.ts';
import { startServers } from './servers.ts';
import { formatDemo } from './report.ts';
import { CommandFailed } from '../shared/failure.ts';
import { makeDirectory, timeName } from '../shared/files.ts';
import { openBar } from '../shared/progress.ts';
import { stopOnSignals } from '../shared/signals.ts';
import { counted, note, say } from '../shared/terminal.ts';

type DemoOptions = CommandOptions<'demo'>;

/** `rowlock demo`: sends a crowd of buyers to a running service, then audits it. */
export async function runDemo(options: DemoOptions): Promise<number> {
  return options.servers === undefined ? runAt(options) : runOverServers(options, options.servers);
}

/** Starts servers and a service over them, and storms a performance on each; ends them all. */
async function runOverServers(options: DemoOptions, count: number): Promise<number> {
  const interrupted = stopOnSignals();
  const closers: Closers = [];
  try {
    const { url, homeUrl, servers, placed } = await startServers(count, closers, interrupted);
    const buyers = Math.ceil(options.buyers / placed.length);
    let code = 0;
    for (const { performanceId: performance } of placed) {
      interrupted.throwIfAborted();
      const auditOf: AuditOf = ({ journal }) => auditUrl(homeUrl, journal, servers);
      code ||= await runAt({ ...options, url, performance, buyers }, auditOf);
    }
    return code;
  } catch (error) {
    throw interrupted.aborted && error === interrupted.reason
      ? new CommandFailed('the demo was interrupted')
      : error;
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

/** Audits what a crowd has done. */
type AuditOf = (evidence: Evidence) => Promise<AuditReport>;

async function runAt(options: DemoOptions, auditOf?: AuditOf): Promise<number> {
  const client = openServiceClient(options.url, options.connections);
  try {
    const audited = auditOf ?? ((evidence: Evidence) => auditDemo(client, options, evidence));
    return await runAgainst(client, options, audited);
  } catch (error) {
    if (error instanceof NoTarget) throw new CommandFailed(error.message, { cause: error });
    if (!(error instanceof NoAnswer)) throw error;
    throw new CommandFailed(`no service at ${options.url}: start one with "npm start"`, { cause: error });
  } finally {
    client.close();
  }
}

async function runAgainst(client: ServiceClient, options: DemoOptions, auditOf: AuditOf): Promise<number> {
  const target = await chooseTarget(client, options.performance, options.buyers);
  const accountPrefix = `demo-${Date.now().toString(36)}${randomBytes(3).toString('hex')}-`;
  const buyers = await invite(client, accountPrefix, options);
  const { journal, path } = beginJournal(options.journal, accountPrefix);
  const seats = `${counted(target.seats, 'seat')}, ${target.free.toLocaleString('en-US')} free`;
  note(`${counted(buyers.length, 'buyer')} storm ${target.performanceId} (${seats}) at ${options.url}`);
  const end = await stormAndReport(client, options, { target, buyers, journal });
  say(`Journal: ${path}`);
  if (end !== 'served') {
    const why = end === 'gone' ? `the service at ${options.url} is gone` : 'the demo was interrupted';
    throw new CommandFailed(
      `${why}; the journal has every request so far: npx rowlock audit --journal ${path}`,
    );
  }
  const report = await auditOf({ accountPrefix, journal: path });
  process.stdout.write(formatAudit(report));
  return report.clean ? 0 : 1;
}

interface Demo {
  readonly target: CrowdTarget & Currency;
  readonly buyers: readonly Buyer[];
  readonly journal: Journal;
}

async function stormAndReport(
  client: ServiceClient,
  options: DemoOptions,
  { target, buyers, journal }: Demo,
): Promise<'served' | 'gone' | 'interrupted'> {
  const stop = new AbortController();
  // Every waiting buyer listens to it.
  setMaxListeners(0, stop.signal);
  const interrupted = stopOnSignals();
  interrupted.addEventListener('abort', () => stop.abort());
  const tally = createTally();
  const retrying = createRetryingClient({ client, journal, tally, stop });
  let [outcomes, seats] = [0, 0];
  const format = ' {bar} {value} of {total} buyers, {seats} seats sold, {duration_formatted}';
  const bar = openBar(format, buyers.length, { seats });
  let report: CrowdReport;
  try {
    const { connections } = options;
    const onOutcome = (outcome: BuyerOutcome): void => {
      seats += outcome.seats;
      bar?.update((outcomes += 1), { seats });
    };
    report = await storm({ buyers, target, client: retrying, connections, onOutcome });
  } finally {
    bar?.stop();
    journal.close();
  }
  say(formatDemo(report, tally, target));
  if (interrupted.aborted) return 'interrupted';
  return stop.signal.aborted ? 'gone' : 'served';
}

/** Gives every buyer an account of this run and a token. Throws `CommandFailed` if it can get no tokens. */
async function invite(
  client: ServiceClient,
  accountPrefix: string,
  { buyers, connections, seed, url }: DemoOptions,
): Promise<readonly Buyer[]> {
  const invited: Buyer[] = [];
  const numbers = Array.from({ length: buyers }, (_, index) => index + 1);
  await inParallel(numbers, connections, async (number) => {
    const accountId = `${accountPrefix}${number}`;
    const { refusal, body } = await client.send({
      method: 'POST',
      path: '/v1/dev/tokens',
      body: { accountId },
    });
    if (refusal !== undefined) {
      throw new CommandFailed(
        `the service at ${url} issues no development tokens (${refusal}): start it with "npm start" on this machine`,
      );
    }
    invited[number - 1] = {
      accountId,
      token: String(body['token']),
      random: createRandom(seed, String(number)),
    };
  });
  return invited;
}

function beginJournal(
  given: string | undefined,
  accountPrefix: string,
): { readonly journal: Journal; readonly path: string } {
  const path = given ?? join('results', `demo-${timeName()}.jsonl`);
  makeDirectory('--journal', dirname(path));
  try {
    return { journal: openJournal(path, { accountPrefix }), path };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new CommandFailed(`${path} already exists: a journal is evidence and is never overwritten`, {
      cause: error,
    });
  }
}
