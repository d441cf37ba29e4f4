/** The floor and the aim of every line of the benchmark's table. */

export interface Floor {
  readonly rival: string;
  readonly unit: string;
  /** The ratio that a workload must reach. */
  readonly floor: number;
  /** The ratio that a workload should reach. */
  readonly aim: number;
  /** Which way the ratio is bounded. */
  readonly bound: 'at least' | 'at most';
  /** `baseline/ours` where the values are times and the ratio is a speed-up. */
  readonly ratio: 'ours/baseline' | 'baseline/ours';
}

const SCRIPT = { rival: 'the best single statement by pgbench', unit: '/s', ...faster() };
const ATOMIC = { rival: 'the strategy `atomic`', unit: '/s', floor: 2, aim: 5, ...faster() };
const GROWTH = { rival: 'one crowd', floor: 1.3, aim: 1.05, ...lower() };
const BARE = { rival: 'a bare `node:http` server', unit: '/s', ...faster() };
// Operations per second of processor time, which tell a small difference where rates do not.
const CHEAPER = { unit: ' µs', bound: 'at least', ratio: 'baseline/ours' } as const;
const SOONER = { unit: ' s', bound: 'at least', ratio: 'baseline/ours' } as const;
const P99 = { rival: '`optimistic` at the same rate', unit: ' ms', floor: 0.5, aim: 0.2, ...lower() };

export const FLOORS = {
  'hot-wallet': { ...SCRIPT, floor: 8, aim: 20 },
  'hot-wallet-own': ATOMIC,
  'on-sale-1-seat': { ...SCRIPT, floor: 2, aim: 5 },
  'on-sale-1-seat-own': ATOMIC,
  'on-sale-2-seats': { ...SCRIPT, floor: 2, aim: 5 },
  'on-sale-2-seats-own': ATOMIC,
  payments: { ...SCRIPT, floor: 1.3, aim: 3 },
  'payments-own': ATOMIC,
  crowd: { rival: '`optimistic`, one transaction per request', floor: 4, aim: 15, ...SOONER },
  'crowd-atomic': { rival: '`atomic`, one transaction per request', floor: 2, aim: 5, ...SOONER },
  'crowd-growth-statements': { ...GROWTH, unit: '/seat' },
  'crowd-growth-cpu': { ...GROWTH, unit: ' ms/seat' },
  'crowd-interleaved': { ...GROWTH, aim: 1.1, unit: '/seat' },
  'http-hold': { ...BARE, floor: 0.3, aim: 0.45 },
  'http-hold-cpu': { ...BARE, unit: ' µs', floor: 3, aim: 2, ...lower() },
  'http-top-up': { ...BARE, floor: 0.45, aim: 0.6 },
  'http-purchase': { ...BARE, floor: 0.25, aim: 0.4 },
  'http-sell-out': {
    rival: 'the strategy `atomic` over HTTP',
    unit: ' s',
    floor: 0.5,
    aim: 0.35,
    ...lower(),
  },
  'http-two-processes': { rival: 'one process', floor: 0.9, aim: 1, ...CHEAPER },
  'http-crowded': {
    rival: 'the same without other connections',
    unit: '/s',
    floor: 0.6,
    aim: 0.85,
    ...faster(),
  },
  // Tells a barrier that requests share from one that each crosses alone: that came to 0.13.
  replays: { rival: 'the same under durability `local`', unit: '/s', floor: 0.2, aim: 0.5, ...faster() },
  'p99-winners': P99,
  'p99-losers': P99,
  'two-processes': { rival: 'one process', floor: 0.9, aim: 1, ...CHEAPER },
  'best-available': { rival: 'as many named seats', unit: '/s', floor: 0.3, aim: 0.6, ...faster() },
  'best-available-rank': {
    rival: 'the best seats in order',
    unit: '',
    floor: 1.5,
    aim: 1.1,
    ...lower(),
  },
  'hostile-seats': { rival: 'the same sale without an attack', unit: '', floor: 0.9, aim: 0.97, ...faster() },
  'hostile-served': { rival: 'all buyers', unit: '', floor: 0.995, aim: 1, ...faster() },
  watchers: { rival: 'the same sale without watchers', floor: 0.7, aim: 0.9, ...CHEAPER },
} as const satisfies Record<string, Floor>;

export type WorkloadName = keyof typeof FLOORS;

export function floorOf<Name extends WorkloadName>(name: Name): Floor & { readonly name: Name } {
  return { name, ...FLOORS[name] };
}

function faster(): Pick<Floor, 'bound' | 'ratio'> {
  return { bound: 'at least', ratio: 'ours/baseline' };
}

function lower(): Pick<Floor, 'bound' | 'ratio'> {
  return { bound: 'at most', ratio: 'ours/baseline' };
}
