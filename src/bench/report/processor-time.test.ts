import { expect, it } from 'vitest';
import type { Sample } from '../session.ts';
import { medianTime, processorTimeOf, totalOf } from './processor-time.ts';

const clean = { clean: true, violations: 0, examples: [], auditMs: 5 };

function sample(given: Partial<Sample>): Sample {
  return {
    measure: 'hot-wallet',
    contender: 'grouped',
    repeat: 0,
    perSecond: 1_000,
    outcomes: {},
    successes: 1_000,
    elapsedMs: 1_000,
    lastSuccessMs: 1_000,
    statements: 10,
    cpu: { databaseMs: 300, serviceMs: 0, loadMs: 500 },
    service: 'in client',
    audit: clean,
    ...given,
  };
}

it('divides by the successes, and says where the service is when it has no process of its own', () => {
  expect(processorTimeOf(sample({}))).toEqual({ client: 500, service: 'in client', server: 300 });
  expect(processorTimeOf(sample({ service: 'none' }))).toMatchObject({ service: 'none' });
  const cpu = { databaseMs: null, serviceMs: 250, loadMs: 500 };
  const apart = processorTimeOf(sample({ service: 'own process', cpu }))!;
  expect(apart).toEqual({ client: 500, service: 250, server: null });
  expect(totalOf(apart)).toBeNull();
  expect(totalOf({ ...apart, server: 100 })).toBe(850);
  expect(totalOf({ client: 500, service: 'in client', server: 300 })).toBe(800);
});

it('counts no sample that was not audited, found dirty, or had no success', () => {
  expect(processorTimeOf(sample({ audit: null }))).toBeNull();
  expect(processorTimeOf(sample({ audit: { ...clean, clean: false } }))).toBeNull();
  expect(processorTimeOf(sample({ successes: 0 }))).toBeNull();
});

it('takes the median of each side', () => {
  const times = [300, 500, 400].map((client) => ({ client, service: client / 2, server: 1 }));
  expect(medianTime([null, ...times])).toEqual({ client: 400, service: 200, server: 1 });
  expect(medianTime([{ client: 1, service: 'none', server: null }])).toMatchObject({ service: 'none' });
  expect(medianTime([null])).toBeNull();
});
