import { describe, expect, it } from 'vitest';
import type { AuditReport, InvariantReport } from './report.ts';
import { auditToJson, formatAudit } from './format.ts';

const clean: InvariantReport = {
  number: 1,
  title: 'All is well',
  violations: 0,
  examples: [],
  checked: true,
};

function reportOf(...invariants: InvariantReport[]): AuditReport {
  return {
    clean: invariants.every((invariant) => invariant.violations === 0),
    checkedAt: new Date('2026-01-02T03:04:05.678Z'),
    counts: { performances: 3, seats: 50_000, reservations: 12, wallets: 7, entries: 1_000_000 },
    invariants,
  };
}

describe('formatAudit', () => {
  it('shows what was checked, what was not, and the verdict', () => {
    const text = formatAudit(reportOf(clean, { ...clean, number: 4, checked: false }));
    expect(text).toContain('All is well');
    expect(text).toContain('needs a journal');
    expect(text).toContain('50,000 seats');
    expect(text).toContain('2026-01-02T03:04:05.678Z');
    expect(text.trimEnd().split('\n').at(-1)).toBe(
      'No violation (without a journal, 4 are not fully checked).',
    );
  });

  it('shows violations with their examples, at most 100 columns wide', () => {
    const examples = [
      'one sentence that is so long that it must be wrapped somewhere, because it names this and that and yet more',
      `key ${'k'.repeat(255)} of demo-1 has 2 ledger entries`,
    ];
    const text = formatAudit(reportOf({ ...clean, violations: 1_234, examples }));
    expect(text).toContain('1,234');
    expect(text).toContain('yet more');
    expect(text.trimEnd().split('\n').at(-1)).toBe('1,234 violations.');
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBe(100);
  });
});

describe('auditToJson', () => {
  it('gives the fields as they are', () => {
    expect(JSON.parse(auditToJson(reportOf(clean)))).toEqual({
      ...reportOf(clean),
      checkedAt: '2026-01-02T03:04:05.678Z',
    });
  });
});
