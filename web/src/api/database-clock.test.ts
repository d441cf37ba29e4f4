import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDatabaseClock } from './database-clock.ts';

const EPOCH_MS = Date.parse('2030-03-01T10:00:00.000Z');

/** The database's time when the page's clock shows `atMs`. */
function databaseAt(atMs: number): string {
  return new Date(EPOCH_MS + atMs).toISOString();
}

describe('the database clock', () => {
  it("is the phone's until an answer came", () => {
    expect(createDatabaseClock(() => 12_345).nowMs(99)).toBe(12_345);
  });

  it('takes the moment between sending and receiving', () => {
    const clock = createDatabaseClock(() => 0);
    clock.note(databaseAt(1_050), 1_000, 1_100);
    expect(clock.nowMs(2_000)).toBe(EPOCH_MS + 2_000);
  });

  it('is off by half the shortest round trip at most, whatever the way there and back take', () => {
    const trip = fc.record({ there: fc.nat(2_000), back: fc.nat(2_000), pause: fc.nat(5_000) });
    fc.assert(
      fc.property(fc.array(trip, { minLength: 1, maxLength: 20 }), (trips) => {
        const clock = createDatabaseClock(() => 0);
        let nowMs = 0;
        let shortest = Infinity;
        for (const { there, back, pause } of trips) {
          nowMs += pause;
          clock.note(databaseAt(nowMs + there), nowMs, nowMs + there + back);
          nowMs += there + back;
          shortest = Math.min(shortest, there + back);
        }
        // A sample grows worse by a thousandth of its age, so a newer one may be that much longer.
        expect(Math.abs(clock.nowMs(nowMs) - (EPOCH_MS + nowMs))).toBeLessThanOrEqual(
          shortest / 2 + nowMs / 1000 + 1,
        );
      }),
    );
  });

  it('never runs backwards when a better sample is earlier', () => {
    const clock = createDatabaseClock(() => 0);
    clock.note(databaseAt(1_000), 0, 1_000);
    const before = clock.nowMs(1_000);
    clock.note(databaseAt(1_105), 1_100, 1_110);
    expect(clock.nowMs(1_110)).toBeGreaterThanOrEqual(before);
    expect(clock.nowMs(3_000)).toBe(EPOCH_MS + 3_000);
  });

  it('believes a sample that the old one excludes: the computer slept', () => {
    const clock = createDatabaseClock(() => 0);
    clock.note(databaseAt(5), 0, 10);
    clock.note(databaseAt(60_000 + 150), 100, 200);
    expect(clock.nowMs(200)).toBe(EPOCH_MS + 60_200);
    clock.note(databaseAt(205), 200, 210);
    expect(clock.nowMs(210)).toBe(EPOCH_MS + 210);
  });

  it('ignores what is no time', () => {
    const clock = createDatabaseClock(() => 7);
    clock.note('soon', 0, 1);
    expect(clock.nowMs(1)).toBe(7);
  });
});
