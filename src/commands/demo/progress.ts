import { Presets, SingleBar } from 'cli-progress';
import type { BuyerOutcome } from '../../load/buyer.ts';

export interface Progress {
  visited(visit: BuyerOutcome): void;
  stop(): void;
}

/** A bar on a terminal, nothing elsewhere: a log has no use for it. */
export function showProgress(buyers: number): Progress {
  if (!process.stderr.isTTY) return { visited: () => undefined, stop: () => undefined };
  const format = ' {bar} {value} of {total} buyers, {seats} seats sold, {duration_formatted}';
  const bar = new SingleBar({ format, stream: process.stderr, hideCursor: true }, Presets.shades_classic);
  let seats = 0;
  bar.start(buyers, 0, { seats });
  return {
    visited: (visit) => {
      seats += visit.seats;
      bar.increment(1, { seats });
    },
    stop: () => bar.stop(),
  };
}
