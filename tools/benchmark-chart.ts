/**
 * Draws the front page's chart, `docs/benchmark.svg` and `docs/benchmark.ko.svg`, from the committed run that
 * `docs/benchmark.md` names: `npm run benchmark-chart`. A test compares them with the run.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { svgOf } from '../src/bench/report/svg.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const WIDTH = 720;
const LABEL_WIDTH = 290;
const BAR_HEIGHT = 22;
const ROW_HEIGHT = 46;
const TOP = 64;
/** Leaves room for the figure beside the longest whisker. */
const BAR_WIDTH_MAX = WIDTH - LABEL_WIDTH - 70;

type Language = 'en' | 'ko';

const BARS: readonly { readonly name: string; readonly label: Readonly<Record<Language, string>> }[] = [
  { name: 'crowd', label: { en: 'selling out 50,000 seats', ko: '5만 석 매진' } },
  { name: 'hot-wallet', label: { en: 'top-ups on one hot wallet', ko: '지갑 하나에 몰린 충전' } },
  { name: 'on-sale-1-seat', label: { en: 'holds of one seat', ko: '1석 선점' } },
  { name: 'payments', label: { en: 'payments', ko: '결제' } },
  { name: 'on-sale-2-seats', label: { en: 'holds of two seats', ko: '2석 선점' } },
];

const TEXTS: Readonly<Record<'title' | 'note', Readonly<Record<Language, string>>>> = {
  title: { en: 'Grouped execution, times as fast', ko: '그룹 실행의 속도(배)' },
  note: {
    en: 'against the best without groups, same run and server; whiskers: least and most',
    ko: '같은 실행, 같은 서버에서 그룹 없이 낸 최고치 대비. 가는 선은 최솟값과 최댓값',
  },
};

interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function benchmarkChart(language: Language): string {
  const spreads = spreadsOfRun();
  const scale = BAR_WIDTH_MAX / Math.max(...BARS.map(({ name }) => spreads.get(name)!.max));
  const height = TOP + BARS.length * ROW_HEIGHT + 8;
  const rows = BARS.map(({ name, label }, i) => {
    const { median, min, max } = spreads.get(name)!;
    const y = TOP + i * ROW_HEIGHT;
    const middle = y + BAR_HEIGHT / 2;
    const [x, xMin, xMax] = [median, min, max].map((ratio) => (LABEL_WIDTH + ratio * scale).toFixed(1));
    const whisker = min === max ? '' : `<path class="whisker" d="M${xMin} ${middle}H${xMax}"/>`;
    return [
      `<text x="${LABEL_WIDTH - 12}" y="${middle + 5}" text-anchor="end">${label[language]}</text>`,
      `<rect x="${LABEL_WIDTH}" y="${y}" width="${(median * scale).toFixed(1)}" height="${BAR_HEIGHT}" rx="3"/>`,
      whisker,
      `<text class="figure" x="${Math.max(Number(x), Number(xMax)) + 8}" y="${middle + 5}">${median.toFixed(median >= 10 ? 0 : 1)}×</text>`,
    ].join('');
  });
  const one = (LABEL_WIDTH + scale).toFixed(1);
  const frame = { width: WIDTH, height, title: TEXTS.title[language], note: TEXTS.note[language] };
  return svgOf(frame, [`<path class="one" d="M${one} ${TOP - 8}V${height - 8}"/>`, ...rows]);
}

function spreadsOfRun(): ReadonlyMap<string, Spread> {
  const page = readFileSync(`${ROOT}docs/benchmark.md`, 'utf8');
  const [, directory] = /\]\((results\/bench-[\d-]+)\)/.exec(page) ?? [];
  if (directory === undefined) throw new Error('docs/benchmark.md names no committed run');
  const { verdicts } = JSON.parse(readFileSync(`${ROOT}docs/${directory}/summary.json`, 'utf8')) as {
    readonly verdicts: readonly { readonly name: string; readonly ratioSpread: Spread }[];
  };
  return new Map(verdicts.map(({ name, ratioSpread }) => [name, ratioSpread]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(`${ROOT}docs/benchmark.svg`, benchmarkChart('en'));
  writeFileSync(`${ROOT}docs/benchmark.ko.svg`, benchmarkChart('ko'));
}
