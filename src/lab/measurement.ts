/**
 * A measurement is a directory: `manifest.json`, every attempt in `attempts.jsonl.gz`, `summary.json` with
 * all that the verdicts derive from, `report.html`, and its plots in `plots/`.
 */
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Attempt } from './measure/attempt.ts';
import type { Manifest } from './manifest.ts';

export interface MeasurementFiles {
  readonly manifest: Manifest;
  readonly summary: unknown;
  readonly report: string;
  /** SVG documents by file name. */
  readonly plots: Readonly<Record<string, string>>;
}

export interface Measurement {
  readonly directory: string;
  addRun(run: {
    readonly experiment: string;
    readonly label: string;
    readonly repeat: number;
    readonly attempts: readonly Attempt[];
  }): void;
  /** Writes the other files and closes the attempts. */
  finish(files: MeasurementFiles): Promise<void>;
  /** Closes the attempts of a failed measurement. */
  abandon(): Promise<void>;
}

const ATTEMPTS = 'attempts.jsonl.gz';

/** The files that a measurement makes in its directory. */
export const MEASUREMENT_FILES = [
  'manifest.json',
  ATTEMPTS,
  'summary.json',
  'report.html',
  'plots/',
] as const;

/** Whether the directory holds a measurement, which is never overwritten. */
export function holdsMeasurement(directory: string): boolean {
  return existsSync(join(directory, ATTEMPTS));
}

/** Creates the directory, which must not hold a measurement. Throws the file system's errors. */
export async function openMeasurement(directory: string): Promise<Measurement> {
  mkdirSync(directory, { recursive: true });
  const gzip = createGzip();
  const file = createWriteStream(join(directory, ATTEMPTS), { flags: 'wx' });
  // Fails before anything is measured if the file exists or can't be written.
  await once(file, 'open');
  gzip.pipe(file);
  const close = async (): Promise<void> => {
    gzip.end();
    await finished(file);
  };
  return {
    directory,
    addRun: ({ experiment, label, repeat, attempts }) => {
      for (const attempt of attempts)
        gzip.write(`${JSON.stringify({ experiment, label, repeat, ...attempt })}\n`);
    },
    finish: async ({ manifest, summary, report, plots }) => {
      await close();
      writeFileSync(join(directory, 'manifest.json'), asJson(manifest));
      // On one line: it is long, and for programs.
      writeFileSync(join(directory, 'summary.json'), `${JSON.stringify(summary)}\n`);
      writeFileSync(join(directory, 'report.html'), report);
      mkdirSync(join(directory, 'plots'), { recursive: true });
      for (const [name, svg] of Object.entries(plots)) writeFileSync(join(directory, 'plots', name), svg);
    },
    abandon: close,
  };
}

export function asJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
