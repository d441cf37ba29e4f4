import type { Sample } from '../session.ts';

/** A sample as far as its audit goes; a run of 2026-11 and earlier stored a trial's as clean and of no duration. */
export type AuditedSample = Pick<Sample, 'measure' | 'contender'> & {
  readonly audit: Pick<NonNullable<Sample['audit']>, 'clean' | 'examples' | 'auditMs'> | null;
};

/** Says how many samples were audited and what the audits found; trials that nobody audited are counted apart. */
export function auditText(samples: readonly AuditedSample[]): string {
  const audited = samples.flatMap(({ measure, contender, audit }) =>
    audit === null || audit.auditMs === 0 ? [] : [{ measure, contender, ...audit }],
  );
  const dirty = audited.filter(({ clean }) => !clean);
  const trials = samples.length - audited.length;
  const verdict = dirty.length === 0 ? 'all clean' : `${dirty.length} with violations, which do not count`;
  return [
    `${audited.length} samples audited, ${verdict}; ${trials} trials not audited.`,
    ...dirty.map(
      ({ measure, contender, examples }) => `  ${measure}, ${contender}: ${examples[0] ?? 'no example'}`,
    ),
  ].join('\n');
}
