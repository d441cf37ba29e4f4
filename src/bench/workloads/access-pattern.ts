/** In which order the rows of a sample (wallets, seats, reservations) are asked for. */
import { createRandom } from '../../load/random.ts';

export type AccessPattern =
  /** Always the same row: a hot wallet. */
  | { readonly kind: 'one-row' }
  /**
   * Each of the rows once, scattered over the table; of several processes each takes its own. It is the order of the
   * baselines' scripts as well: see `STRIDE`.
   */
  | { readonly kind: 'each-once'; readonly rows: number; readonly from: number; readonly step: number }
  /**
   * Each of the rows exactly so many times, all of it shuffled: a crowd that opened the same map before the sale began, and
   * asks until nothing is left. What is asked for one row lies as far apart in time as can be, so that what is known of it
   * is as old as can be.
   */
  | { readonly kind: 'shuffled'; readonly rows: number; readonly times: number; readonly seed: number }
  /** So many crowds after each other, each of which requests every row once, in an order of its own. */
  | { readonly kind: 'crowds'; readonly rows: number; readonly times: number; readonly seed: number };

export interface Order {
  /** How many requests there are; infinite where there is no end. */
  readonly count: number;
  /** The row that a request wants; both from 0. */
  readonly rowOf: (request: number) => number;
}

/** A prime: the n-th request wants row n * STRIDE modulo the rows, which visits all as long as it does not divide them. */
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

/** Fisher and Yates, in place. */
function shuffle(order: Int32Array, random: ReturnType<typeof createRandom>): void {
  for (let i = order.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random.next() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
}
