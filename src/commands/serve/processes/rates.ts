/** What clients have sent to each process of a service, for the other ones (http/edge/rates/sharing.ts). */
import { createUseReport } from '../../../http/edge/rates/sharing.ts';
import type { UseReport, Uses } from '../../../http/edge/rates/sharing.ts';

export interface UseExchange<Process> {
  /** From now on it learns what the others report. */
  join(process: Process): void;
  leave(process: Process): void;
  /** Passes on what a process has reported. */
  add(from: Process, uses: Uses): void;
}

/** Each process gets what all others have reported since the last message, together. */
export function createUseExchange<Process>(send: (to: Process, uses: Uses) => void): UseExchange<Process> {
  const reports = new Map<Process, UseReport>();
  return {
    join: (process) => {
      reports.set(
        process,
        createUseReport((uses) => {
          if (reports.has(process)) send(process, uses);
        }),
      );
    },
    leave: (process) => {
      reports.delete(process);
    },
    add: (from, uses) => {
      for (const [process, report] of reports) {
        if (process === from) continue;
        for (const [name, client, requests] of uses) report.add(name, client, requests);
      }
    },
  };
}
