import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { AuditedSample } from './audit-counts.ts';
import { auditCounts, auditText } from './audit-counts.ts';

const RESULTS = new URL('../../../docs/results/', import.meta.url);

function sample(contender: string, audit: AuditedSample['audit']): AuditedSample {
  return { measure: 'hot-wallet', contender, audit };
}
const clean = { clean: true, examples: [], auditMs: 12 };

it('counts trials that nobody audited apart', () => {
  expect(auditText([sample('a', clean), sample('b', null), sample('c', null)])).toBe(
    '1 samples audited, all clean; 2 trials not audited.',
  );
});

it('does not call a run clean in which nothing was audited', () => {
  expect(auditText([sample('b', null)])).toBe('No sample was audited; 1 trials not audited.');
  expect(auditCounts([sample('b', null), sample('a', clean)])).toEqual({
    audited: 1,
    withViolations: 0,
    notAudited: 1,
  });
});

it('names each sample whose audit found a violation', () => {
  const dirty = { clean: false, examples: ['wallet buyer-1 lost 1'], auditMs: 12 };
  expect(auditText([sample('a', clean), sample('b', dirty)])).toBe(
    '2 samples audited, 1 with violations, which do not count; 0 trials not audited.\n' +
      '  hot-wallet, b: wallet buyer-1 lost 1',
  );
});

it('does not count the trials of the first committed run as audited', () => {
  const run = readdirSync(RESULTS).find((name) => name.startsWith('bench-2026'))!;
  const lines = readFileSync(new URL(`${run}/slices.jsonl`, RESULTS), 'utf8')
    .trimEnd()
    .split('\n');
  const samples = lines.map((line) => JSON.parse(line) as AuditedSample);
  expect(auditText(samples)).toBe('132 samples audited, all clean; 40 trials not audited.');
});
