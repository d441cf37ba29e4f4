/** What a caller without types may do: each mistake is named at once, and none reaches the database. */
import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useDatabase } from '../../test/support/database.ts';
import { BoxOfficeClosed, createBoxOffice, isRefusal } from './box-office.ts';
import type { BoxOffice } from './box-office.ts';
import { OPERATOR_RULES, RULES } from './input-rules.ts';

const database = useDatabase();

type Loose = Readonly<Record<string, (...given: unknown[]) => Promise<unknown>>>;

/** A valid argument list of every method. */
function validOf(): Readonly<Record<string, readonly unknown[]>> {
  const reservation = { performanceId: 'none', reservationId: randomUUID(), accountId: 'anna' };
  const keyed = { ...reservation, idempotencyKey: 'key' };
  const hold = { performanceId: 'none', accountId: 'anna', idempotencyKey: 'key' };
  const page = { limit: 10 };
  return {
    listConcerts: [],
    readConcert: ['none'],
    readPerformance: ['none'],
    readSeatMap: ['none'],
    readSeatStates: ['none'],
    watchSeats: [{ performanceId: 'none', onEvents: () => undefined, onEnd: () => undefined }],
    hold: [{ ...hold, seats: ['A-1-1'] }],
    holdBestAvailable: [{ ...hold, grade: 'A', quantity: 1 }],
    previewBestAvailable: [{ performanceId: 'none', accountId: 'anna', grade: 'A', quantity: 1 }],
    readReservation: [reservation],
    release: [reservation],
    pay: [keyed],
    refund: [keyed],
    listReservations: ['anna', page],
    readTickets: [reservation],
    topUp: [{ accountId: 'anna', amount: 1, idempotencyKey: 'key' }],
    reverseTopUp: [{ accountId: 'anna', topUp: 1, idempotencyKey: 'key' }],
    readWallet: ['anna'],
    listLedger: ['anna', page],
    'operator.listConcerts': [],
    'operator.setVisibility': ['none', { hidden: true }, { actor: 'boss', requestId: 'id' }],
    'operator.cancelPerformance': [{ performanceId: 'none', actor: 'boss' }],
    'operator.readCancellation': ['none'],
    'operator.importCatalogue': [{}, undefined, { actor: 'boss', requestId: 'id' }],
    'operator.setSaleState': ['none', 'open', { actor: 'boss', requestId: 'id' }],
    'operator.readReservation': [reservation],
    'operator.readSeat': [{ performanceId: 'none', seat: 'A-1-1' }],
    'operator.refund': [{ ...keyed, seats: ['A-1-1'] }],
    'operator.release': [reservation],
    'operator.blockAccount': [
      { accountId: 'none', blocked: false, reason: 'x', actor: 'boss', requestId: 'id' },
    ],
    'operator.readBlock': ['none'],
    'operator.audit': [],
    'operator.readCheckInList': ['none'],
    'operator.readSales': ['none'],
    'operator.readSalesOverTime': ['none', 10],
    'operator.listSales': ['none'],
    'operator.listActions': [{ ...page, performanceId: 'none' }],
  };
}

/** What nobody should give, and a program without types may. */
const WRONG: readonly unknown[] = [
  undefined,
  null,
  '',
  'with a \u0000',
  'ü',
  '\uD800',
  'x'.repeat(100_000),
  -1,
  0,
  1.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  2 ** 53,
  2 ** 40,
  10n,
  true,
  {},
  [],
  ['\u0000'],
  Symbol('x'),
  new Date(Number.NaN),
];

function methodOf(boxOffice: BoxOffice, path: string): (...given: unknown[]) => Promise<unknown> {
  const [name = '', inner] = path.split('.');
  const methods = boxOffice as unknown as Loose & { readonly operator: Loose };
  return inner === undefined ? methods[name]! : methods.operator[inner]!;
}

/** The argument lists in which one value, or one field of one, is wrong. */
function* mistakesIn(given: readonly unknown[]): Generator<readonly unknown[]> {
  for (const [place, value] of given.entries()) {
    for (const wrong of WRONG) {
      yield given.with(place, wrong);
      if (typeof value !== 'object' || value === null) continue;
      for (const field of [
        ...Object.keys(value),
        'before',
        'cursor',
        'actor',
        'requestId',
        'createAccount',
      ]) {
        yield given.with(place, { ...value, [field]: wrong });
      }
    }
  }
  if (given.length > 0) yield [];
}

describe('misuse', () => {
  let boxOffice: BoxOffice;
  beforeAll(async () => {
    boxOffice = await createBoxOffice({ databaseUrl: database.url });
  });
  afterAll(() => boxOffice.close());

  it('is tried with every method', () => {
    const names = [...Object.keys(RULES), ...Object.keys(OPERATOR_RULES).map((name) => `operator.${name}`)];
    expect(Object.keys(validOf())).toEqual(names);
  });

  it.each(Object.entries(validOf()))('%s answers it, and throws nothing', async (path, given) => {
    let refused = 0;
    for (const mistake of mistakesIn(given)) {
      const answer = await methodOf(boxOffice, path)(...mistake).catch((error: unknown) => error);
      expect(answer, inspect(mistake)).not.toBeInstanceOf(Error);
      if (isRefusal(answer as object)) {
        refused += 1;
        expect(answer).not.toMatchObject({
          outcome: expect.stringMatching(/contended|overloaded|unknown|internal/),
        });
      } else if ('close' in (answer as object)) {
        (answer as { close(): void }).close();
      }
    }
    if (given.length > 0) expect(refused).toBeGreaterThan(10);
  });
});

describe('a closed box office', () => {
  it.each(Object.entries(validOf()))('is not asked again: %s', async (path, given) => {
    const closed = await createBoxOffice({ databaseUrl: database.url });
    const closing = closed.close();
    await expect(methodOf(closed, path)(...given)).rejects.toThrow(BoxOfficeClosed);
    await closing;
    await expect(methodOf(closed, path)(...given)).rejects.toThrow(BoxOfficeClosed);
    expect(await closed.isReady()).toBe(false);
  });
});
