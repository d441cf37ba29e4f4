/** The report of `lab compare --find-rate`. */
import type { Manifest } from '../manifest.ts';
import { barOption } from '../report/bars.ts';
import { method, warnings } from '../report/method.ts';
import { drawAll, escape, figureOf, pageOf, plotFiles, say } from '../report/page.ts';
import { LIGHT } from '../report/palette.ts';
import type { Plot } from '../report/plot.ts';
import { plotOf } from '../report/plot.ts';
import type { Report } from '../report/report.ts';
import type { Text } from '../text.ts';
import { figure, pointText } from '../text.ts';
import type { FindRateResult, RateSearch } from './find-rate.ts';
import { meaning, p99AtRate, rateText, successesAtRate } from './format.ts';

const TITLE: Text = {
  en: 'The arrival rates that the strategies sustain',
  ko: '전략별로 지속 가능한 도착률',
};

const IN_TURN: Text = {
  en: 'the strategies are searched one after another, so a machine that slows down puts the later ones at a disadvantage',
  ko: '전략을 하나씩 차례로 탐색하므로 도중에 느려진 기계에서는 뒤의 전략이 불리하며',
};

export function ratesReport(result: FindRateResult, manifest: Manifest): Report {
  const plots = drawAll(result.searches.length === 0 ? [] : [ratesPlot(result)]);
  const body = [
    `<h1>${say(TITLE)}</h1>`,
    warnings({ interrupted: result.interrupted, aaControl: undefined }, manifest),
    ...plots.map(figureOf),
    ratesTable(result.searches),
    method(undefined, manifest, IN_TURN),
  ];
  return { html: pageOf(TITLE, body.join('\n')), plots: plotFiles(plots) };
}

function ratesPlot(result: FindRateResult): Plot {
  const { searches, goal } = result;
  const bound = figure(goal.p99Ms);
  return plotOf({
    name: 'find-rate',
    title: {
      en: `Arrivals per second with a p99 of at most ${bound} ms`,
      ko: `p99가 ${bound} ms 이하인 초당 도착 수`,
    },
    caption: meaning(result),
    height: 110 + searches.length * 38,
    option: barOption({
      categories: searches.map((search) => nameOf(search)),
      series: [
        {
          name: '',
          points: searches.map(({ found: { sustained, exceeded } }) => ({
            value: sustained,
            interval:
              sustained === null || exceeded === null
                ? null
                : { low: sustained, high: exceeded, confidence: 1 },
          })),
          colour: LIGHT.first,
        },
      ],
      axisName: { en: 'arrivals/s', ko: '초당 도착 수' },
    }),
  });
}

function nameOf({ label, isCorrect }: RateSearch): Text {
  return isCorrect ? { en: label, ko: label } : { en: `✗ ${label} (wrong)`, ko: `✗ ${label} (오류)` };
}

function ratesTable(searches: readonly RateSearch[]): string {
  const head: readonly Text[] = [
    { en: 'sustained/s', ko: '지속 가능/s' },
    { en: 'p99 ms at it', ko: '그때 p99 ms' },
    { en: 'successes/s', ko: '초당 성공' },
    { en: 'probes', ko: '시험' },
  ];
  const rows = searches.map((search) => {
    const cells = [
      rateText(search),
      pointText(p99AtRate(search)),
      pointText(successesAtRate(search)),
      String(search.probes.length),
    ].map((cell) => `<td class="n">${escape(cell)}</td>`);
    return `<tr><td>${say(nameOf(search))}</td>${cells.join('')}</tr>`;
  });
  return `<h2>${say({ en: 'All figures', ko: '모든 수치' })}</h2><div class="scroll"><table><thead><tr><th>${say({ en: 'Strategy', ko: '전략' })}</th>${head.map((name) => `<th class="n">${say(name)}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}
