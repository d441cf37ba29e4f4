/** Tells how far the lab is: a bar on a terminal, a line per experiment elsewhere. */
import { Presets, SingleBar } from 'cli-progress';
import type { Progress } from '../../lab/session.ts';
import { note } from '../shared/terminal.ts';

/** The progress, and how to take its bar away. */
export function labProgress(): Progress & { readonly stop: () => void } {
  return process.stderr.isTTY ? barProgress() : lineProgress();
}

function lineProgress(): ReturnType<typeof labProgress> {
  return {
    onPlan: (totalMs) => note(`about ${durationText(totalMs)}`),
    onStart: (name) => note(`measuring ${name}`),
    onRun: () => undefined,
    stop: () => undefined,
  };
}

function barProgress(): ReturnType<typeof labProgress> {
  const bar = new SingleBar(
    {
      format: ' {bar} {percentage}% | {name} | {left} left',
      stream: process.stderr,
      clearOnComplete: true,
      hideCursor: true,
      barsize: 40,
    },
    Presets.shades_classic,
  );
  let startedAt = 0;
  let totalMs = 0;
  let doneMs = 0;
  let name = '';
  const show = (): void => {
    const elapsedMs = performance.now() - startedAt;
    // What has been done tells how wrong the estimates are on this machine.
    const pace = doneMs === 0 ? 1 : elapsedMs / doneMs;
    bar.update(Math.min(doneMs, totalMs), { name, left: durationText((totalMs - doneMs) * pace) });
  };
  return {
    onPlan: (total) => {
      startedAt = performance.now();
      totalMs = total;
      bar.start(total, 0, { name: 'starting', left: durationText(total) });
    },
    onStart: (next) => {
      name = next;
      show();
    },
    onRun: (estimateMs) => {
      doneMs += estimateMs;
      show();
    },
    stop: () => bar.stop(),
  };
}

function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
