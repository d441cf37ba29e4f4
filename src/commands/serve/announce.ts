/** What a service prints once it is open. */
import type { Concert } from '../../catalogue/concerts.ts';
import type { CommandOptions } from '../options/table.ts';
import { note, say } from '../shared/terminal.ts';
import { offerIn, purchaseLines } from './purchase.ts';

export interface Opening {
  readonly url: string;
  readonly concerts: readonly Concert[];
  readonly hasTokens: boolean;
  readonly hasDocs: boolean;
  /** Of `/metrics`, where there is one. */
  readonly metricsUrl: string | undefined;
  /** Of the processes, when there are several. */
  readonly pids: readonly number[];
}

/** Prints where the service is, and a purchase to try. */
export function announce({ url, concerts, hasTokens, hasDocs, metricsUrl, pids }: Opening): void {
  const docs = hasDocs ? `\n  API pages  ${url}/docs` : '';
  const metrics = metricsUrl === undefined ? '' : `\n  metrics    ${metricsUrl}`;
  const processes = pids.length === 0 ? '' : `\n  processes  ${pids.length} (pids ${pids.join(', ')})`;
  say(`Rowlock is open at ${url}\n  operator   ${url}/operator${docs}${metrics}${processes}`);
  if (concerts.length === 0)
    note('nothing is on sale yet: run "npx rowlock import FILE", or send POST /v1/admin/catalogue');
  const offer = hasTokens ? offerIn(concerts) : undefined;
  if (offer !== undefined) {
    say(`\nPaste these lines into a shell to buy a ticket:\n\n${purchaseLines(url, offer).join('\n')}\n`);
  }
  if (process.stdout.isTTY) say('Ctrl-C stops the service and its database.');
}

/** Warns where development tokens are not what an operator may expect. */
export function warnOfTokens(options: CommandOptions<'serve'>, hasTokens: boolean): void {
  const isLoopback = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/.test(options.host);
  if (options.development && !hasTokens) {
    note(
      'WARNING: no development tokens are issued: they need the embedded database and a secret, not DATABASE_URL or ROWLOCK_JWKS',
    );
  } else if (hasTokens && !isLoopback) {
    note(
      `WARNING: HOST is ${options.host}; development tokens are issued only to this machine, over 127.0.0.1`,
    );
  }
}
