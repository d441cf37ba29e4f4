/** Audits the database, with refusals as values. */
import type { AuditReport } from '../../audit/report.ts';
import { auditDatabase } from '../../audit/audit.ts';
import { addressesToAudit, auditServers } from '../../audit/servers/audit-servers.ts';
import { CommitUnknown } from '../../db/database.ts';
import { refusalOf } from '../../db/refusal.ts';
import { refuse } from '../../domain/outcomes.ts';
import type { BoxOfficeContext, ReadRefusal } from '../context.ts';
import type { BoxOfficeOptions } from '../interface.ts';

/** Audits the home's database, or all servers if there are several. */
export async function audit(
  { database }: Pick<BoxOfficeContext, 'database'>,
  { databaseUrl, servers = {} }: Pick<BoxOfficeOptions, 'databaseUrl' | 'servers'>,
): Promise<AuditReport | ReadRefusal> {
  try {
    if (Object.keys(servers).length === 0) return await auditDatabase(database, {});
    return await auditServers(...addressesToAudit(databaseUrl, servers), {});
  } catch (error) {
    // It changes nothing, so a lost COMMIT leaves nothing open.
    return error instanceof CommitUnknown ? refuse('overloaded', { cause: 'database' }) : refusalOf(error);
  }
}
