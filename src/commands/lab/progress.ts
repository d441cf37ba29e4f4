import type { Progress } from '../../lab/session.ts';
import { openBar } from '../shared/progress.ts';
import type { Bar } from '../shared/progress.ts';
import { note } from '../shared/terminal.ts';

/** Shows the lab's progress: a bar on a terminal, a line per experiment elsewhere. `stop` ends the bar. */
export function labProgress(): Progress & { readonly stop: () => void } {
  const startedAt = performance.now();
  let bar: Bar | undefined;
  let totalMs = 0;
  let doneMs = 0;
  let name = 'starting';
  const show = (): void => {
    // The runs so far show how wrong the estimates are on this machine.
    const pace = doneMs === 0 ? 1 : (performance.now() - startedAt) / doneMs;
    bar?.update(Math.min(doneMs, totalMs), { name, left: durationText((totalMs - doneMs) * pace) });
  };
  return {
    onSchedule: (total) => {
      totalMs = total;
      const left = durationText(total);
      bar = openBar(' {bar} {percentage}% | {name} | {left} left', total, { name, left });
      if (bar === undefined) note(`about ${left}`);
    },
    onStart: (next) => {
      name = next;
      if (bar === undefined) note(`measuring ${name}`);
      show();
    },
    onRun: (estimateMs) => {
      doneMs += estimateMs;
      show();
    },
    stop: () => bar?.stop(),
  };
}

/** `45 s`, `3 min 5 s`. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
