import { addressesToAudit, auditServers } from '../audit/servers/audit-servers.ts';
import type { AuditReport } from '../audit/report.ts';
import { auditToJson, formatAudit } from '../audit/format.ts';
import { JournalError, readJournal } from '../audit/journal/format.ts';
import type { CommandOptions } from './options/table.ts';
import { sqlstateOf } from '../db/sqlstate.ts';
import { CommandFailed, refuseDirectory, reportFailure } from './shared/failure.ts';
import { withDatabaseUrl } from './shared/reach-database.ts';
import { readServersFile } from './shared/servers-file.ts';
import type { ServerUrls } from './shared/servers-file.ts';

const EXIT_CLEAN = 0;
const EXIT_VIOLATED = 1;
const EXIT_NOT_AUDITED = 2;

const UNDEFINED_TABLE = '42P01';

/**
 * `rowlock audit`: checks every invariant. Returns 0 if clean, 1 for violations, 2 if nothing was checked.
 */
export async function runAudit(options: CommandOptions<'audit'>): Promise<number> {
  try {
    if (options.journal !== undefined) refuseDirectory(options.journal);
    const servers = readServersFile(options.servers);
    const report = await withDatabaseUrl({ ...options, create: false }, (url) =>
      auditUrl(url, options.journal, servers),
    );
    process.stdout.write(options.json ? auditToJson(report) : formatAudit(report));
    return report.clean ? EXIT_CLEAN : EXIT_VIOLATED;
  } catch (error) {
    reportFailure(error);
    return EXIT_NOT_AUDITED;
  }
}

/** Audits the database and its servers, with a journal if given. Throws `CommandFailed` and the database's errors. */
export async function auditUrl(
  url: string,
  journal: string | undefined,
  servers: ServerUrls = {},
): Promise<AuditReport> {
  try {
    const given = journal === undefined ? {} : { journal: readJournal(journal) };
    return await auditServers(...addressesToAudit(url, servers), given);
  } catch (error) {
    if (error instanceof JournalError) throw new CommandFailed(error.message, { cause: error });
    if (sqlstateOf(error) !== UNDEFINED_TABLE) throw error;
    throw new CommandFailed('the database has no Rowlock tables; run "npx rowlock migrate" first', {
      cause: error,
    });
  }
}
