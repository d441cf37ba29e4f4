/** The progress bar of the commands, on standard error. */
import { Presets, SingleBar } from 'cli-progress';

export interface Bar {
  /** Shows how much is done, and the words that the bar's format names. */
  update(done: number, words: Readonly<Record<string, string | number>>): void;
  stop(): void;
}

/** Draws a bar on a terminal. Returns undefined elsewhere: a bar would fill a log with control characters. */
export function openBar(
  format: string,
  total: number,
  words: Readonly<Record<string, string | number>>,
): Bar | undefined {
  if (!process.stderr.isTTY) return undefined;
  const bar = new SingleBar({ format, stream: process.stderr, hideCursor: true }, Presets.shades_classic);
  bar.start(total, 0, words);
  return { update: (done, next) => bar.update(done, next), stop: () => bar.stop() };
}
