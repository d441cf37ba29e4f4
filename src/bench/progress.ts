import { Presets, SingleBar } from 'cli-progress';

export interface Progress {
  /** Told which workload is measured now. */
  readonly begin: (measure: string) => void;
  /** Told of each sample that ends. */
  readonly advance: () => void;
  readonly stop: () => void;
}

/** A bar on a terminal; elsewhere a line for each workload, by `note`. */
export function showProgress(samples: number, note: (line: string) => void): Progress {
  if (!process.stderr.isTTY) return { begin: note, advance: () => undefined, stop: () => undefined };
  const format = ' {bar} {percentage} % {measure}, {duration_formatted}';
  const bar = new SingleBar({ format, stream: process.stderr, hideCursor: true }, Presets.shades_classic);
  bar.start(samples, 0, { measure: '' });
  return {
    begin: (measure) => bar.update({ measure }),
    advance: () => bar.increment(),
    stop: () => bar.stop(),
  };
}
