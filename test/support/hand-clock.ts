import type { Clock } from '../../src/operations/groups/scheduler.ts';

/** A clock that stands still until it is moved. */
export function handClock(): Clock & { move(ms: number): void } {
  let now = 0;
  let alarms: { readonly at: number; readonly ring: () => void }[] = [];
  return {
    nowMs: () => now,
    after: (ms, ring) => {
      const alarm = { at: now + ms, ring };
      alarms.push(alarm);
      return () => {
        alarms = alarms.filter((other) => other !== alarm);
      };
    },
    soon: queueMicrotask,
    move: (ms) => {
      now += ms;
      const due = alarms.filter((alarm) => alarm.at <= now);
      alarms = alarms.filter((alarm) => alarm.at > now);
      for (const alarm of due) alarm.ring();
    },
  };
}
