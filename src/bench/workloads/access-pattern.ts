/** The order in which requests want the rows of a sample: wallets, seats, reservations. */
import { createRandom } from '../../load/random.ts';

export type AccessPattern =
  /** Always the same row: a hot wallet. */
  | { readonly kind: 'one-row' }
  /**
   * Each row once, scattered over the table, as in the baselines' scripts (see `STRIDE`). With several
   * processes, each takes rows of its own.
   */
  | { readonly kind: 'each-once'; readonly rows: number; readonly from: number; readonly step: number }
  /**
   * Each row exactly so many times, all shuffled: a crowd that opened the map before the sale and tries until
   * nothing is left. Requests for one row are far apart in time, the worst case for a cache of taken seats.
   */
  | { readonly kind: 'shuffled'; readonly rows: number; readonly times: number; readonly seed: number }
  /** Several crowds, one after another, each of which requests every row once in its own order. */
  | { readonly kind: 'crowds'; readonly rows: number; readonly times: number; readonly seed: number };

export interface Order {
  /** The number of requests, possibly infinite. */
  readonly count: number;
  /** The row that a request wants; both count from 0. */
  readonly rowOf: (request: number) => number;
}

/** The n-th request wants row n * STRIDE modulo their number; a prime that does not divide it visits all. */
export const STRIDE = 7_919;

export function orderOf(pattern: AccessPattern): Order {
  if (pattern.kind === 'one-row') return { count: Infinity, rowOf: () => 0 };
  if (pattern.kind === 'each-once') {
    const { rows, from, step } = pattern;
    const count = Math.max(0, Math.ceil((rows - from) / step));
    return { count, rowOf: (request) => ((from + request * step) * STRIDE) % rows };
  }
  const { rows, times, seed } = pattern;
  const order = Int32Array.from({ length: rows * times }, (_, i) => i % rows);
  const random = createRandom(seed, 'asks');
  if (pattern.kind === 'shuffled') shuffle(order, random);
  else
    for (let crowd = 0; crowd < times; crowd += 1)
      shuffle(order.subarray(crowd * rows, (crowd + 1) * rows), random);
  return { count: order.length, rowOf: (request) => order[request]! };
}

/** Fisher–Yates, in place. */
function shuffle(order: Int32Array, random: ReturnType<typeof createRandom>): void {
  for (let i = order.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random.next() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
}
