import { expect, it } from 'vitest';
import type { JournalLine } from '../../audit/journal/format.ts';
import { createMemoryJournal } from './memory-journal.ts';
import { summarize } from '../report/summarize.ts';

it('gives the lines that the audit reads; a request without an answer has none', async () => {
  const journal = createMemoryJournal<string>();
  journal.sent(0);
  journal.sent(1);
  journal.answered(0, 'topped_up');
  const lines: JournalLine[] = [];
  const parts = {
    accountPrefix: 'buyer-',
    requestOf: (i: number) => ({ op: 'topUp', accountId: `buyer-${i}`, key: `k${i}`, amount: 1 }) as const,
    answerOf: (outcome: string) => ({ status: 0, outcome }),
  };
  for await (const line of journal.lines(parts)) lines.push(line);
  const at = expect.closeTo(Date.now(), -4) as number;
  expect(lines).toEqual([
    { t: 'journal', version: 1, accountPrefix: 'buyer-', startedAt: at },
    { t: 'sent', id: 0, at, op: 'topUp', accountId: 'buyer-0', key: 'k0', amount: 1 },
    { t: 'answer', id: 0, at, status: 0, outcome: 'topped_up' },
    { t: 'sent', id: 1, at, op: 'topUp', accountId: 'buyer-1', key: 'k1', amount: 1 },
  ]);
});

it('counts outcomes, and latencies from when a request was due', () => {
  const journal = createMemoryJournal<string>();
  for (const [request, answer] of ['held', 'seat_taken', 'held'].entries()) {
    journal.sent(request);
    journal.answered(request, answer);
  }
  const startedAtMs = performance.now() - 1_000;
  const report = summarize(journal, {
    startedAtMs,
    dueAtMs: () => startedAtMs,
    outcomeOf: (answer) => answer,
    isSuccess: (answer) => answer === 'held',
  });
  expect(report).toMatchObject({ outcomes: { held: 2, seat_taken: 1 }, successes: 2 });
  expect(report.elapsedMs).toBeGreaterThanOrEqual(report.lastSuccessMs);
  expect([report.winners.count, report.losers.count]).toEqual([2, 1]);
  expect(report.losers.p50Ms).toBeGreaterThan(990);
});
