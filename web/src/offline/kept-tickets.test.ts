import { expect, it } from 'vitest';
import { openStorage } from '../storage/storage.ts';
import type { KeptTickets } from './kept-tickets.ts';
import { KEPT_BELOW, KEPT_RESERVATIONS_MAX, openTicketStore } from './kept-tickets.ts';

const NOW_MS = Date.parse('2030-03-01T08:00:00Z');

const inMemory = (): ReturnType<typeof openStorage> =>
  openStorage(() => {
    throw new Error('no storage');
  });

function tickets(id: string, startsAt = '2030-03-01T10:00:00Z', accountId = 'kim'): KeptTickets {
  return {
    accountId,
    reservation: {
      id,
      performanceId: 'spring-1',
      state: 'confirmed',
      seats: ['A-1-1', 'A-1-2'],
      refundedSeats: [],
      amount: 300_000,
      createdAt: '2030-01-01T00:00:00Z',
      expiresAt: '2030-01-01T00:05:00Z',
    },
    performance: {
      concertId: 'spring',
      title: { en: 'Spring' },
      venueName: { en: 'Moon Hall' },
      startsAt,
      timeZone: 'Asia/Seoul',
      sale: 'open',
      currency: 'KRW',
      minorUnit: 0,
      sections: [
        { id: 'A', name: { en: 'Stalls A' } },
        { id: 'B', name: { en: 'Stalls B' } },
      ],
    },
    tickets: [{ seat: 'A-1-1', token: 'a.b.c' }],
    asOfMs: NOW_MS,
  };
}

const ids = (kept: readonly KeptTickets[]): readonly string[] =>
  kept.map(({ reservation }) => reservation.id);

it('keeps what a ticket shows, of the sections only its own', () => {
  const store = openTicketStore(inMemory());
  const given = tickets('r1');
  store.keep(given);
  const sections = given.performance.sections.slice(0, 1);
  expect(store.of('kim')).toEqual([{ ...given, performance: { ...given.performance, sections } }]);
});

it('gives an account its own only, the next one first', () => {
  const store = openTicketStore(inMemory());
  store.keep(tickets('later', '2030-05-01T10:00:00Z'));
  store.keep(tickets('sooner'));
  store.keep(tickets('of-lee', undefined, 'lee'));
  expect(ids(store.of('kim'))).toEqual(['sooner', 'later']);
  expect(store.of(undefined)).toEqual([]);
});

it.each([
  ['another account', 'lee', ['of-lee']],
  ['nobody', undefined, []],
])('forgets the others when %s is signed in', (_, accountId, left) => {
  const storage = inMemory();
  const store = openTicketStore(storage);
  storage.setItem('rowlock.session', 'stays');
  store.keep(tickets('r1'));
  store.keep(tickets('of-lee', undefined, 'lee'));
  store.forgetOthers(accountId);
  const names = Array.from({ length: storage.length }, (_unused, index) => storage.key(index) ?? '');
  expect(new Set(names)).toEqual(new Set(['rowlock.session', ...left.map((id) => KEPT_BELOW + id)]));
});

it('is bounded: what is over goes first, then what is furthest away', () => {
  const store = openTicketStore(inMemory());
  store.keep(tickets('over', '2030-02-27T10:00:00Z'));
  expect(ids(store.of('kim'))).toEqual([]);
  store.keep(tickets('today', '2030-02-28T10:00:00Z'));
  for (let number = 0; number < KEPT_RESERVATIONS_MAX; number++) {
    store.keep(tickets(`r${number}`, `2030-04-01T10:00:${String(number).padStart(2, '0')}Z`));
  }
  const kept = ids(store.of('kim'));
  expect(kept).toHaveLength(KEPT_RESERVATIONS_MAX);
  expect(kept[0]).toBe('today');
  expect(kept).not.toContain(`r${KEPT_RESERVATIONS_MAX - 1}`);
});

it('passes over what it cannot read', () => {
  const storage = inMemory();
  storage.setItem(`${KEPT_BELOW}r1`, '{"accountId":');
  expect(openTicketStore(storage).of('kim')).toEqual([]);
});
