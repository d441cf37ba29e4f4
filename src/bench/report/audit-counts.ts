import type { Sample } from '../session.ts';

/** The audited part of a sample. Runs of 2026-11 and earlier stored a trial as clean with `auditMs` 0. */
export type AuditedSample = Pick<Sample, 'measure' | 'contender'> & {
  readonly audit: Pick<NonNullable<Sample['audit']>, 'clean' | 'examples' | 'auditMs'> | null;
};

/** How many samples were audited, and how many of those had violations. */
export interface AuditCounts {
  readonly audited: number;
  readonly withViolations: number;
  readonly notAudited: number;
}

export function auditCounts(samples: readonly AuditedSample[]): AuditCounts {
  const audited = samples.filter(isAudited);
  return {
    audited: audited.length,
    withViolations: audited.filter(({ audit }) => !audit.clean).length,
    notAudited: samples.length - audited.length,
  };
}

/** Says how many samples were audited, how many were not, and what was found. */
export function auditText(samples: readonly AuditedSample[]): string {
  const { audited, withViolations, notAudited } = auditCounts(samples);
  const found = withViolations === 0 ? 'all clean' : `${withViolations} with violations, which do not count`;
  return [
    `${audited === 0 ? 'No sample was audited' : `${audited} samples audited, ${found}`}; ${notAudited} trials not audited.`,
    ...samples
      .filter(isAudited)
      .filter(({ audit }) => !audit.clean)
      .map(
        ({ measure, contender, audit }) => `  ${measure}, ${contender}: ${audit.examples[0] ?? 'no example'}`,
      ),
  ].join('\n');
}

function isAudited<Given extends AuditedSample>(
  sample: Given,
): sample is Given & { readonly audit: NonNullable<Given['audit']> } {
  return sample.audit !== null && sample.audit.auditMs > 0;
}
