import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Child } from './child-process.ts';
import type { Children } from './children.ts';
import { keepChildren } from './children.ts';
import type { Order } from './messages.ts';

const noted: string[] = [];
const slept: number[] = vi.hoisted(() => []);
vi.mock('node:timers/promises', () => ({
  setTimeout: async (ms: number): Promise<void> => void slept.push(ms),
}));
beforeEach(() => {
  noted.length = 0;
  slept.length = 0;
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => {
    noted.push(String(line).trimEnd());
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

interface Fake extends Child {
  readonly orders: string[];
  serve(): void;
  end(how: string): void;
}

let pids = 100;

function fakeChild(number: number): Fake {
  let isReady = false;
  let noteStart: (isReady: boolean) => void = () => undefined;
  let noteEnd: (how: string) => void = () => undefined;
  const orders: string[] = [];
  return {
    number,
    pid: (pids += 1),
    get isReady() {
      return isReady;
    },
    started: new Promise((resolve) => (noteStart = resolve)),
    ended: new Promise((resolve) => (noteEnd = resolve)),
    ask: () => Promise.reject(new Error('nobody asks')),
    order: (order: Order) => void ('order' in order && orders.push(order.order)),
    give: () => undefined,
    kill: () => noteEnd('was killed by SIGKILL'),
    orders,
    serve: () => {
      isReady = true;
      noteStart(true);
    },
    end: (how) => {
      isReady = false;
      noteStart(false);
      noteEnd(how);
    },
  };
}

/** All that is due now happens. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
}

function keep(count = 2): { children: Children; launched: Fake[]; serving: Set<unknown> } {
  const launched: Fake[] = [];
  const serving = new Set<unknown>();
  const launch = (number: number): Fake => {
    const child = fakeChild(number);
    launched.push(child);
    return child;
  };
  const dispatcher = {
    add: (child: unknown) => void serving.add(child),
    retire: (child: unknown) => serving.delete(child),
    forget: (child: unknown) => void serving.delete(child),
  };
  return { children: keepChildren({ count, launch, dispatcher }), launched, serving };
}

async function keepServing(): Promise<ReturnType<typeof keep>> {
  const kept = keep();
  for (const child of kept.launched) child.serve();
  await kept.children.started;
  return kept;
}

describe('a child that ends', () => {
  it('is started again at once, and then with growing pauses', async () => {
    const { launched, serving } = await keepServing();
    for (let end = 0; end < 9; end += 1) {
      launched.at(-1)!.end('was killed by SIGKILL');
      await settle();
      launched.at(-1)!.serve();
      await settle();
    }
    expect(slept).toEqual([0, 1, 2, 4, 8, 16, 32, 60, 60].map((seconds) => seconds * 1_000));
    expect(noted[0]).toMatch(/^process 2 \(pid \d+\) was killed by SIGKILL; starting it again$/);
    expect(noted.at(-1)).toMatch(/; starting it again in 60 s$/);
    expect(serving).toEqual(new Set([launched[0], launched.at(-1)]));
  });

  it('is not started again once the service stops', async () => {
    const { children, launched } = await keepServing();
    const stopped = children.stop();
    for (const child of launched) child.end('ended with exit code 0');
    await stopped;
    await settle();
    expect(launched.map(({ orders }) => orders)).toEqual([['stop'], ['stop']]);
  });
});

describe('a service', () => {
  it('ends when no child can be started', async () => {
    const { children, launched } = keep();
    const failed = expect(children.started).rejects.toThrow(
      /^no process of the service can start: process \d \(pid \d+\) ended with exit code 1$/,
    );
    for (let start = 0; start < 5; start += 1) {
      launched[start]!.end('ended with exit code 1');
      await settle();
    }
    await failed;
    await expect(children.failed).rejects.toThrow('no process of the service can start');
    expect(launched).toHaveLength(6);
  });

  it('goes on while one serves, however often the other fails', async () => {
    const { children, launched } = keep();
    launched[0]!.serve();
    for (let start = 0; start < 20; start += 1) {
      launched.at(-1)!.end('ended with exit code 1');
      await settle();
    }
    launched.at(-1)!.serve();
    await children.started;
    expect(launched).toHaveLength(22);
  });
});

describe('a replacement', () => {
  it('lets a new child serve before the old one hands over, one after another', async () => {
    const { children, launched, serving } = await keepServing();
    const replaced = children.replaceAll();
    const [first, second, third] = launched as [Fake, Fake, Fake];
    await settle();
    expect([launched.length, first.orders, serving.has(first)]).toEqual([3, [], true]);
    third.serve();
    await settle();
    expect([first.orders, second.orders, serving]).toEqual([['hand over'], [], new Set([second, third])]);
    first.end('ended with exit code 0');
    await settle();
    launched[3]!.serve();
    await settle();
    expect(second.orders).toEqual(['hand over']);
    second.end('ended with exit code 0');
    await replaced;
    expect(serving).toEqual(new Set(launched.slice(2)));
    expect([slept, noted]).toEqual([[], ['every process has been replaced']]);
  });

  it('is done once more when it is asked for meanwhile, however often', async () => {
    const { children, launched } = await keepServing();
    const asked = [children.replaceAll(), children.replaceAll(), children.replaceAll()];
    for (let place = 0; place < 4; place += 1) {
      await settle();
      launched[place + 2]!.serve();
      await settle();
      launched[place]!.end('ended with exit code 0');
    }
    await Promise.all(asked);
    expect(launched).toHaveLength(6);
    expect(noted).toEqual(['every process has been replaced', 'every process has been replaced']);
  });

  it('changes nothing when a new child does not start', async () => {
    const { children, launched, serving } = await keepServing();
    const replaced = children.replaceAll();
    await settle();
    launched[2]!.end('ended with exit code 1');
    await replaced;
    await settle();
    expect(serving).toEqual(new Set(launched.slice(0, 2)));
    expect(launched).toHaveLength(3);
    expect(noted).toEqual([
      'the new process 1 ended with exit code 1 before it served; the others stay as they are',
    ]);
  });

  it('takes the place of a child that ends meanwhile', async () => {
    const { children, launched, serving } = await keepServing();
    void children.replaceAll();
    await settle();
    launched[0]!.end('was killed by SIGKILL');
    await settle();
    expect(launched).toHaveLength(3);
    launched[2]!.serve();
    await settle();
    expect(serving).toEqual(new Set(launched.slice(1, 3)));
    expect(launched).toHaveLength(4);
  });
});
