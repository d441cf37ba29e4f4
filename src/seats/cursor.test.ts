import { describe, expect, it } from 'vitest';
import { formatSeatCursor, isOneLife, isVisibleIn, parseSeatCursor, parseSnapshot } from './cursor.ts';

const at = new Date('2026-05-01T10:05:00.250Z');
const PARTS = { snapshot: '100:110:100,104', at, epoch: 1_777_600_000_000, revision: 3 };

describe('a cursor', () => {
  it('is read as it was written', () => {
    const text = formatSeatCursor(PARTS);
    expect(text).toBe('100:110:100,104@1777629900250@1777600000000@3');
    expect(parseSeatCursor(text)).toEqual({
      snapshot: { xmin: 100, xmax: 110, inProgress: new Set([100, 104]) },
      atMs: at.getTime(),
      epoch: PARTS.epoch,
      revision: 3,
      server: 'home',
    });
  });

  it('names a server that is not the home, and its epoch', () => {
    const text = formatSeatCursor({ ...PARTS, server: 'seoul-1.2' });
    expect(text).toBe('100:110:100,104@1777629900250@1777600000000@3@seoul-1.2');
    const [there, home] = [parseSeatCursor(text)!, parseSeatCursor(formatSeatCursor(PARTS))!];
    expect(there.server).toBe('seoul-1.2');
    expect(formatSeatCursor({ ...PARTS, server: 'home' })).toBe(formatSeatCursor(PARTS));
    expect(isOneLife(home, { epoch: PARTS.epoch })).toBe(true);
    expect(isOneLife(there, { epoch: PARTS.epoch, server: 'seoul-1.2' })).toBe(true);
    for (const other of [home, { ...there, epoch: 1 }, { ...there, server: 'seoul-1' }])
      expect(isOneLife(there, other)).toBe(false);
  });

  it.each([
    '',
    'x',
    '100:110:',
    '100:110:@1@1',
    '100:110:@1@1@1@1',
    '110:100:@1@1@1',
    '0:100:@1@1@1',
    '100:110:99@1@1@1',
    '100:110:110@1@1@1',
    '100:110:104,@1@1@1',
    '100:110:@-1@1@1',
    '100:110:@1.5@1@1',
    ' 100:110:@1@1@1',
    '100:110:@1@1@1\n',
    '9999999999999999:9999999999999999:@1@1@1',
    `100:110:${'104,'.repeat(1_000)}104@1@1@1`,
  ])('is not %j', (text) => {
    expect(parseSeatCursor(text)).toBeUndefined();
  });

  it('with very many transactions in progress begins before the first of them', () => {
    const inProgress = Array.from({ length: 1_000 }, (_, i) => 1_000_000 + i * 2);
    const text = formatSeatCursor({ ...PARTS, snapshot: `1000000:1003000:${inProgress.join()}` });
    expect(text).toBe('1000000:1000000:@1777629900250@1777600000000@3');
    const { snapshot } = parseSeatCursor(text)!;
    expect([999_999, 1_000_000, 1_000_001].map((xid) => isVisibleIn(snapshot, xid))).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('a snapshot', () => {
  it('contains exactly the transactions that ended before it', () => {
    const snapshot = parseSnapshot('100:110:100,104');
    const seen = [1, 99, 100, 101, 103, 104, 105, 109, 110, 111].filter((xid) => isVisibleIn(snapshot, xid));
    expect(seen).toEqual([1, 99, 101, 103, 105, 109]);
  });

  it('is refused when no server can have written it', () => {
    expect(() => parseSnapshot('100')).toThrow(RangeError);
  });
});
