/** A watcher of seats misses no change: slow, rolled back, expired, resumed or made by another service. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { PooledClient, Queryable } from '../../src/db/pool.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { createSeatWatching } from '../../src/seats/watching.ts';
import type { SeatWatching } from '../../src/seats/watching.ts';
import { createHalls } from '../../src/seats/halls.ts';
import { importCatalogue } from '../../src/catalogue/import/import.ts';
import { setSale } from '../../src/box-office/operator/sale.ts';
import { changesOf, EMPTY_SNAPSHOT } from '../../src/seats/changes.ts';
import { DATABASE_DEFAULTS, openDatabase } from '../../src/db/database.ts';
import type { Database } from '../../src/db/database.ts';
import { startEmbeddedServer } from '../../src/embedded-server/server.ts';
import { migrate } from '../../src/db/migrate.ts';
import { administer } from '../support/administer.ts';
import { plantPerformance } from '../support/catalogue.ts';
import { catalogueDocument, sectionDocument } from '../support/catalogue-documents.ts';
import { useDatabase } from '../support/database.ts';
import { startFaultyProxy } from '../support/faulty-proxy.ts';
import { connected, until } from '../support/gate.ts';
import { observed } from '../support/observed.ts';
import { SEED } from '../support/seed.ts';
import { createViewer, readPage } from './seat-viewer.ts';
import type { Page, Viewer } from './seat-viewer.ts';

const database = useDatabase();

const hubs: SeatWatching[] = [];
afterEach(async () => {
  await Promise.all(hubs.splice(0).map((hub) => hub.close()));
});

interface HubOptions {
  readonly database?: Database;
  readonly mapRevisionOf?: (performanceId: string) => Promise<number>;
  readonly intervalMs?: number;
  readonly onWarning?: (line: string) => void;
}

async function mapRevisionOf(performanceId: string): Promise<number> {
  const [row] = await database.sql<{ revision: number }>(
    `select v.revision from performance as p join venue as v on v.venue_id = p.venue_id where p.performance_id = $1`,
    [performanceId],
  );
  return row!.revision;
}

/** A hub of a service of its own, which ticks when the test calls `tick`. */
function openHub(options: HubOptions = {}): SeatWatching {
  const { database: on = database, onWarning, intervalMs = 0 } = options;
  const halls = createHalls({ read: changesOf(on), mapRevisionOf, ...options });
  const hub = createSeatWatching({ halls, intervalMs, onWarning });
  hubs.push(hub);
  return hub;
}

type Writer = Queryable;

/** What a statement of the engine leaves of a seat; `heldFor` is an interval from now, of either sign. */
async function write(
  writer: Writer,
  performanceId: string,
  seat: number,
  state: 'free' | 'held' | 'sold',
  heldFor = '1 hour',
): Promise<void> {
  await writer.query(
    `update seat
     set state = $3::text::seat_state, price = list_price,
         version = version + 1,
         changed_by = pg_current_xact_id(),
         reservation_id = case when $3::text <> 'free' then gen_random_uuid() end,
         held_until = case when $3::text = 'held' then clock_timestamp() + $4::interval end
     where performance_id = $1 and seat_number = $2`,
    [performanceId, seat, state, heldFor],
  );
}

async function statesOf(performanceId: string): Promise<string> {
  return (await readPage(database, performanceId)).states;
}

/** A viewer who watches. */
async function viewerAt(hub: SeatWatching, performanceId: string): Promise<Viewer> {
  const viewer = await createViewer(database, performanceId);
  const joined = viewer.watch(hub);
  await hub.tick();
  await joined;
  return viewer;
}

describe('a watcher', () => {
  it('gets the sale, then each change by its new state', async () => {
    const performanceId = await plantPerformance(database, { seats: 5 });
    const hub = openHub();
    const viewer = await viewerAt(hub, performanceId);
    expect(viewer.events).toEqual([
      expect.objectContaining({ kind: 'sale', saleState: 'open', sale: 'open', saleClosesAt: null }),
    ]);
    await write(database.pool, performanceId, 1, 'sold');
    await write(database.pool, performanceId, 2, 'held');
    await write(database.pool, performanceId, 3, 'held');
    await hub.tick();
    await write(database.pool, performanceId, 3, 'free');
    await write(database.pool, performanceId, 4, 'held', '-1 second');
    await hub.tick();
    // Rewritten, and the same as before to every viewer.
    await write(database.pool, performanceId, 2, 'held');
    await hub.tick();
    const seats = viewer.events.filter((event) => event.kind === 'seats');
    expect(seats.map(({ free, held, sold }) => ({ free, held, sold }))).toEqual([
      { free: undefined, held: [2, 3], sold: [1] },
      { free: [3], held: undefined, sold: undefined },
    ]);
    expect(viewer.page.states).toBe('shfff');
  });

  it('gets the sale when an operator or the time changes it', async () => {
    const performanceId = await plantPerformance(database, { opensAt: new Date(Date.now() + 3_600_000) });
    const hub = openHub();
    const viewer = await viewerAt(hub, performanceId);
    const sales = (): unknown[] =>
      viewer.events.flatMap((event) => (event.kind === 'sale' ? [event.sale] : []));
    await database.sql(
      `update performance set sale_opens_at = clock_timestamp() + interval '50 ms' where performance_id = $1`,
      [performanceId],
    );
    await until(async () => {
      await hub.tick();
      return sales().at(-1) === 'open';
    });
    await setSale({ database }, { performanceId, state: 'paused', by: {} });
    await hub.tick();
    await hub.tick();
    // An earlier opening is a change, too.
    expect([...new Set(sales())]).toEqual(['not_yet', 'open', 'paused']);
  });

  it('sees a hold end although nothing is written', async () => {
    for (const heldFor of ['300 milliseconds', '2 seconds', '8 seconds']) {
      const performanceId = await plantPerformance(database, { seats: 2 });
      const hub = openHub();
      await write(database.pool, performanceId, 1, 'held', heldFor);
      const viewer = await viewerAt(hub, performanceId);
      const away = await createViewer(database, performanceId);
      // The machine was so slow that the hold was over before both had seen it.
      if (viewer.page.states !== 'hf' || away.page.states !== 'hf') continue;
      await until(async () => {
        await hub.tick();
        return viewer.page.states === 'ff';
      });
      const joined = away.watch(hub);
      await hub.tick();
      await joined;
      expect(away.page.states).toBe('ff');
      return;
    }
    throw new Error('nobody saw the hold in time');
  });

  it('misses no slow transaction that began before it came and commits after many fast ones', async () => {
    const performanceId = await plantPerformance(database, { seats: 12 });
    const hub = openHub();
    const slow = await database.pool.connect();
    await slow.query('begin');
    await write(slow, performanceId, 1, 'sold');
    const viewer = await viewerAt(hub, performanceId);
    for (let seat = 2; seat <= 10; seat += 1) {
      await write(database.pool, performanceId, seat, 'held');
      await hub.tick();
    }
    expect(viewer.page.states).toBe('fhhhhhhhhhff');
    await slow.query('commit');
    slow.release();
    await hub.tick();
    expect(viewer.page.states).toBe('shhhhhhhhhff');
    expect(await statesOf(performanceId)).toBe(viewer.page.states);
  });

  it('continues from any cursor, however old, and without one gets every seat', async () => {
    const performanceId = await plantPerformance(database, { seats: 4 });
    const hub = openHub();
    const viewer = await viewerAt(hub, performanceId);
    for (const seat of [1, 2, 3]) {
      await write(database.pool, performanceId, seat, 'held');
      await hub.tick();
    }
    expect(viewer.past.map(({ states }) => states)).toEqual(['ffff', 'hfff', 'hhff', 'hhhf']);
    for (const page of viewer.past) {
      viewer.leave();
      const joined = viewer.watch(hub, page);
      await hub.tick();
      await joined;
      expect(viewer.page.states).toBe('hhhf');
    }
    viewer.leave();
    const answer = hub.watch({ performanceId, onEvents: () => undefined, onEnd: () => undefined });
    await hub.tick();
    expect(await answer).toMatchObject({
      events: [{ kind: 'sale' }, { kind: 'seats', free: [4], held: [1, 2, 3] }],
    });
  });

  it('is caught up from few different cursors a tick: watchers with further ones join with the next', async () => {
    const performanceId = await plantPerformance(database, { seats: 40 });
    const hub = openHub();
    const viewer = await viewerAt(hub, performanceId);
    for (let seat = 1; seat <= 40; seat += 1) {
      await write(database.pool, performanceId, seat, 'held');
      await hub.tick();
    }
    viewer.leave();
    const old = viewer.past.slice(0, 40);
    let caughtUp = 0;
    const joining = [...old, ...old].map(async ({ cursor }) => {
      const answer = await hub.watch({
        performanceId,
        cursor,
        onEvents: () => undefined,
        onEnd: () => undefined,
      });
      expect(answer).toMatchObject({ events: [{ kind: 'sale' }, { kind: 'seats' }] });
      caughtUp += 1;
    });
    await hub.tick();
    await new Promise(setImmediate);
    expect(caughtUp).toBe(2 * 32);
    await hub.tick();
    await Promise.all(joining);
  });

  it('is refused what is no cursor, and what is no performance', async () => {
    const performanceId = await plantPerformance(database);
    const hub = openHub();
    const listener = { onEvents: () => undefined, onEnd: () => undefined };
    expect(await hub.watch({ performanceId, cursor: '12', ...listener })).toMatchObject({
      outcome: 'invalid_request',
    });
    const nowhere = hub.watch({ performanceId: 'nowhere', ...listener });
    await hub.tick();
    expect(await nowhere).toEqual({ outcome: 'not_found', what: 'performance' });
    const ended = hub.watch({ performanceId, ...listener });
    await hub.close();
    expect(await ended).toMatchObject({ outcome: 'overloaded' });
    expect(await hub.watch({ performanceId, ...listener })).toMatchObject({ outcome: 'overloaded' });
  });

  it('is ended when the box office closes', async () => {
    const performanceId = await plantPerformance(database);
    const hub = openHub();
    const viewer = await viewerAt(hub, performanceId);
    expect(hub.watcherCount()).toBe(1);
    await hub.close();
    expect([viewer.state, hub.watcherCount()]).toEqual(['ended', 0]);
  });
});

describe('two services on one database', () => {
  it('both see every change, and a watcher may go from one to the other', async () => {
    const performanceId = await plantPerformance(database, { seats: 6 });
    const [one, other] = [openHub(), openHub({ database: database.rival })];
    const stays = await viewerAt(one, performanceId);
    const goes = await viewerAt(other, performanceId);
    await write(database.pool, performanceId, 1, 'held');
    await other.tick();
    expect(goes.page.states).toBe('hfffff');
    // It knows more than the other service has read so far, and must not be set back.
    goes.leave();
    const joined = goes.watch(one);
    await write(database.pool, performanceId, 2, 'sold');
    await one.tick();
    await joined;
    expect([stays.page.states, goes.page.states]).toEqual(['hsffff', 'hsffff']);
    expect(goes.past.map(({ states }) => states)).toEqual(['ffffff', 'hfffff', 'hsffff']);
  });

  it('let a watcher that comes during an observation wait for the next one', async () => {
    const performanceId = await plantPerformance(database, { seats: 2 });
    let goOn = (): void => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    let reading = (): void => undefined;
    const begun = new Promise<void>((resolve) => (reading = resolve));
    let slow = false;
    const afterReading = async <T>(rows: Promise<T>): Promise<T> => {
      const read = await rows;
      if (!slow) return read;
      reading();
      await held;
      return read;
    };
    const hub = openHub({
      database: { ...database, connect: (work) => afterReading(database.connect(work)) },
    });
    const early = await viewerAt(hub, performanceId);
    slow = true;
    const tick = hub.tick();
    await begun;
    await write(database.pool, performanceId, 1, 'sold');
    const late = await createViewer(database, performanceId);
    const joined = late.watch(hub);
    goOn();
    await tick;
    expect([early.page.states, late.page.states]).toEqual(['ff', 'sf']);
    await hub.tick();
    await joined;
    expect([early.page.states, late.page.states]).toEqual(['sf', 'sf']);
    expect(late.events.map(({ kind }) => kind)).toEqual(['sale']);
  });
});

describe('the observations', () => {
  it('run once a tick for each watched performance, however many watch, and not at all when nobody does', async () => {
    const [first, second] = [await plantPerformance(database), await plantPerformance(database)];
    const since: unknown[] = [];
    const hub = openHub({
      database: observed(database, (_name, [, snapshot]) => void since.push(snapshot)),
    });
    await hub.tick();
    expect(since).toEqual([]);
    const viewers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => createViewer(database, i % 2 === 0 ? first : second)),
    );
    const joined = viewers.map((viewer) => viewer.watch(hub));
    await hub.tick();
    await Promise.all(joined);
    expect(since).toEqual([EMPTY_SNAPSHOT, EMPTY_SNAPSHOT]);
    await write(database.pool, first, 1, 'sold');
    await hub.tick();
    expect(since).toHaveLength(4);
    // All receive the same object, so that it is serialized once.
    const told = new Set(viewers.map(({ events }) => events.find(({ kind }) => kind === 'seats')));
    expect(told.size).toBe(2);
    for (const viewer of viewers) viewer.leave();
    await hub.tick();
    expect(since).toHaveLength(4);
    // A watcher that returns gets what has changed meanwhile, and watchers that left together share one object.
    await write(database.pool, first, 2, 'held');
    const [one, other] = [viewers[0]!, viewers[2]!];
    const back = [one.watch(hub), other.watch(hub)];
    await hub.tick();
    await Promise.all(back);
    expect(since).toHaveLength(5);
    expect(since[4]).not.toBe(EMPTY_SNAPSHOT);
    expect(one.events.at(-1)).toMatchObject({ kind: 'seats', held: [2] });
    expect(one.events.at(-1)).toBe(other.events.at(-1));
  });

  it('run by themselves while there is a watcher', async () => {
    const performanceId = await plantPerformance(database, { seats: 1 });
    const hub = openHub({ intervalMs: 5 });
    const viewer = await createViewer(database, performanceId);
    await viewer.watch(hub);
    await write(database.pool, performanceId, 1, 'sold');
    await until(async () => viewer.page.states === 's');
  });

  it('continue after the database was unreachable, and miss nothing', async () => {
    const performanceId = await plantPerformance(database, { seats: 3 });
    const proxy = await startFaultyProxy(database.url);
    const remote = openDatabase({ ...DATABASE_DEFAULTS, url: proxy.url, poolSize: 1 });
    const warnings: string[] = [];
    const hub = openHub({ database: remote, onWarning: (line) => warnings.push(line) });
    const viewer = await viewerAt(hub, performanceId);
    proxy.disconnect('refuse');
    await write(database.pool, performanceId, 1, 'sold');
    const turnedAway = await createViewer(database, performanceId);
    const refused = turnedAway.watch(hub);
    await hub.tick();
    await hub.tick();
    expect(await refused).toMatchObject({ outcome: 'overloaded' });
    expect([viewer.state, viewer.page.states, warnings.length]).toEqual(['watching', 'fff', 1]);
    await write(database.pool, performanceId, 2, 'held');
    proxy.reconnect();
    await connected(remote);
    await hub.tick();
    expect(viewer.page.states).toBe('shf');
    await hub.close();
    await remote.close();
    await proxy.close();
  });
});

describe('a new seat map', () => {
  it('resets the watchers as soon as this service hands it out, and those that come with a cursor of the old one', async () => {
    const id = 'live-map';
    await importCatalogue(database, catalogueDocument(id, [sectionDocument('A', [3])]));
    let handedOut = 1;
    const hub = openHub({ mapRevisionOf: async () => handedOut });
    const viewer = await viewerAt(hub, id);
    const away = await createViewer(database, id);
    await importCatalogue(database, catalogueDocument(id, [sectionDocument('A', [3, 2])]));
    await write(database.pool, id, 1, 'sold');
    await hub.tick();
    expect([viewer.state, viewer.page.states]).toEqual(['watching', 'sff']);
    // A watcher that has read the new map from another service waits until this service knows it, too.
    const ahead = await createViewer(database, id);
    const aheadJoined = ahead.watch(hub);
    await hub.tick();
    handedOut = 2;
    await hub.tick();
    await aheadJoined;
    expect([viewer.state, ahead.state, ahead.page.states]).toEqual(['reset', 'watching', 'sffff']);
    const late = away.watch(hub);
    await hub.tick();
    await late;
    expect(away.state).toBe('reset');
    await write(database.pool, id, 5, 'held');
    await hub.tick();
    expect(ahead.page.states).toBe('sfffh');
    expect(hub.watcherCount()).toBe(1);
  });
});

describe('a server that has crashed', () => {
  it('resets everybody, because it may give numbers of transactions again', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'rowlock-live-'));
    await chmod(dataDir, 0o711);
    const server = await startEmbeddedServer({ dataDir });
    await migrate(server.url);
    const own = openDatabase({ ...DATABASE_DEFAULTS, url: server.url });
    const handle = {
      ...own,
      sql: async (text: string, values?: unknown[]) => (await own.pool.query(text, values)).rows,
    };
    const performanceId = await plantPerformance(handle as never, { seats: 2 });
    const hub = openHub({ database: own, mapRevisionOf: async () => 1 });
    const watch = async (viewer: Viewer): Promise<void> => {
      const joined = viewer.watch(hub);
      await hub.tick();
      await joined;
    };
    const viewer = await createViewer(own, performanceId);
    await watch(viewer);
    const away = await createViewer(own, performanceId);
    const [backend] = await handle.sql('select pg_backend_pid() as pid');
    process.kill((backend as { pid: number }).pid, 'SIGKILL');
    await until(async () => administer(server.url, 'select 1').then(...yesOrNo));
    await until(async () => {
      await hub.tick();
      return viewer.state !== 'watching';
    });
    await watch(away);
    expect([viewer.state, away.state]).toEqual(['reset', 'reset']);
    const again = await createViewer(own, performanceId);
    await watch(again);
    await write(own.pool, performanceId, 2, 'sold');
    await hub.tick();
    expect([again.state, again.page.states]).toEqual(['watching', 'fs']);
    await hub.close();
    await own.close();
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  });
});

const yesOrNo = [() => true, () => false] as const;

const SEATS = 8;
const VIEWERS = 4;
const WRITERS = 3;

const seat = fc.integer({ min: 1, max: SEATS });
const state = fc.constantFrom('free' as const, 'held' as const, 'sold' as const);
/** Some holds have ended when they are written, some end while the story runs, some stay. */
const heldFor = fc.constantFrom('-1 second', '3 milliseconds', '20 milliseconds', '1 hour');
const written = { seat, state, heldFor };
const viewer = fc.nat(VIEWERS - 1);
const hub = fc.nat(1);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant('write' as const), ...written }) },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('write slowly' as const),
      writer: fc.nat(WRITERS - 1),
      ...written,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant('end' as const),
      writer: fc.nat(WRITERS - 1),
      how: fc.constantFrom('commit', 'rollback'),
    }),
  },
  { weight: 5, arbitrary: fc.record({ does: fc.constant('tick' as const), hub }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('watch' as const), viewer, hub }) },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant('resume' as const),
      viewer,
      hub,
      from: viewer,
      age: fc.nat(20),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('read' as const), viewer }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('leave' as const), viewer }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

interface Story {
  readonly performanceId: string;
  readonly hubs: readonly [SeatWatching, SeatWatching];
  readonly viewers: Viewer[];
  /** Writers with an open transaction, and the seats that each has locked. */
  readonly open: Map<number, { readonly client: PooledClient; readonly seats: Set<number> }>;
  readonly joining: Promise<unknown>[];
}

async function tell(story: Story, told: Step): Promise<void> {
  const { performanceId, viewers, open } = story;
  if (told.does === 'tick') return story.hubs[told.hub]!.tick();
  if (told.does === 'write' || told.does === 'write slowly') return tellWrite(story, told);
  if (told.does === 'end') {
    const slow = open.get(told.writer);
    open.delete(told.writer);
    await slow?.client.query(told.how);
    slow?.client.release();
    return undefined;
  }
  const who = viewers[told.viewer]!;
  who.leave();
  if (told.does === 'read') viewers[told.viewer] = await createViewer(database, performanceId);
  if (told.does === 'watch') story.joining.push(who.watch(story.hubs[told.hub]!));
  if (told.does === 'resume') {
    const { past } = viewers[told.from]!;
    const page: Page = past[past.length - 1 - (told.age % past.length)]!;
    story.joining.push(who.watch(story.hubs[told.hub]!, page));
  }
  return undefined;
}

async function tellWrite(
  { performanceId, open }: Story,
  told: Step & { readonly does: 'write' | 'write slowly' },
): Promise<void> {
  const writer = told.does === 'write' ? undefined : told.writer;
  // The write would wait for a writer that has this seat and has not ended.
  if ([...open].some(([other, { seats }]) => other !== writer && seats.has(told.seat))) return;
  if (writer === undefined) return write(database.pool, performanceId, told.seat, told.state, told.heldFor);
  const slow = open.get(writer) ?? { client: await database.pool.connect(), seats: new Set() };
  if (!open.has(writer)) await slow.client.query('begin');
  open.set(writer, slow);
  slow.seats.add(told.seat);
  await write(slow.client, performanceId, told.seat, told.state, told.heldFor);
}

/** Everything commits, every hold that ends soon has ended by the clock of the readings, and everybody watches. */
async function finish(story: Story): Promise<void> {
  for (const { client } of story.open.values()) {
    await client.query('commit');
    client.release();
  }
  await until(async () => {
    const [row] = await database.sql<{ pending: number }>(
      `select count(*)::int as pending from seat
       where performance_id = $1 and held_until > date_trunc('milliseconds', clock_timestamp())
         and held_until < clock_timestamp() + interval '1 minute'`,
      [story.performanceId],
    );
    return row!.pending === 0;
  });
  for (const [i, who] of story.viewers.entries()) {
    if (who.state === 'away') story.joining.push(who.watch(story.hubs[i % 2]!));
  }
  for (const each of story.hubs) await each.tick();
  await Promise.all(story.joining);
}

describe(`stories of seed ${SEED}`, () => {
  it('of fast and slow writers, rollbacks, holds that end and viewers who come and go: everybody shows the truth', async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 80, size: 'max' }), async (steps) => {
        const performanceId = await plantPerformance(database, { seats: SEATS });
        const viewers = await Promise.all(
          Array.from({ length: VIEWERS }, () => createViewer(database, performanceId)),
        );
        const pair = [openHub(), openHub({ database: database.rival })] as const;
        const story: Story = { performanceId, hubs: pair, viewers, open: new Map(), joining: [] };
        for (const each of steps) await tell(story, each);
        await finish(story);
        const truth = await statesOf(performanceId);
        expect(viewers.map((who) => [who.state, who.page.states])).toEqual(
          viewers.map(() => ['watching', truth]),
        );
        for (const { events } of viewers) {
          for (const { kind } of events) seen.set(kind, (seen.get(kind) ?? 0) + 1);
        }
        await Promise.all(pair.map((each) => each.close()));
      }),
      { seed: SEED, numRuns: 100 },
    );
    expect(seen.get('seats')).toBeGreaterThan(100);
    expect(seen.get('reset')).toBeUndefined();
  });
});
