import type { Sample } from '../session.ts';

/** The audited part of a sample. Runs of 2026-11 and earlier stored a trial as clean with `auditMs` 0. */
export type AuditedSample = Pick<Sample, 'measure' | 'contender'> & {
  readonly audit: Pick<NonNullable<Sample['audit']>, 'clean' | 'examples' | 'auditMs'> | null;
};

/**
 * Says how many samples were audited and what was found; trials, which are not audited, are counted apart.
 */
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
