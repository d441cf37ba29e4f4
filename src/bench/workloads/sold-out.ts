import type { AuditVerdict } from '../measure/worker-protocol.ts';
import type { SamplePlan } from '../session.ts';

type Audit = NonNullable<SamplePlan['audit']>;

/** The audit of a sample in which every seat is requested: a hall that is not sold out in the end counts as a violation. */
export function soldOutAudit(rows: number, audit: Audit): Audit {
  return async (ran, fixture): Promise<AuditVerdict> => {
    const verdict = await audit(ran, fixture);
    if (ran.successes === rows) return verdict;
    const example = `${ran.successes} of ${rows} seats were sold although every one was asked for`;
    return { ...verdict, clean: false, violations: verdict.violations + 1, examples: [example] };
  };
}
