import { expect, it } from 'vitest';
import { formatNotes, formatProcessorTimes, formatServer, formatTable } from './table.ts';
import type { Goal } from './verdict.ts';
import { judge } from './verdict.ts';

const goal: Goal = {
  name: 'on-sale-2-seats-own',
  ours: 'hold/grouped',
  baseline: 'hold/atomic, pool of 16',
  unit: '/s',
  floor: 2,
  aim: 5,
  bound: 'at least',
  ratio: 'ours/baseline',
};
const verdicts = [
  judge(goal, [
    { ours: 51_234, baseline: 10_000 },
    { ours: 43_234, baseline: 10_000 },
    { ours: 46_234, baseline: 10_000 },
  ]),
  judge({ ...goal, name: 'payments' }, [
    { ours: 12_000, baseline: 10_000 },
    { ours: 12_100, baseline: 10_000 },
  ]),
  judge({ ...goal, name: 'p99-winners', unit: ' ms', floor: 0.5, aim: 0.2, bound: 'at most' }, [
    { ours: 12.345, baseline: 20 },
  ]),
  judge({ ...goal, name: 'crowd' }, [], ['a note']),
];

it('shows values, ratios with their interval, and which floors are met, in 100 columns', () => {
  const table = formatTable(verdicts);
  expect(Math.max(...table.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  expect(table).toMatch(
    /on-sale-2-seats-own +│ +46,234\/s │ +10,000\/s │ +4\.62 \(3\.78-5\.79\) │ +≥ 2 │ met/,
  );
  expect(table).toMatch(/p99-winners +│ +12\.3 ms │ +20\.0 ms │ +0\.62 │ +≤ 0\.5 │ not shown/);
  expect(table).toMatch(/payments +│ +12,050\/s │ +10,000\/s │ +1\.21 .* │ MISSED/);
  expect(table).toMatch(/crowd +│ +not counted │ +not counted │ +- │ +≥ 2 │ not shown/);
});

it('shows the processor time of each side, or why it has none of its own, in 100 columns', () => {
  const times = {
    ours: { client: 12.345, service: 'in client', server: 8 },
    baseline: { client: 20, service: 'none', server: 410.6 },
  } as const;
  const table = formatProcessorTimes([judge(goal, [{ ours: 2, baseline: 1, times }]), ...verdicts]);
  expect(Math.max(...table.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  expect(table).toMatch(
    /on-sale-2-seats-own +│ +12\.3 │ in client │ +8\.00 │ +20\.0 │ +none │ +411 │ +0\.05 │/,
  );
  expect(table).not.toContain('p99-winners');
});

it('says below the table what was compared', () => {
  const notes = formatNotes(verdicts);
  expect(notes).toContain(
    'on-sale-2-seats-own: hold/grouped against hold/atomic, pool of 16; aim at least 5.',
  );
  expect(notes).toContain('  3 pairs, 4.32 to 5.12\n');
  expect(notes).toContain('  not shown: an interval needs two pairs, not 1\n');
  expect(notes.endsWith('two pairs, not 0\n  a note')).toBe(true);
});

it('names the server, its settings, and the client of the baselines', () => {
  const server = { version: '18.4', isEmbedded: true, settings: { fsync: 'on' } };
  expect(formatServer(server, 'pgbench 18')).toBe(
    'PostgreSQL 18.4, embedded; baselines by pgbench 18\n  fsync on',
  );
});
