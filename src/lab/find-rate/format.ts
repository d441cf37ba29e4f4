/** The rates that were found as a table, CSV and JSON. */
import { csvOf } from '../../lib/csv.ts';
import { wrapped } from '../claims/format.ts';
import { cellOf, newTable, SETTINGS } from '../compare/format.ts';
import type { Point } from '../statistics.ts';
import { medianOverRuns } from '../statistics.ts';
import type { Text } from '../text.ts';
import { figure, percent } from '../text.ts';
import type { FindRateResult, RateSearch } from './find-rate.ts';
import { probesAtRate, RATE_MIN } from './find-rate.ts';
import { GROWTH_MAX } from './probe.ts';
import { RESOLUTION } from './search.ts';

/** `412 (412–433)`: sustained and the next rate, which is not; `≥ 10,000`; `< 20`; `?` where nothing was confirmed. */
export function rateText({ found: { sustained, exceeded, isSettled } }: RateSearch): string {
  const unsettled = isSettled ? '' : ' ?';
  if (sustained !== null && exceeded !== null)
    return `${figure(sustained)} (${figure(sustained)}–${figure(exceeded)})${unsettled}`;
  if (sustained !== null) return `≥ ${figure(sustained)}${unsettled}`;
  return exceeded === null ? '?' : `< ${figure(exceeded)}${unsettled}`;
}

/** The p99 of the probes at the rate that was found: its median and interval, of which an end may be infinite. */
export function p99AtRate(search: RateSearch): Point {
  return medianOverRuns(probesAtRate(search), ({ p99Ms }) => p99Ms ?? Number.POSITIVE_INFINITY);
}

export function successesAtRate(search: RateSearch): Point {
  return medianOverRuns(probesAtRate(search), ({ successesPerSecond }) => successesPerSecond);
}

/** What the figures mean, for a given bound. */
export function meaning({ goal }: Pick<FindRateResult, 'goal'>): Text {
  const [bound, most] = [figure(goal.p99Ms), figure(goal.rateMax)];
  const [step, growth] = [percent(RESOLUTION - 1), percent(GROWTH_MAX)];
  return {
    en: `Sustained: the highest of the rates from ${RATE_MIN} to ${most}/s, ${step} apart, at which more than half of the probes had a p99 of at most ${bound} ms and a backlog that grew by no more than ${growth} of the arrivals; behind it that rate and the next one, at which they did not. Arrivals are random (Poisson) and do not wait. A request that was not served (contended, overloaded, timed out) counts as answered never. “?”: the search ended before both were confirmed.`,
    ko: `지속 가능: ${RATE_MIN}/s부터 ${most}/s까지 ${step} 간격의 도착률 가운데, 시험의 절반 넘게 p99가 ${bound} ms 이하이고 밀린 요청이 도착의 ${growth} 넘게 늘지 않은 가장 높은 값. 괄호는 그 값과, 그러지 못한 바로 다음 값이다. 도착은 무작위(푸아송)이며 앞선 요청을 기다리지 않는다. 처리되지 못한 요청(경합, 과부하, 타임아웃)은 끝내 응답이 없는 것으로 센다. “?”는 둘을 확인하기 전에 탐색이 끝났다는 뜻이다.`,
  };
}

/** A table of at most 100 columns, and what its figures mean. */
export function formatRates(result: FindRateResult): string {
  const table = newTable(
    ['Rates', 'sustained/s', 'confirmed by', 'p99 ms', 'successes/s', 'all', 'correct'],
    [22, 12, 13, 13, 4, 7],
  );
  for (const search of result.searches) {
    const [p99, rate] = [p99AtRate(search), successesAtRate(search)];
    const confidence = rate.interval?.confidence;
    const confirmed = probesAtRate(search).length;
    table.push([
      search.label,
      rateText(search),
      confidence === undefined ? String(confirmed) : `${confirmed} (${percent(confidence)})`,
      cellOf(p99, confidence),
      cellOf(rate, confidence),
      search.probes.length,
      search.isCorrect ? 'yes' : 'NO',
    ]);
  }
  return [
    ...(result.interrupted ? ['Stopped early: only what had been measured is shown.'] : []),
    table.toString(),
    ...wrapped(meaning(result).en, 100),
    ...wrapped(
      'p99 and successes/s: medians over the probes at that rate, below each its interval, whose confidence stands beside the number of these probes. All: the probes of the whole search.',
      100,
    ),
    '',
  ].join('\n');
}

/** The searches for `--json`, each with all its probes. */
export function ratesToJson({ goal, searches, interrupted }: FindRateResult): unknown {
  return {
    interrupted,
    goal: { ...goal, rateMin: RATE_MIN, resolution: RESOLUTION },
    searches: searches.map((search) => ({
      label: search.label,
      settings: search.scenario,
      seed: search.seed,
      confirmations: search.confirmations,
      correct: search.isCorrect,
      sustainedPerSecond: search.found.sustained,
      exceededPerSecond: search.found.exceeded,
      settled: search.found.isSettled,
      p99Ms: p99AtRate(search),
      successesPerSecond: successesAtRate(search),
      probesAtRate: probesAtRate(search).length,
      probes: search.probes,
    })),
  };
}

// The searches set the load, so it is no setting of theirs.
const COLUMNS = SETTINGS.filter(([head]) => head !== 'load');

/** A line per search. */
export function ratesToCsv({ goal, searches }: FindRateResult): string {
  const ends = (name: string): readonly string[] => [name, `${name}Low`, `${name}High`, `${name}Confidence`];
  const cells = ({ value, interval }: Point): readonly (number | null)[] => [
    value,
    interval?.low ?? null,
    interval?.high ?? null,
    interval?.confidence ?? null,
  ];
  return csvOf(
    [
      ...COLUMNS.map(([head]) => head),
      'seed',
      'p99BoundMs',
      'sustainedPerSecond',
      'exceededPerSecond',
      'settled',
      ...ends('p99Ms'),
      ...ends('successesPerSecond'),
      'probesAtRate',
      'probes',
      'correct',
    ],
    searches.map((search) => [
      ...COLUMNS.map(([, of]) => of(search.scenario)),
      search.seed,
      goal.p99Ms,
      search.found.sustained,
      search.found.exceeded,
      search.found.isSettled,
      ...cells(p99AtRate(search)),
      ...cells(successesAtRate(search)),
      probesAtRate(search).length,
      search.probes.length,
      search.isCorrect,
    ]),
  );
}
