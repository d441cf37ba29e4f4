/** Audits the database, with refusals as values. */
import type { AuditReport } from '../../audit/audit.ts';
import { auditDatabase } from '../../audit/audit.ts';
import { CommitUnknown } from '../../db/database.ts';
import { refusalOf } from '../../db/refusal.ts';
import { refuse } from '../../domain/outcomes.ts';
import type { BoxOfficeContext, ReadRefusal } from '../context.ts';

export async function audit({
  database,
}: Pick<BoxOfficeContext, 'database'>): Promise<AuditReport | ReadRefusal> {
  try {
    return await auditDatabase(database, {});
  } catch (error) {
    // It changes nothing, so a lost COMMIT leaves nothing open.
    return error instanceof CommitUnknown ? refuse('overloaded', { cause: 'database' }) : refusalOf(error);
  }
}
