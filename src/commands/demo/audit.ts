import { resolve } from 'node:path';
import type { AuditReport } from '../../audit/report.ts';
import type { CommandOptions } from '../options/table.ts';
import { defaultDataDir } from '../../embedded-server/server.ts';
import type { ServiceClient } from '../../load/http-client.ts';
import { auditUrl } from '../audit.ts';
import { inspectDatabase } from '../shared/database-address.ts';
import { CommandFailed } from '../shared/failure.ts';
import { withDatabase } from '../shared/reach-database.ts';
import { runningServerUrl } from '../../embedded-server/running-server.ts';
import { note } from '../shared/terminal.ts';

export interface Evidence {
  readonly accountPrefix: string;
  /** The journal's file. */
  readonly journal: string;
}

/**
 * Audits the service's database with the journal if this process can read that database; otherwise through
 * the API, without the journal.
 */
export async function auditDemo(
  client: ServiceClient,
  options: CommandOptions<'demo'>,
  evidence: Evidence,
): Promise<AuditReport> {
  const url = await serviceDatabaseUrl(options, evidence.accountPrefix);
  if (url !== undefined) return auditUrl(url, evidence.journal);
  note(
    "the service's database cannot be read from here, so the journal is not compared; name it by DATABASE_URL or --data-dir",
  );
  return auditByApi(client);
}

/** The address of the database that contains this run's accounts: any other is not the service's. */
async function serviceDatabaseUrl(
  options: CommandOptions<'demo'>,
  accountPrefix: string,
): Promise<string | undefined> {
  try {
    const url = options.databaseUrl ?? (await runningServerUrl(resolve(options.dataDir ?? defaultDataDir())));
    if (url === undefined) return undefined;
    // Its error explains what is wrong with an address.
    await inspectDatabase(url);
    return (await hasAccounts(url, accountPrefix)) ? url : undefined;
  } catch (error) {
    note(`the database cannot be read: ${(error as Error).message}`);
    return undefined;
  }
}

async function hasAccounts(url: string, accountPrefix: string): Promise<boolean> {
  return withDatabase(url, async ({ pool }) => {
    const { rowCount } = await pool.query(
      "select from wallet as w where w.account_id >= $1 and w.account_id < $1 || '~' limit 1",
      [accountPrefix],
    );
    return rowCount === 1;
  });
}

async function auditByApi(client: ServiceClient): Promise<AuditReport> {
  const issued = await client.send({ method: 'POST', path: '/v1/dev/tokens', body: { role: 'admin' } });
  const { refusal, body } = await client.send({
    method: 'POST',
    path: '/v1/admin/audit',
    token: String(issued.body['token']),
  });
  if (refusal !== undefined) throw new CommandFailed(`the service refused the audit: ${refusal}`);
  const report = body as unknown as Omit<AuditReport, 'checkedAt'> & { readonly checkedAt: string };
  return { ...report, checkedAt: new Date(report.checkedAt) };
}
