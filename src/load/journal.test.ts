import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JournalLine } from '../audit/journal/format.ts';
import { JournalError, readJournal } from '../audit/journal/format.ts';
import { openJournal } from './journal.ts';

let directory = '';
let path = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rowlock-journal-'));
  path = join(directory, 'journal.jsonl');
});
afterEach(() => rmSync(directory, { recursive: true }));

async function readAll(): Promise<JournalLine[]> {
  const lines: JournalLine[] = [];
  for await (const line of readJournal(path)) lines.push(line);
  return lines;
}

const topUp = { op: 'topUp', accountId: 'demo-1', key: 'k-1', amount: 1_000 } as const;
const hold = { op: 'hold', accountId: 'demo-1', key: 'k-2', performanceId: 'p', seats: ['A-1-1'] } as const;

describe('openJournal', () => {
  it('writes what readJournal reads, in order', async () => {
    const journal = openJournal(path, { accountPrefix: 'demo-' });
    const one = journal.sent(topUp);
    journal.answered(one, { status: 201, outcome: 'topped_up', seq: 1, amount: 1_000, balanceAfter: 1_000 });
    const two = journal.sent(hold);
    journal.answered(two, { status: 409, outcome: 'seat_taken' });
    journal.close();
    const at = expect.any(Number) as number;
    expect(await readAll()).toEqual([
      { t: 'journal', version: 1, accountPrefix: 'demo-', startedAt: at },
      { t: 'sent', id: 1, at, ...topUp },
      {
        t: 'answer',
        id: 1,
        at,
        status: 201,
        outcome: 'topped_up',
        seq: 1,
        amount: 1_000,
        balanceAfter: 1_000,
      },
      { t: 'sent', id: 2, at, ...hold },
      { t: 'answer', id: 2, at, status: 409, outcome: 'seat_taken' },
    ]);
  });

  it('has written a request when sent returns, and the answers before it', () => {
    const journal = openJournal(path, { accountPrefix: 'demo-' });
    const one = journal.sent(topUp);
    journal.answered(one, { status: 201, outcome: 'topped_up' });
    journal.sent(hold);
    expect(readFileSync(path, 'utf8').trimEnd().split('\n')).toHaveLength(4);
    journal.close();
  });

  it('writes many answers without waiting for a request', () => {
    const journal = openJournal(path, { accountPrefix: 'demo-' });
    for (let id = 1; id <= 2_000; id += 1) journal.answered(id, { status: 201, outcome: 'topped_up' });
    expect(readFileSync(path, 'utf8').length).toBeGreaterThan(65_536);
    journal.close();
    expect(readFileSync(path, 'utf8').trimEnd().split('\n')).toHaveLength(2_001);
  });

  it('does not overwrite a journal', () => {
    openJournal(path, { accountPrefix: 'demo-' }).close();
    expect(() => openJournal(path, { accountPrefix: 'demo-' })).toThrow('EEXIST');
  });
});

describe('readJournal', () => {
  beforeEach(() => {
    const journal = openJournal(path, { accountPrefix: 'demo-' });
    journal.sent(topUp);
    journal.close();
  });

  it('passes over a torn last line, wherever it was torn', async () => {
    const whole = readFileSync(path, 'utf8');
    const torn = JSON.stringify({ t: 'answer', id: 1, at: 1, status: 201, outcome: 'topped_up' });
    for (let length = 1; length <= torn.length; length += 1) {
      writeFileSync(path, whole + torn.slice(0, length));
      expect(await readAll()).toHaveLength(2);
    }
  });

  it('reads lines across the boundaries of its chunks', async () => {
    const line = JSON.stringify({ t: 'sent', id: 2, at: 1, ...hold, seats: ['가나다-1'.repeat(2_000)] });
    for (let times = 0; times < 20; times += 1) appendFileSync(path, `${line}\n`);
    const lines = await readAll();
    expect(lines).toHaveLength(22);
    expect(lines.at(-1)).toEqual(JSON.parse(line));
  });

  it.each([
    ['no JSON', '{"t":"sent",'],
    ['an unknown operation', JSON.stringify({ t: 'sent', id: 2, at: 1, ...topUp, op: 'steal' })],
    ['a top-up without an amount', JSON.stringify({ t: 'sent', id: 2, at: 1, ...topUp, amount: undefined })],
    ['an answer without an outcome', JSON.stringify({ t: 'answer', id: 1, at: 1, status: 200 })],
    ['an empty line', ''],
    ['a second header', JSON.stringify({ t: 'journal', version: 1, accountPrefix: '', startedAt: 1 })],
  ])('names the line that is %s', async (_, line) => {
    appendFileSync(
      path,
      `${line}\n${JSON.stringify({ t: 'answer', id: 1, at: 1, status: 201, outcome: 'x' })}\n`,
    );
    await expect(readAll()).rejects.toThrow(/^line 3 of the journal is not /);
    await expect(readAll()).rejects.toBeInstanceOf(JournalError);
  });

  it.each([
    ['another version', JSON.stringify({ t: 'journal', version: 2, accountPrefix: '', startedAt: 1 })],
    ['no header', JSON.stringify({ t: 'answer', id: 1, at: 1, status: 200, outcome: 'x' })],
  ])('refuses %s', async (_, line) => {
    writeFileSync(path, `${line}\n`);
    await expect(readAll()).rejects.toThrow('line 1 of the journal is not a journal header');
  });
});
