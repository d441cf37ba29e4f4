/** Loads over HTTP on a real service, and whether their journals tell the audit of every request. */
import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { listenFor } from '../../../../test/support/event-stream.ts';
import { TEST_SECRET, useServer } from '../../../../test/support/http.ts';
import { auditDatabase } from '../../../audit/audit.ts';
import type { JournalLine } from '../../../audit/journal/format.ts';
import { AMOUNT } from '../../fixture.ts';
import { serveBare } from '../../rivals/bare-server.ts';
import type { HttpLoad } from '../worker-protocol.ts';
import { prepareHttpLoad } from './load.ts';

const SEATS = 40;
const server = useServer();

const loadOf = (given: Pick<HttpLoad, 'port'> & Partial<HttpLoad>): HttpLoad => ({
  requests: 'purchase',
  to: 'service',
  secret: TEST_SECRET,
  fixture: { performanceId: 'nothing', accountPrefix: 'load-', seatsPerHold: 1 },
  pattern: { kind: 'each-once', rows: SEATS, from: 0, step: 1 },
  connections: 8,
  durationMs: Infinity,
  ...given,
});

async function linesOf(journal: AsyncIterable<JournalLine>): Promise<readonly JournalLine[]> {
  const lines: JournalLine[] = [];
  for await (const line of journal) lines.push(line);
  return lines;
}

async function isClean(lines: readonly JournalLine[]): Promise<boolean> {
  async function* journal(): AsyncIterable<JournalLine> {
    yield* lines;
  }
  return (await auditDatabase(server.database, { journal: journal() })).clean;
}

describe('purchases', () => {
  it('are made whole, and the audit compares each of their three requests', async () => {
    const performanceId = await plantPerformance(server.database, { seats: SEATS, price: AMOUNT });
    const { app, port } = await listenFor(server);
    const fixture = { performanceId, accountPrefix: 'load-', seatsPerHold: 1 };
    const run = await prepareHttpLoad(loadOf({ port, fixture }));
    const { report, journal } = await run();
    await app.close();
    expect(report).toMatchObject({ outcomes: { created: SEATS * 3 }, successes: SEATS * 3 });
    const lines = await linesOf(journal);
    expect(lines).toHaveLength(1 + SEATS * 6);
    expect(await isClean(lines)).toBe(true);
    for (const outcome of ['held', 'topped_up', 'paid']) {
      const wrong = lines.findIndex((line) => line.t === 'answer' && line.outcome === outcome);
      const answer = lines[wrong] as Extract<JournalLine, { t: 'answer' }>;
      const told = { ...answer, amount: answer.amount! + 1 };
      expect(await isClean(lines.with(wrong, told)), outcome).toBe(false);
      const asked = lines.findIndex((line) => line.t === 'sent' && line.id === answer.id);
      expect(await isClean(lines.filter((_, i) => i !== asked && i !== wrong)), outcome).toBe(false);
    }
  });
});

describe('a bare server', () => {
  it.each(['hold', 'topUp', 'purchase'] as const)('gets as many requests: %s', async (requests) => {
    const run = await prepareHttpLoad(loadOf({ port: await serveBare(), to: 'bare', requests }));
    const { report } = await run();
    const messages = requests === 'purchase' ? SEATS * 3 : SEATS;
    expect(report).toMatchObject({ outcomes: { created: messages }, successes: messages });
    expect(report.winners.count).toBe(messages);
  });
});

it('says when each seat was held, where it is asked to', async () => {
  const run = await prepareHttpLoad(
    loadOf({ port: await serveBare(), to: 'bare', requests: 'hold', tellsHeld: true }),
  );
  const before = Date.now();
  const { report } = await run();
  const held = report.held ?? [];
  expect(held.map(([seat]) => seat).sort((one, other) => one - other)).toEqual(
    Array.from({ length: SEATS }, (_, i) => i + 1),
  );
  // The two clocks may differ by a little.
  for (const [, atMs] of held) expect(Math.abs(atMs - before)).toBeLessThan(60_000);
});
