import { beforeEach, describe, expect, it } from 'vitest';
import type { Browser, Reading } from './browser.ts';
import type { LiveSeats } from './live-seats.ts';
import { watchSeats } from './live-seats.ts';

type Listener = (event: { readonly data: string; readonly lastEventId: string }) => void;

class FakeStream {
  readyState = 0;
  readonly listeners = new Map<string, Listener>();
  readonly url: string;
  constructor(url: string) {
    this.url = url;
  }
  addEventListener(type: string, listen: Listener): void {
    this.listeners.set(type, listen);
  }
  close(): void {
    this.readyState = 2;
  }
  say(type: string, data: unknown = {}, lastEventId = ''): void {
    if (type === 'open') this.readyState = 1;
    this.listeners.get(type)?.({ data: JSON.stringify(data), lastEventId });
  }
  /** The answer was no stream: the browser gives up. */
  refuse(): void {
    this.readyState = 2;
    this.say('error');
  }
}

/** A browser whose time, network and service the test moves. */
function createFakeBrowser(): {
  readonly browser: Browser;
  readonly streams: FakeStream[];
  readonly requests: { url: string; etag: string | undefined; aborted: () => boolean }[];
  readonly open: () => readonly FakeStream[];
  readonly timers: () => number;
  answer: (url: string) => Promise<Reading | undefined>;
  page: (event: 'hidden' | 'visible' | 'online') => void;
  pass: (ms: number) => Promise<void>;
  seats: (seats: string, cursor?: string, etag?: string) => void;
} {
  let nowMs = 0;
  let timers: { atMs: number; act: () => void }[] = [];
  const streams: FakeStream[] = [];
  const fake: ReturnType<typeof createFakeBrowser> = {
    streams,
    requests: [],
    open: () => streams.filter(({ readyState }) => readyState !== 2),
    timers: () => timers.length,
    answer: () => Promise.resolve(undefined),
    page: () => {},
    seats(seats, cursor, etag) {
      const body = { at: '2030-01-01T00:00:00.000Z', seats, ...(cursor === undefined ? {} : { cursor }) };
      fake.answer = (url) =>
        Promise.resolve(
          url.endsWith('/seats')
            ? { status: 200, etag, body }
            : { status: 404, etag: undefined, body: undefined },
        );
    },
    async pass(ms) {
      await settle();
      const untilMs = nowMs + ms;
      for (;;) {
        const [next] = timers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs);
        if (next === undefined) break;
        timers = timers.filter((timer) => timer !== next);
        nowMs = Math.max(nowMs, next.atMs);
        next.act();
        await settle();
      }
      nowMs = untilMs;
    },
    browser: {
      async read(url, { etag, signal }) {
        fake.requests.push({ url, etag, aborted: () => signal.aborted });
        return fake.answer(url);
      },
      openStream(url) {
        const stream = new FakeStream(url);
        streams.push(stream);
        return stream;
      },
      after(ms, act) {
        const timer = { atMs: nowMs + ms, act };
        timers.push(timer);
        return () => {
          timers = timers.filter((other) => other !== timer);
        };
      },
      page(listen) {
        fake.page = listen;
        return () => {
          fake.page = () => {};
        };
      },
      nowMs: () => nowMs,
    },
  };
  return fake;
}

/** Lets all promises that are already answered go on. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

function textOf({ states }: LiveSeats): string {
  return [...(states.value?.codes ?? [])].map((code) => '-fhs'[code]).join('');
}

describe('live seats', () => {
  let fake: ReturnType<typeof createFakeBrowser>;

  beforeEach(() => {
    fake = createFakeBrowser();
    fake.seats('ffhs-', 'c1', 'W/"1"');
  });

  async function watching(): Promise<{ live: LiveSeats; stream: FakeStream }> {
    const live = watchSeats('p 1', fake.browser);
    await fake.pass(0);
    const stream = fake.streams.at(-1)!;
    stream.say('open');
    return { live, stream };
  }

  it('reads all states, then watches from the cursor of that reading', async () => {
    const { live, stream } = await watching();
    expect(fake.requests.map(({ url }) => url)).toEqual(['/v1/performances/p%201/seats']);
    expect(stream.url).toBe('/v1/performances/p%201/seats/events?cursor=c1');
    expect([textOf(live), live.connection.value, live.states.value?.changed]).toEqual([
      'ffhs-',
      'live',
      undefined,
    ]);
  });

  it('applies changes, tells which seats really changed, and leaves earlier states as they were', async () => {
    const { live, stream } = await watching();
    const before = live.states.value!;
    stream.say('seats', { at: '', held: [1], sold: [3, 4], free: [99] }, 'c2');
    expect([textOf(live), live.states.value?.changed]).toEqual(['hfss-', [1, 3]]);
    expect(live.states.value?.version).toBe(before.version + 1);
    expect([...before.codes]).toEqual([1, 1, 2, 3, 0]);
    const after = live.states.value;
    stream.say('seats', { at: '', held: [1] }, 'c3');
    expect(live.states.value).toBe(after);
  });

  it('gets changes of the sale', async () => {
    const { live, stream } = await watching();
    const sale = { sale: 'paused', saleState: 'paused', saleOpensAt: 'x', saleClosesAt: null };
    stream.say('sale', { at: 'y', ...sale });
    expect(live.sale.value).toEqual(sale);
  });

  it('leaves a broken connection to the browser, and says so meanwhile', async () => {
    const { live, stream } = await watching();
    stream.readyState = 0;
    stream.say('error');
    expect([live.connection.value, fake.open()]).toEqual(['connecting', [stream]]);
    stream.say('open');
    expect(live.connection.value).toBe('live');
  });

  it('polls while there is no stream, and tries again from the newest cursor', async () => {
    const { live, stream } = await watching();
    stream.say('seats', { at: '', held: [1] }, 'c2');
    fake.seats('sfhs-', 'c9', 'W/"9"');
    stream.refuse();
    await fake.pass(0);
    expect([textOf(live), live.states.value?.changed, live.connection.value]).toEqual(['sfhs-', [1], 'live']);
    await fake.pass(1_000);
    const again = fake.streams.at(-1)!;
    expect([again === stream, again.url.endsWith('cursor=c9')]).toEqual([false, true]);
    again.say('open');
    const requests = fake.requests.length;
    await fake.pass(60_000);
    expect(fake.requests).toHaveLength(requests);
  });

  it('polls every second with the tag it knows when there never is a stream, and tries it less and less', async () => {
    const live = watchSeats('p', fake.browser);
    await fake.pass(0);
    fake.streams[0]!.refuse();
    for (let second = 0; second < 60; second++) {
      await fake.pass(1_000);
      for (const stream of fake.open()) stream.refuse();
    }
    const polls = fake.requests.filter(({ url }) => url.endsWith('/seats'));
    expect(polls.length).toBeGreaterThan(55);
    expect(polls.length).toBeLessThan(70);
    expect(polls.at(-1)!.etag).toBe('W/"1"');
    expect(fake.streams.length).toBeLessThan(12);
    expect(live.connection.value).toBe('live');
  });

  it.each([
    ['every five seconds', '2999-01-01T00:00:00.000Z', 1],
    ['with every poll when it should have opened', '2000-01-01T00:00:00.000Z', 4],
  ])('without a stream asks for a sale that has not opened %s', async (_, saleOpensAt, expected) => {
    const sale = { sale: 'not_yet', saleState: 'open', saleOpensAt, saleClosesAt: null };
    fake.seats('ff');
    const seats = fake.answer;
    fake.answer = (url) =>
      url.endsWith('/seats') ? seats(url) : Promise.resolve({ status: 200, etag: undefined, body: sale });
    const live = watchSeats('p', fake.browser);
    await fake.pass(3_500);
    expect(live.sale.value).toEqual(sale);
    expect(fake.requests.filter(({ url }) => !url.endsWith('/seats'))).toHaveLength(expected);
    live.close();
  });

  it('polls a service that has no stream at all', async () => {
    fake.seats('ff');
    const live = watchSeats('p', fake.browser);
    await fake.pass(0);
    fake.seats('fs');
    await fake.pass(1_000);
    expect([textOf(live), fake.streams.length]).toEqual(['fs', 0]);
  });

  it('is offline when nothing answers, asks less often, and comes back', async () => {
    fake.answer = () => Promise.resolve(undefined);
    const live = watchSeats('p', fake.browser);
    await fake.pass(30_000);
    expect(live.connection.value).toBe('offline');
    expect(fake.requests.length).toBeLessThan(8);
    fake.seats('f', 'c1');
    fake.page('online');
    await fake.pass(0);
    fake.streams.at(-1)!.say('open');
    expect([live.connection.value, textOf(live)]).toEqual(['live', 'f']);
  });

  it('does not let a late answer overwrite what the stream has told', async () => {
    const { live, stream } = await watching();
    let give: (reading: Reading) => void = () => {};
    fake.answer = () =>
      new Promise((resolve) => {
        give = resolve;
      });
    stream.refuse();
    await fake.pass(1_000);
    const again = fake.open()[0]!;
    again.say('open');
    again.say('seats', { at: '', sold: [2] }, 'c5');
    give({ status: 200, etag: undefined, body: { at: '', seats: 'ffff-', cursor: 'c3' } });
    await settle();
    expect(textOf(live)).toBe('fshs-');
  });

  it('reads everything again after a reset, and tells that the map may have changed', async () => {
    const { live, stream } = await watching();
    fake.seats('sss', 'c7');
    stream.say('reset');
    expect(live.mapVersion.value).toBe(1);
    expect(stream.readyState).toBe(2);
    await fake.pass(500);
    expect([textOf(live), live.states.value?.changed]).toEqual(['sss', undefined]);
    expect(fake.open().map(({ url }) => url)).toEqual(['/v1/performances/p%201/seats/events?cursor=c7']);
  });

  it('lets the stream go when nobody has looked for a while, and goes on from there', async () => {
    const { live, stream } = await watching();
    stream.say('seats', { at: '', sold: [1] }, 'c2');
    fake.page('hidden');
    await fake.pass(4_000);
    expect(fake.open()).toEqual([stream]);
    await fake.pass(2_000);
    expect(fake.open()).toEqual([]);
    const requests = fake.requests.length;
    fake.page('visible');
    expect(fake.open()[0]!.url).toMatch(/cursor=c2$/);
    fake.open()[0]!.say('open');
    expect([fake.requests.length, live.connection.value]).toEqual([requests, 'live']);
  });

  it('keeps the stream of a tab that was hidden for a moment', async () => {
    const { stream } = await watching();
    fake.page('hidden');
    await fake.pass(4_000);
    fake.page('visible');
    await fake.pass(60_000);
    expect(fake.open()).toEqual([stream]);
  });

  it('leaves nothing behind when closed, in whatever it was', async () => {
    const { live, stream } = await watching();
    stream.refuse();
    live.close();
    await fake.pass(60_000);
    expect([
      fake.open(),
      fake.timers(),
      fake.requests.every(({ aborted }, i) => i === 0 || aborted()),
    ]).toEqual([[], 0, true]);
    fake.page('visible');
    expect(fake.open()).toEqual([]);
  });
});
