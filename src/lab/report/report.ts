/** The reports, for readers who do not know the lab. */
import type { EndedRun } from '../schedule.ts';
import { meanIntervalOf, predictedOf, VERDICT_NAMES, valueOf } from '../claims/format.ts';
import type { ClaimsResult, TestedClaim } from '../claims/claims.ts';
import type { CompareResult } from '../compare/compare.ts';
import { EXPERIMENTS } from '../claims/all.ts';
import type { Experiment, Finding, Unit, Verdict } from '../claims/experiment.ts';
import { FULL, QUICK } from '../claims/experiment.ts';
import type { Manifest } from '../manifest.ts';
import type { RunSummary } from '../measure/run-summary.ts';
import { latencyOf, successesPerSecond } from '../measure/run-summary.ts';
import type { Measured } from '../statistics.ts';
import { medianOverRuns } from '../statistics.ts';
import type { Text } from '../text.ts';
import { figure, intervalText } from '../text.ts';
import { faultsWithoutGuard, plotsOf } from './claim-plots.ts';
import { comparePlots } from '../compare/plots.ts';
import type { DrawnPlot } from './page.ts';
import { method, warnings } from './method.ts';
import { drawAll, escape, figureOf, pageOf, plotFiles, say } from './page.ts';

export interface Report {
  readonly html: string;
  /** SVG documents by file name. */
  readonly plots: Readonly<Record<string, string>>;
}

const VERDICTS: readonly Verdict[] = ['holds', 'holds-only-when', 'does-not-hold'];

/** The report of `lab claims`; `ended` are all runs with their attempts. */
export function claimsReport(result: ClaimsResult, manifest: Manifest, ended: readonly EndedRun[]): Report {
  const title = { en: 'Twelve claims about locks, measured', ko: '락에 대한 열두 가지 주장, 측정 결과' };
  const plots = new Map(result.claims.map((claim) => [claim.id, drawAll(plotsOf(claim, ended))]));
  const body = [
    `<h1>${say(title)}</h1>`,
    `<p class="lead">${say({
      en: 'An analysis of concert ticketing weighs optimistic against pessimistic locks and makes twelve claims about them. Each was put to the test on a real PostgreSQL.',
      ko: '콘서트 티켓팅 분석 문서는 낙관적 락과 비관적 락을 견주며 열두 가지를 주장한다. 그 하나하나를 실제 PostgreSQL에서 시험했다.',
    })}</p>`,
    warnings(result, manifest),
    tally(result.claims),
    verdictTable(result.claims),
    words(),
    ...result.claims.map((claim) => article(claim, result.scale, plots.get(claim.id) ?? [])),
    method(result.aaControl, manifest),
  ];
  return { html: pageOf(title, body.join('\n')), plots: plotFiles([...plots.values()].flat()) };
}

/** The report of `lab compare`. */
export function compareReport(result: CompareResult, manifest: Manifest, ended: readonly EndedRun[]): Report {
  const title = { en: 'Locking strategies side by side', ko: '락 전략 비교' };
  const plots = drawAll(comparePlots(result.scenarios, ended));
  const body = [
    `<h1>${say(title)}</h1>`,
    warnings(result, manifest),
    ...plots.map(figureOf),
    compareTable(result),
    method(result.aaControl, manifest),
  ];
  return { html: pageOf(title, body.join('\n')), plots: plotFiles(plots) };
}

function tally(claims: readonly TestedClaim[]): string {
  const items = VERDICTS.map((verdict) => {
    const count = claims.filter((claim) => claim.verdict === verdict).length;
    return `<li class="${verdict}"><b>${count}</b><span>${say(VERDICT_NAMES[verdict])}</span></li>`;
  });
  return `<ul class="tally">${items.join('')}</ul>`;
}

function verdictTable(claims: readonly TestedClaim[]): string {
  const rows = claims.map((claim) => {
    const { id, verdict, measured, unit, controlShowsFault, runs } = claim;
    const control = controlShowsFault
      ? faultsWithoutGuard(runs)
      : { en: 'shows no fault', ko: '결함이 보이지 않음' };
    return `<tr><td><a href="#${id}">${id}</a></td><td class="claim">${say(experimentOf(id).claim)}</td>
<td class="n" data-en="Predicted:" data-ko="예측:">${escape(predictedOf(claim))}</td>
<td class="n" data-en="Measured:" data-ko="측정:">${measuredCell(measured, unit)}</td>
<td class="verdict">${badge(verdict)}</td>
<td class="control" data-en="Without a guard:" data-ko="락이 없으면:">${say(control)}</td></tr>`;
  });
  const head = [
    [{ en: '', ko: '' }, ''],
    [{ en: 'Claim', ko: '주장' }, ''],
    [{ en: 'Predicted', ko: '예측' }, ' class="n"'],
    [{ en: 'Measured', ko: '측정' }, ' class="n"'],
    [{ en: 'Verdict', ko: '판정' }, ' class="verdict"'],
    [{ en: 'Without a guard', ko: '락이 없으면' }, ''],
  ] as const;
  return `<div class="scroll"><table class="stack"><thead><tr>${head.map(([text, mark]) => `<th${mark}>${say(text)}</th>`).join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>
<p class="quiet">${say({
    en: "Measured: mean over the runs with its 95 % interval (Student's t); none for a single run, or where all runs gave the same; n: how many figures of runs. Without a guard: what goes wrong in the same set-up when nothing is locked or compared, which proves that the set-up can show the fault.",
    ko: '측정: 실행의 평균과 95 % 신뢰 구간(스튜던트 t). 한 번만 실행했거나 모두 같으면 구간이 없다. n: 실행에서 얻은 값의 수. 락이 없으면: 같은 조건에서 아무것도 잠그거나 비교하지 않을 때 일어나는 일로, 이 조건이 결함을 드러낼 수 있음을 증명한다.',
  })}</p>`;
}

function measuredCell(measured: Measured, unit: Unit): string {
  return `${valueOf(measured.mean, unit)}${small(meanIntervalOf(measured, unit))}<small>n = ${measured.count}</small>`;
}

function small(interval: string): string {
  return interval === '' ? '' : `<small>${interval}</small>`;
}

/** A glossary for readers who do not know these locks. */
function words(): string {
  const terms: readonly (readonly [Text, Text])[] = [
    [
      { en: 'pessimistic', ko: '비관적 락' },
      {
        en: 'Take the row first, so that nobody else can; then read, work, write. The others wait in line.',
        ko: '먼저 행을 잡아 다른 요청을 막고, 읽고, 작업하고, 쓴다. 나머지는 줄을 서서 기다린다.',
      },
    ],
    [
      { en: 'optimistic', ko: '낙관적 락' },
      {
        en: 'Read the row and its version number without taking it; work; write only if the number is still the same. Every write raises it, so of all who have read one number only the first can write.',
        ko: '행을 잡지 않고 버전 번호와 함께 읽고, 작업하고, 번호가 그대로일 때만 쓴다. 쓸 때마다 번호가 오르므로 같은 번호를 읽은 요청 중 첫 번째만 쓸 수 있다.',
      },
    ],
    [
      { en: 'NOWAIT', ko: 'NOWAIT' },
      {
        en: 'Pessimistic, but a request that finds the row locked is refused at once.',
        ko: '비관적 락이지만 행이 이미 잡혀 있으면 즉시 거절된다.',
      },
    ],
    [
      { en: 'pool', ko: '커넥션 풀' },
      {
        en: 'The connections to the database that all requests share. Without one, a request waits outside.',
        ko: '모든 요청이 나누어 쓰는 데이터베이스 커넥션. 얻지 못한 요청은 밖에서 기다린다.',
      },
    ],
  ];
  const list = terms.map(([term, meaning]) => `<dt>${say(term)}</dt><dd>${say(meaning)}</dd>`).join('');
  return `<h2>${say({ en: 'Four words', ko: '네 단어' })}</h2><dl>${list}</dl>`;
}

function article(claim: TestedClaim, scale: ClaimsResult['scale'], plots: readonly DrawnPlot[]): string {
  const { id, verdict, reason, findings } = claim;
  const experiment = experimentOf(id);
  const parts: readonly (readonly [Text, Text])[] = [
    [{ en: 'Set-up', ko: '조건' }, experiment.setUp(scale === 'quick' ? QUICK : FULL)],
    [{ en: 'Prediction', ko: '예측' }, experiment.prediction],
  ];
  return `<article id="${id}">
<header><h3><span class="id">${id}</span>${say(experiment.claim)}</h3>${badge(verdict)}</header>
<p class="reason">${say(reason)}</p>
<dl>${parts.map(([name, text]) => `<dt>${say(name)}</dt><dd>${say(text)}</dd>`).join('')}</dl>
${plots.map(figureOf).join('\n')}
<details><summary>${say({ en: 'All figures, and the rule of the verdict', ko: '모든 수치와 판정 규칙' })}</summary>
<p>${say(experiment.rule)}</p>
${findingsTable(findings)}
</details>
</article>`;
}

function findingsTable(findings: readonly Finding[]): string {
  const rows = findings.map(({ what, predicted, measured, unit }) => {
    const range =
      measured.min === measured.max ? '' : `${valueOf(measured.min, unit)} – ${valueOf(measured.max, unit)}`;
    return `<tr><td>${say(what)}</td><td class="n">${escape(predicted ?? '')}</td><td class="n">${valueOf(measured.mean, unit)}</td><td class="n">${meanIntervalOf(measured, unit)}</td><td class="n">${range}</td><td class="n">${measured.count}</td></tr>`;
  });
  const head = [
    { en: 'Measured', ko: '측정' },
    { en: 'predicted', ko: '예측' },
    { en: 'mean', ko: '평균' },
    { en: '95 % interval', ko: '95 % 구간' },
    { en: 'range', ko: '범위' },
    { en: 'runs', ko: '횟수' },
  ].map((text, index) => `<th${index === 0 ? '' : ' class="n"'}>${say(text)}</th>`);
  return `<div class="scroll"><table><thead><tr>${head.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

const COLUMNS: readonly { readonly name: Text; readonly of: (run: RunSummary) => number | null }[] = [
  { name: { en: 'successes/s', ko: '초당 성공' }, of: successesPerSecond },
  { name: { en: 'won', ko: '성공' }, of: (run) => run.successes },
  {
    name: { en: 'lost', ko: '짐' },
    of: (run) => Object.values(run.losers).reduce((sum, count) => sum + count, 0),
  },
  { name: { en: 'timeouts', ko: '타임아웃' }, of: (run) => run.timeouts },
  { name: { en: 'won p50', ko: '승자 p50' }, of: latencyOf('winnersLatency', 'p50Ms') },
  { name: { en: 'p95', ko: 'p95' }, of: latencyOf('winnersLatency', 'p95Ms') },
  { name: { en: 'p99', ko: 'p99' }, of: latencyOf('winnersLatency', 'p99Ms') },
  { name: { en: 'lost p50', ko: '패자 p50' }, of: latencyOf('losersLatency', 'p50Ms') },
  { name: { en: 'p95', ko: 'p95' }, of: latencyOf('losersLatency', 'p95Ms') },
  { name: { en: 'p99', ko: 'p99' }, of: latencyOf('losersLatency', 'p99Ms') },
  {
    name: { en: 'WAL/success', ko: '성공당 WAL' },
    of: (run) => (run.successes === 0 ? null : run.cost.walBytes / run.successes),
  },
];

const MEDIANS: Text = {
  en: 'Medians over the runs with their intervals, between two of the sorted runs: 95 %, or as stated where there are too few runs for that. Times in milliseconds, WAL in bytes.',
  ko: '실행의 중앙값과 신뢰 구간. 구간은 정렬한 실행 값 두 개의 사이이며 95 %이고, 실행이 적어 그만큼 확신할 수 없으면 적힌 만큼이다. 시간은 밀리초, WAL은 바이트.',
};

function compareTable({ scenarios }: CompareResult): string {
  const rows = scenarios.map(({ label, runs, isCorrect }) => {
    const numbers = COLUMNS.map(({ of }) => {
      const point = medianOverRuns(runs, of);
      return `<td class="n">${point.value === null ? '–' : figure(point.value)}${small(intervalText(point))}</td>`;
    });
    const correct = isCorrect ? { en: 'correct', ko: '정확' } : { en: 'WRONG', ko: '오류' };
    return `<tr><td>${escape(label)}</td><td class="n">${runs.length}</td>${numbers.join('')}<td><span class="badge ${isCorrect ? 'holds' : 'does-not-hold'}">${say(correct)}</span></td></tr>`;
  });
  const head = [{ en: 'runs', ko: '횟수' }, ...COLUMNS.map(({ name }) => name)].map(
    (name) => `<th class="n">${say(name)}</th>`,
  );
  return `<h2>${say({ en: 'All figures', ko: '모든 수치' })}</h2><div class="scroll"><table><thead><tr><th>${say({ en: 'Strategy', ko: '전략' })}</th>${head.join('')}<th></th></tr></thead><tbody>${rows.join('')}</tbody></table></div>
<p class="quiet">${say(MEDIANS)}</p>`;
}

function badge(verdict: Verdict): string {
  return `<span class="badge ${verdict}">${say(VERDICT_NAMES[verdict])}</span>`;
}

function experimentOf(id: string): Experiment {
  const found = EXPERIMENTS.find((experiment) => experiment.id === id);
  if (found === undefined) throw new Error(`there is no experiment ${id}`);
  return found;
}
