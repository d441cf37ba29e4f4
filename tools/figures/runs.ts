/** The committed runs that the documents take their figures from: the newest of each kind in `docs/results/`. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Manifest } from '../../src/bench/report/manifest.ts';
import type { Summary } from '../../src/bench/report/results.ts';
import type { StoredAaControl } from '../../src/lab/aa-control.ts';
import type { TestedClaim } from '../../src/lab/claims/claims.ts';
import type { Text } from '../../src/lab/text.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface BenchmarkRun extends Summary {
  /** From the repository's root. */
  readonly directory: string;
  readonly manifest: Manifest;
}

export type StoredClaim = Omit<TestedClaim, 'runs'> & { readonly claim: Text };

export interface LabRun extends StoredAaControl {
  /** From the repository's root. */
  readonly directory: string;
  readonly claims: readonly StoredClaim[];
}

/** The newest run of the benchmark. Throws for one that was interrupted. */
export function benchmarkRun(): BenchmarkRun {
  const directory = newest('bench');
  const summary = json(directory, 'summary.json') as Summary;
  if (summary.interruptedIn !== null) throw new Error(`${directory} was interrupted`);
  return { ...summary, directory, manifest: json(directory, 'manifest.json') as Manifest };
}

/** The newest run of the lab's claims. Throws for one that was interrupted. */
export function labRun(): LabRun {
  const directory = newest('lab-claims');
  const run = json(directory, 'summary.json') as Omit<LabRun, 'directory'> & {
    readonly interrupted: boolean;
  };
  if (run.interrupted) throw new Error(`${directory} was interrupted`);
  return { ...run, directory };
}

/** Names end in the time of the run. */
function newest(kind: 'bench' | 'lab-claims'): string {
  const name = readdirSync(`${ROOT}docs/results`)
    .filter((each) => new RegExp(`^${kind}-\\d{8}-\\d{6}$`).test(each))
    .toSorted()
    .at(-1);
  if (name === undefined) throw new Error(`docs/results has no ${kind} run`);
  return `docs/results/${name}`;
}

function json(directory: string, file: string): unknown {
  return JSON.parse(readFileSync(`${ROOT}${directory}/${file}`, 'utf8')) as unknown;
}
