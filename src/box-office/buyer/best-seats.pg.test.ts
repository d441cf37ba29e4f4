import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { whileSeatsLocked } from '../../../test/support/blocker.ts';
import {
  catalogueDocument,
  concertDocument,
  performanceDocument,
  sectionDocument,
} from '../../../test/support/catalogue-documents.ts';
import { useDatabase } from '../../../test/support/database.ts';
import type { CatalogueDocument, SectionDocument } from '../../catalogue/import/document/document.ts';
import { importCatalogue } from '../../catalogue/import/import.ts';
import type { SeatMap } from '../../catalogue/seat-map/seat-map.ts';
import { createSeatMaps } from '../../catalogue/seat-map/seat-map.ts';
import { changesOf } from '../../seats/changes.ts';
import { createHalls } from '../../seats/halls.ts';
import type { BestSeats, BestSeatsOptions, BestSeatsWanted } from './best-seats.ts';
import { createBestSeats } from './best-seats.ts';
import type { Claim } from './free-seats.ts';
import { createFreeSeats } from './free-seats.ts';

const database = useDatabase();

async function planted(id: string, rows: number[], more: SectionDocument[] = []) {
  const prices = { R: 1_000, ...(more.length > 0 && { S: 500 }) };
  await importCatalogue(database, catalogueDocument(id, [sectionDocument('A', rows), ...more], { prices }));
  return (await createSeatMaps(database).get(id))!;
}

/** What one service knows, on a clock that the test moves. */
function service(options: Partial<BestSeatsOptions> = {}): BestSeats & { pass(ms: number): void } {
  let now = 0;
  const nowMs = (): number => now;
  const halls = createHalls({ read: changesOf(database), nowMs });
  const seats = createBestSeats({ database, halls, nowMs, ...options });
  return { ...seats, pass: (ms) => (now += ms) };
}

type Asked = Partial<Omit<BestSeatsWanted, 'map' | 'quantity'>>;

/** The seats that a hold would get; nothing stays claimed. */
async function choose(
  map: SeatMap,
  quantity: number,
  asked: Asked = {},
  seller: BestSeats = service(),
): Promise<readonly number[] | string> {
  const claim = await seller.claim({ map, accountId: 'alice', grade: 'R', quantity, ...asked });
  if (typeof claim === 'string') return claim;
  claim.lost([]);
  return claim.seats;
}

/** Takes every seat except these. */
async function takeAllBut(
  { performanceId }: SeatMap,
  free: readonly number[],
  heldFor = '1 hour',
): Promise<void> {
  await database.sql(
    `update seat
     set state = 'held', price = list_price, reservation_id = gen_random_uuid(), held_until = clock_timestamp() + $3::interval, changed_by = pg_current_xact_id()
     where performance_id = $1 and seat_number <> all($2)`,
    [performanceId, free, heldFor],
  );
}

async function take({ performanceId }: SeatMap, seats: readonly number[]): Promise<void> {
  await database.sql(
    `update seat set state = 'sold', price = list_price, reservation_id = gen_random_uuid(), changed_by = pg_current_xact_id()
     where performance_id = $1 and seat_number = any($2)`,
    [performanceId, seats],
  );
}

const accounts = (count: number): string[] => Array.from({ length: count }, (_, i) => `account-${i}`);

/** So many requests at once, each of another account. */
function storm(map: SeatMap, seller: BestSeats, count: number, quantity = 2, grade = 'R') {
  return Promise.all(accounts(count).map((accountId) => seller.claim({ map, accountId, grade, quantity })));
}

describe('the best seats', () => {
  it('are neighbours of the grade, in the middle of the row that is nearest to the front', async () => {
    const map = await planted('neighbours', [6, 6], [sectionDocument('B', [8], 'S', 50)]);
    expect(await choose(map, 2)).toEqual([3, 4]);
    expect(await choose(map, 6)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await choose(map, 8, { grade: 'S' })).toHaveLength(8);
    await take(map, [3, 4]);
    expect(await choose(map, 2)).toEqual([9, 10]);
  });

  it('are near the focus that the catalogue names', async () => {
    const document = catalogueDocument('focus', [sectionDocument('A', [6, 6, 6])]);
    const [venue] = document.venues;
    await importCatalogue(database, { ...document, venues: [{ ...venue!, focus: [0, 5] }] });
    const mapBehind = (await createSeatMaps(database).get('focus'))!;
    expect(await choose(mapBehind, 2)).toEqual([15, 16]);
    await importCatalogue(database, { ...document, venues: [{ ...venue!, focus: [-20, 1] }] });
    expect(await choose((await createSeatMaps(database).get('focus'))!, 2)).toEqual([7, 8]);
  });

  it('orphan no seat while other seats exist anywhere', async () => {
    // Rows of three orphan a seat beside a pair; only the last row does not.
    const map = await planted('orphans', [...Array<number>(150).fill(3), 2]);
    expect(await choose(map, 2)).toEqual([451, 452]);
    await takeAllBut(map, [1, 2, 3]);
    expect(await choose(map, 2)).toEqual([1, 2]);
  });

  it('include seats whose hold has expired', async () => {
    const map = await planted('expired', [20, 20]);
    await takeAllBut(map, [], '-1 second');
    expect(await choose(map, 20)).toHaveLength(20);
  });

  it('are none when the grade is exhausted, has no long enough row, or does not exist', async () => {
    const map = await planted('exhausted', [4, 4]);
    expect(await choose(map, 5)).toBe('none');
    expect(await choose(map, 1, { grade: 'X' })).toBe('none');
    await takeAllBut(map, [1, 3, 5, 7]);
    expect(await choose(map, 2)).toBe('none');
    await takeAllBut(map, []);
    expect(await choose(map, 1)).toBe('none');
  });

  it('leave out the seats to avoid, which does not make them sold', async () => {
    const map = await planted('avoided', [2, 2]);
    expect(await choose(map, 2, { avoid: new Set([1]) })).toEqual([3, 4]);
    expect(await choose(map, 2, { avoid: new Set([1, 4]) })).toBe('contested');
  });

  it('are the next best when some were taken since the hall was observed', async () => {
    const map = await planted('since', [6, 6]);
    const seller = service();
    expect(await choose(map, 2, {}, seller)).toEqual([3, 4]);
    await take(map, [3, 4]);
    expect(await choose(map, 2, {}, seller)).toEqual([9, 10]);
  });

  it('are none only after the hall was observed again', async () => {
    const map = await planted('again', [2, 2]);
    await takeAllBut(map, []);
    const seller = service();
    expect(await choose(map, 2, {}, seller)).toBe('none');
    await database.sql(
      `update seat set state = 'free', reservation_id = null, held_until = null, changed_by = pg_current_xact_id()
       where performance_id = 'again' and seat_number < 3`,
    );
    expect(await choose(map, 2, {}, seller)).toEqual([1, 2]);
  });

  it('are better again within 200 ms after better seats were released', async () => {
    const map = await planted('released', [2, 2]);
    await takeAllBut(map, [3, 4]);
    const seller = service();
    expect(await choose(map, 2, {}, seller)).toEqual([3, 4]);
    await database.sql(
      `update seat set state = 'free', reservation_id = null, held_until = null, changed_by = pg_current_xact_id()
       where performance_id = 'released'`,
    );
    seller.pass(201);
    expect(await choose(map, 2, {}, seller)).toEqual([1, 2]);
  });
});

describe('seats that others are taking', () => {
  it('are passed over without waiting', async () => {
    const map = await planted('locked', [2, 2, 2]);
    await whileSeatsLocked(database, map.performanceId, [2, 3], async () => {
      expect(await choose(map, 2)).toEqual([5, 6]);
    });
  });

  it('are chosen when there are no others: a lock does not make a seat sold', async () => {
    const map = await planted('all-locked', [2, 2]);
    await takeAllBut(map, [3, 4]);
    await whileSeatsLocked(database, map.performanceId, [3, 4], async () => {
      expect(await choose(map, 2)).toEqual([3, 4]);
    });
  });

  it('are offered to no other request of this service, until they are given back', async () => {
    const map = await planted('claimed', [2, 2]);
    const seller = service();
    const first = await seller.claim({ map, accountId: 'alice', grade: 'R', quantity: 2 });
    if (typeof first === 'string') throw new Error(first);
    expect(first.seats).toEqual([1, 2]);
    expect(await choose(map, 2, {}, seller)).toEqual([3, 4]);
    first.lost([]);
    expect(await choose(map, 2, {}, seller)).toEqual([1, 2]);
  });

  it('stay taken, once held, until an observation shows it', async () => {
    const map = await planted('held', [2, 2]);
    const seller = service();
    const first = await seller.claim({ map, accountId: 'alice', grade: 'R', quantity: 2 });
    if (typeof first === 'string') throw new Error(first);
    await take(map, first.seats);
    first.held();
    for (const ms of [0, 201]) {
      seller.pass(ms);
      expect(await choose(map, 2, {}, seller)).toEqual([3, 4]);
    }
  });

  it.each(['held', 'lost'] as const)(
    'once %s, are not free because an observation shows them so that had begun before',
    async (how) => {
      const map = await planted(`before-${how}`, [2, 2]);
      const halls = createHalls({ read: changesOf(database) });
      const hall = halls.use(map.performanceId);
      await halls.observe(hall, hall.observed);
      const seats = createFreeSeats(hall, () => performance.now());
      seats.update();
      const underWay = halls.observe(hall, hall.observed);
      seats.claim([1, 2])[how]([1, 2]);
      await underWay;
      seats.update();
      expect(seats.places(map, 'R', 2).best(2)).toEqual([[3, 4]]);
      // One that began later is believed.
      await halls.observe(hall, hall.observed);
      seats.update();
      expect(seats.places(map, 'R', 2).best(2)).toEqual([
        [1, 2],
        [3, 4],
      ]);
    },
  );

  it('are worth a try when they are the last: the hold finds out who gets them', async () => {
    const map = await planted('last', [2]);
    const seller = service();
    const first = await seller.claim({ map, accountId: 'alice', grade: 'R', quantity: 2 });
    if (typeof first === 'string') throw new Error(first);
    expect(await choose(map, 2, { accountId: 'ben' }, seller)).toEqual([1, 2]);
    expect(await choose(map, 2, { accountId: 'ben', avoid: new Set([1, 2]) }, seller)).toBe('contested');
    await take(map, first.seats);
    first.held();
    expect(await choose(map, 2, { accountId: 'ben', avoid: new Set([1, 2]) }, seller)).toBe('none');
  });
});

describe('a crowd', () => {
  it('that holds gets seats apart from each other, the best there are in their order', async () => {
    const map = await planted('apart', Array<number>(50).fill(20));
    const seller = service();
    const claims = await storm(map, seller, 100);
    const seats = claims.flatMap((claim) => (typeof claim === 'string' ? [] : claim.seats));
    expect(new Set(seats).size).toBe(200);
    // One after another, in another service.
    const other = service();
    const ideal: (readonly number[])[] = [];
    for (let turn = 0; turn < 100; turn += 1) {
      const claim = await other.claim({ map, accountId: 'alice', grade: 'R', quantity: 2 });
      if (typeof claim === 'string') throw new Error(claim);
      ideal.push(claim.seats);
    }
    expect(claims.map((claim) => typeof claim !== 'string' && claim.seats)).toEqual(ideal);
  });

  it('that looks is spread over the best 64 places; an account by itself is shown the best', async () => {
    const map = await planted('spread', Array<number>(50).fill(40));
    const best = (await storm(map, service(), 64)).map((claim) => (claim as Claim).seats);
    const seller = service();
    const shown = async (accountId: string): Promise<readonly number[]> => {
      const preview = await seller.preview({ map, accountId, grade: 'R', quantity: 2 });
      return typeof preview === 'string' ? [] : [...preview.keys()];
    };
    expect(await shown('account-7')).toEqual(best[0]);
    const previews = await Promise.all(accounts(400).map(shown));
    const few = new Set(best.map(String));
    expect(previews.filter((seats) => !few.has(String(seats)))).toEqual([]);
    expect(new Set(previews.map(String)).size).toBeGreaterThan(50);
    expect(await shown('account-7')).toEqual(await shown('account-7'));
    seller.pass(2_000);
    expect(await shown('account-7')).toEqual(best[0]);
  });

  it('that looks is spread over a twentieth of a small hall', async () => {
    const map = await planted('small', [10, 10, 10, 10]);
    const seller = service();
    const previews = await Promise.all(
      accounts(100).map((accountId) => seller.preview({ map, accountId, grade: 'R', quantity: 2 })),
    );
    const shown = new Set(previews.map((preview) => String([...(preview as Map<number, number>).keys()])));
    expect(shown).toEqual(new Set(['5,6']));
  });

  it('at two services takes each seat once, and what is left of the best', async () => {
    const map = await planted('two', Array<number>(10).fill(20));
    const sellers = [service(), service()];
    const sold: number[] = [];
    // Each service learns of the other's seats only by asking: the clock stands still.
    for (let turn = 0; turn < 10; turn += 1) {
      const claim = await sellers[turn % 2]!.claim({
        map,
        accountId: `account-${turn}`,
        grade: 'R',
        quantity: 2,
      });
      if (typeof claim === 'string') throw new Error(claim);
      await take(map, claim.seats);
      claim.held();
      sold.push(...claim.seats);
    }
    expect(new Set(sold).size).toBe(20);
    expect(Math.max(...sold)).toBeLessThanOrEqual(60);
  });
});

describe('a preview', () => {
  it('shows the seats that a hold would get, by number, with their prices of now', async () => {
    const map = await planted('preview', [6, 6]);
    await database.sql(
      `update seat set list_price = 1_250 where performance_id = 'preview' and seat_number = 4`,
    );
    const seller = service();
    const preview = await seller.preview({ map, accountId: 'alice', grade: 'R', quantity: 2 });
    expect(preview).toEqual(
      new Map([
        [3, 1_000],
        [4, 1_250],
      ]),
    );
    expect(await choose(map, 2, {}, seller)).toEqual([3, 4]);
  });

  it('writes nothing, and leaves no lock', async () => {
    const map = await planted('trace', [10, 10]);
    const versions = () =>
      database.sql(
        `select ctid::text, xmin::text, xmax::text, version from seat where performance_id = 'trace' order by seat_number`,
      );
    const before = await versions();
    const seller = service();
    await Promise.all(
      accounts(40).map((accountId) => seller.preview({ map, accountId, grade: 'R', quantity: 2 })),
    );
    expect(await versions()).toEqual(before);
  });

  it('shows the next best when seats were taken since the hall was observed', async () => {
    const map = await planted('preview-since', [6, 6]);
    const seller = service();
    await choose(map, 2, {}, seller);
    await take(map, [3, 4]);
    const preview = await seller.preview({ map, accountId: 'alice', grade: 'R', quantity: 2 });
    expect([...(preview as Map<number, number>).keys()]).toEqual([9, 10]);
  });
});

/** What an outsider saw: six accounts, one after another, in empty halls of the demo. */
describe('in the demo’s empty halls', () => {
  const demo = JSON.parse(readFileSync('demo/catalogue.json', 'utf8')) as CatalogueDocument;

  const gradesOf = (section: SectionDocument): readonly string[] =>
    'blocks' in section ? section.blocks.map(({ grade }) => grade) : section.seats.map(({ grade }) => grade);

  async function demoHall(venueId: string, isWanted: (grade: string) => boolean): Promise<SeatMap> {
    const venue = demo.venues.find(({ id }) => id === venueId)!;
    // The rest of the stadium is only slow to import.
    const sections = venue.sections.filter((section) => gradesOf(section).some(isWanted));
    const grades = new Set(sections.flatMap(gradesOf));
    const prices = Object.fromEntries([...grades].map((grade) => [grade, 1_000]));
    await importCatalogue(database, {
      venues: [{ ...venue, sections }],
      concerts: [
        concertDocument(`${venueId}-concert`, [performanceDocument(`${venueId}-1`, venueId, { prices })]),
      ],
    });
    return (await createSeatMaps(database).get(`${venueId}-1`))!;
  }

  /** The labels that the six get, who keep them. */
  async function sixBuyers(map: SeatMap, grade: string): Promise<readonly string[][]> {
    const seller = service();
    const labels: string[][] = [];
    for (const accountId of accounts(6)) {
      const claim = await seller.claim({ map, accountId, grade, quantity: 2 });
      if (typeof claim === 'string') throw new Error(claim);
      labels.push(claim.seats.map((seat) => map.labelOf(seat)));
    }
    return labels;
  }

  it('the VIP stand sells the middle of its first rows, on both sides of the stage', async () => {
    const map = await demoHall('bluehill-stadium', (grade) => grade === 'VIP');
    for (const [one, other] of await sixBuyers(map, 'VIP')) {
      const [section, row, seat] = one!.split('-');
      expect(['102', '103', '113', '114']).toContain(section);
      expect(['1', '2']).toContain(row);
      expect(Math.abs(Number(seat) - 25)).toBeLessThan(8);
      expect(other!.split('-').slice(0, 2)).toEqual([section, row]);
    }
  });

  it('the club sells its first rows before its last', async () => {
    const map = await demoHall('after-midnight', () => true);
    const labels = await sixBuyers(map, 'S');
    expect(labels.map(([label]) => label!.split('-').slice(0, 2).join('-'))).not.toContain('L-5');
    expect(labels[0]![0]!.split('-')[1]).toBe('1');
  });
});
