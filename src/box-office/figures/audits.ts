/** Audits the database again and again, never twice at once. */
import type { AuditReport } from '../../audit/report.ts';
import { addressesToAudit, auditServers } from '../../audit/servers/audit-servers.ts';
import { Deadline } from '../../lib/deadline.ts';

/** An audit that takes longer is given up, and counts as failed. */
const AUDIT_MS_MAX = 300_000;

/** What the audits have found so far. */
export interface AuditFigures {
  /** The last one that came to its end, and how long it took. */
  readonly last: { readonly report: AuditReport; readonly seconds: number } | undefined;
  readonly completed: number;
  readonly failed: number;
}

export interface Audits {
  readonly figures: AuditFigures;
  /** Gives up the audit under way, and starts no other. */
  close(): Promise<void>;
}

export interface AuditsOptions {
  readonly databaseUrl: string;
  /** The addresses of further servers by name. */
  readonly servers?: Readonly<Record<string, string>>;
  /** The pause from one audit to the next. The first one starts at once. */
  readonly intervalMs: number;
  /** Gets a line on violations, and on an audit that failed. */
  readonly onWarning: (line: string) => void;
}

/** Starts the audits, each on connections that it opens and ends. */
export function startAudits({ databaseUrl, servers = {}, intervalMs, onWarning }: AuditsOptions): Audits {
  let [completed, failed] = [0, 0];
  let last: AuditFigures['last'];
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;
  let deadline: Deadline | undefined;

  async function auditOnce(): Promise<void> {
    deadline = new Deadline(AUDIT_MS_MAX);
    const beganAtMs = performance.now();
    try {
      const report = await auditServers(...addressesToAudit(databaseUrl, servers), { deadline });
      last = { report, seconds: (performance.now() - beganAtMs) / 1_000 };
      completed += 1;
      if (!report.clean)
        onWarning(`WARNING: the audit found violations (${inWords(report)}); run "rowlock audit"`);
    } catch (error) {
      if (isClosed) return;
      failed += 1;
      onWarning(`WARNING: the audit failed: ${(error as Error).message}`);
    }
  }

  async function auditAndPause(): Promise<void> {
    await auditOnce();
    if (isClosed) return;
    timer = setTimeout(() => {
      running = auditAndPause();
    }, intervalMs);
    timer.unref();
  }

  let running = auditAndPause();
  return {
    get figures() {
      return { last, completed, failed };
    },
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      deadline?.end();
      await running;
    },
  };
}

function inWords({ invariants }: AuditReport): string {
  return invariants
    .filter(({ violations }) => violations > 0)
    .map(({ number, violations }) => `invariant ${number}: ${violations}`)
    .join(', ');
}
