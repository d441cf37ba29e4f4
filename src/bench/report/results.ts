/** Writes the result directory: the manifest, every sample, the verdicts, and the table in each form. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditCounts } from './audit-counts.ts';
import { auditCounts, auditText } from './audit-counts.ts';
import { chartOf } from './chart.ts';
import { csvTable } from './csv.ts';
import { CHART_FILE, markdownOf } from './markdown.ts';
import type { BenchReport } from '../bench.ts';
import { formatInterruption, formatNotes, formatProcessorTimes, formatServer, formatTable } from './table.ts';
import type { Target } from '../target.ts';
import { formatNoise, formatTrust } from './trust.ts';
import { toJson } from './verdict.ts';

/** Writes the report into an existing directory. */
export function writeResults(directory: string, report: BenchReport): void {
  const write = (name: string, text: string): void => writeFileSync(join(directory, name), text);
  write('manifest.json', pretty(report.manifest));
  write('samples.jsonl', report.samples.map((sample) => `${JSON.stringify(sample)}\n`).join(''));
  write('summary.json', pretty(summaryOf(report)));
  write('table.txt', `${textOf(report)}\n`);
  write('table.csv', csvTable(report.verdicts));
  write('report.md', markdownOf(report));
  write(CHART_FILE, chartOf(report));
}

/** What `summary.json` holds. */
export interface Summary extends Pick<BenchReport, 'interruptedIn' | 'auditClean' | 'trust' | 'verdicts'> {
  readonly audit: AuditCounts;
}

function summaryOf({ auditClean, samples, trust, verdicts, interruptedIn }: BenchReport): Summary {
  return { interruptedIn, auditClean, audit: auditCounts(samples), trust, verdicts };
}

export function writeJson(
  path: string,
  { verdicts, auditClean, samples, trust, interruptedIn }: BenchReport,
): void {
  writeFileSync(
    path,
    pretty({ interruptedIn, audit: auditCounts(samples), trust, ...toJson(verdicts, auditClean) }),
  );
}

export function writeCsv(path: string, { verdicts }: BenchReport): void {
  writeFileSync(path, csvTable(verdicts));
}

/** The whole report as text. */
export function textOf({ verdicts, manifest, samples, trust, interruptedIn }: BenchReport): string {
  const target: Pick<Target, 'version' | 'isEmbedded' | 'settings'> = manifest.server;
  return [
    ...formatInterruption(interruptedIn),
    ...formatNoise(trust),
    formatServer(target, manifest.baselineClient),
    formatTrust(trust),
    formatTable(verdicts),
    formatProcessorTimes(verdicts),
    formatNotes(verdicts),
    auditText(samples),
  ].join('\n');
}

function pretty(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
