import { describe, expect, it } from 'vitest';
import { EMPTY_SNAPSHOT } from './changes.ts';
import type { SeatChanges } from './changes.ts';
import { createClaims } from './claims.ts';
import { createHalls } from './halls.ts';
import type { Halls } from './halls.ts';

const AT = new Date('2026-05-01T10:05:00.250Z');

function changesAt(snapshot: string): SeatChanges {
  return {
    snapshot,
    at: AT,
    epoch: 1,
    revision: 1,
    sale: { saleState: 'open', opensAt: AT, closesAt: null },
    numbers: [1],
    states: 'h',
    heldUntilMs: [AT.getTime() + 1_000],
    changedBy: [1],
    reservationIds: ['of-anna'],
  };
}

/** Halls whose readings the test answers. */
function openHalls(): { halls: Halls; readings: { asked: unknown[]; answer: (snapshot: string) => void }[] } {
  const readings: { asked: unknown[]; answer: (snapshot: string) => void }[] = [];
  const halls = createHalls({
    read: (...asked) =>
      new Promise((resolve) => {
        readings.push({ asked, answer: (snapshot) => resolve(changesAt(snapshot)) });
      }),
  });
  return { halls, readings };
}

describe('the reader of the halls', () => {
  it('shares one observation among the callers it can serve, and the next among the rest', async () => {
    const { halls, readings } = openHalls();
    const hall = halls.use('gala');
    const early = [halls.observe(hall, 0), halls.observe(hall, 0)];
    const late = [halls.observe(hall, hall.begun), halls.observe(hall, hall.begun)];
    expect(readings.map(({ asked }) => asked)).toEqual([['gala', EMPTY_SNAPSHOT, false]]);
    readings[0]!.answer('5:5:');
    const [state] = await Promise.all(early);
    await new Promise(setImmediate);
    expect(readings.slice(1).map(({ asked }) => asked)).toEqual([['gala', '5:5:', false]]);
    readings[1]!.answer('6:6:');
    expect(await Promise.all(late)).toEqual([state, state]);
    expect(await halls.observe(hall, 1)).toBe(state);
    expect([state!.snapshot, readings.length]).toEqual(['6:6:', 2]);
  });

  it('reads reservations only for a crowd, first of the whole hall, into the same state', async () => {
    const { halls, readings } = openHalls();
    const hall = halls.use('gala');
    const observe = async (snapshot: string): Promise<unknown> => {
      const observed = halls.observe(hall, hall.observed);
      readings.at(-1)!.answer(snapshot);
      await observed;
      return readings.at(-1)!.asked;
    };
    await observe('5:5:');
    const { state } = hall;
    hall.claims = createClaims();
    expect(await observe('6:6:')).toEqual(['gala', '5:5:', false]);
    hall.claims.isNeeded = true;
    expect(await observe('7:7:')).toEqual(['gala', EMPTY_SNAPSHOT, true]);
    expect(await observe('8:8:')).toEqual(['gala', '7:7:', true]);
    expect(hall.state).toBe(state);
    expect(hall.claims.holderOf(1, performance.now())?.reservationId).toBe('of-anna');
  });

  it('evicts the least recently used halls, but of watched halls only the claims', () => {
    const { halls } = openHalls();
    for (const performanceId of ['watched', 'old', 'new']) {
      const hall = halls.use(performanceId);
      hall.claims = createClaims();
      for (let seat = 1; seat <= 100_000; seat += 1) {
        const reservationId = `${performanceId}-${seat}`;
        hall.claims.saw({ seat, reservationId, accountId: 'anna', msLeft: 1_000 }, 0);
      }
      hall.isWatched = performanceId === 'watched';
    }
    halls.use('new');
    expect([halls.find('watched')?.claims, halls.find('old')?.claims?.size]).toEqual([undefined, 200_000]);
    halls.use('watched').claims = halls.find('new')!.claims;
    expect(halls.find('old')).toBeDefined();
    halls.use('new');
    expect([halls.find('old'), halls.find('watched')?.state]).toEqual([undefined, undefined]);
    expect(halls.find('new')?.claims?.size).toBe(200_000);
  });
});
