/** What the periodic audits found, as metrics. */
import type { AuditFigures } from '../../../box-office/figures/audits.ts';
import type { Family } from './family.ts';
import { single } from './family.ts';

/** `intervalMs` lets an alert know when an audit is overdue. */
export function auditFamilies(read: () => AuditFigures, intervalMs: number): readonly Family[] {
  return [
    {
      name: 'rowlock_audit_violations',
      help: 'Violations that the last completed audit found, by invariant.',
      type: 'gauge',
      samples: () =>
        (read().last?.report.invariants ?? [])
          .filter(({ checked, violations }) => checked || violations > 0)
          .map(({ number, violations }) => ({ labels: { invariant: String(number) }, value: violations })),
    },
    {
      name: 'rowlock_audits_total',
      help: 'Audits, by whether they came to their end.',
      type: 'counter',
      samples: () => [
        { labels: { result: 'completed' }, value: read().completed },
        { labels: { result: 'failed' }, value: read().failed },
      ],
    },
    {
      name: 'rowlock_audit_completed_timestamp_seconds',
      help: 'The snapshot of the last completed audit, in Unix time.',
      type: 'gauge',
      samples: () => {
        const at = read().last?.report.checkedAt.getTime();
        return single(at === undefined ? undefined : at / 1_000);
      },
    },
    {
      name: 'rowlock_audit_duration_seconds',
      help: 'How long the last completed audit took.',
      type: 'gauge',
      samples: () => single(read().last?.seconds),
    },
    {
      name: 'rowlock_audit_interval_seconds',
      help: 'The pause between two audits.',
      type: 'gauge',
      samples: () => single(intervalMs / 1_000),
    },
  ];
}
