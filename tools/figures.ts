/**
 * Writes the figures of the documents, and the front page's chart, from the newest committed runs: `npm run figures`.
 * A test compares them with the runs.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Language } from '../src/lab/text.ts';
import { benchmarkResults, speedOf } from './figures/benchmark.ts';
import { benchmarkChart } from './figures/chart.ts';
import { claimMeasured, labResults, labSource, timeoutTable } from './figures/lab.ts';
import { withParts } from './figures/parts.ts';
import { benchmarkRun, labRun, ROOT } from './figures/runs.ts';

/** Every file that has figures of a run, by its path from the root, as it should be. */
export function generatedFiles(): ReadonlyMap<string, string> {
  const [benchmark, lab] = [benchmarkRun(), labRun()];
  const partOf = (name: string, language: Language, page: string): string => {
    if (/^C\d+$/.test(name)) return claimMeasured(lab, name, language);
    if (name === 'benchmark') return benchmarkResults(benchmark, language, page);
    if (name === 'speed') return speedOf(benchmark, language, page);
    if (name === 'claims') return labResults(lab, language, page);
    if (name === 'timeouts') return timeoutTable(lab, language);
    if (name === 'lab-run') return labSource(lab, language, page);
    throw new Error(`${page} has a part ${name} that tools/figures.ts does not know`);
  };
  return new Map([
    ...pages().map((page): [string, string] => {
      const language = page.endsWith('.ko.md') ? 'ko' : 'en';
      return [
        page,
        withParts(readFileSync(`${ROOT}${page}`, 'utf8'), (name) => partOf(name, language, page)),
      ];
    }),
    ['docs/benchmark.svg', benchmarkChart(benchmark, 'en')],
    ['docs/benchmark.ko.svg', benchmarkChart(benchmark, 'ko')],
  ]);
}

/** The documents with generated parts. */
function pages(): readonly string[] {
  return ['', 'docs/']
    .flatMap((folder) => readdirSync(`${ROOT}${folder}`).map((name) => `${folder}${name}`))
    .filter(
      (path) => path.endsWith('.md') && readFileSync(`${ROOT}${path}`, 'utf8').includes('<!-- figures: '),
    );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, text] of generatedFiles()) writeFileSync(`${ROOT}${path}`, text);
}
