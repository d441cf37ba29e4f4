/** The front page's chart of the benchmark: how many times as fast, with intervals. */
import { svgOf } from '../../src/bench/report/svg.ts';
import type { Verdict } from '../../src/bench/report/verdict.ts';
import type { Language, Text } from '../../src/lab/text.ts';
import { rowLabel } from './rows.ts';
import type { BenchmarkRun } from './runs.ts';

/** Narrow, so that a phone need not shrink it much. */
const WIDTH = 500;
const LABEL_WIDTH = 222;
const BAR_HEIGHT = 22;
const ROW_HEIGHT = 38;
const TOP = 64;
/** Leaves room for the figure beside the longest whisker. */
const BAR_WIDTH_MAX = WIDTH - LABEL_WIDTH - 60;

/** The rows that are drawn: what is compared with the best without groups. */
const BARS = ['crowd', 'hot-wallet', 'on-sale-1-seat', 'on-sale-2-seats', 'payments'] as const;

const TEXTS: Readonly<Record<'title' | 'note', Text>> = {
  title: { en: 'Grouped execution, times as fast', ko: '그룹 실행의 속도(배)' },
  note: {
    en: 'against the best without groups in the same run; lines: 95 % intervals',
    ko: '같은 실행에서 그룹 없이 낸 최고치 대비. 가는 선은 95 % 신뢰구간',
  },
};

export function benchmarkChart({ verdicts, directory }: BenchmarkRun, language: Language): string {
  const bars = BARS.map((name) => barOf(verdicts, name, directory));
  const scale = BAR_WIDTH_MAX / Math.max(...bars.flatMap(({ median, interval }) => [median, ...interval]));
  const height = TOP + BARS.length * ROW_HEIGHT + 8;
  const rows = bars.map(({ name, median, interval }, i) => {
    const y = TOP + i * ROW_HEIGHT;
    const middle = y + BAR_HEIGHT / 2;
    const at = (ratio: number): number => Number((LABEL_WIDTH + ratio * scale).toFixed(1));
    const [low, high] = interval;
    const whisker =
      low === undefined || high === undefined
        ? ''
        : `<path class="whisker" d="M${at(low)} ${middle}H${at(high)}"/>`;
    return [
      `<text x="${LABEL_WIDTH - 12}" y="${middle + 5}" text-anchor="end">${rowLabel(name, language)}</text>`,
      `<rect x="${LABEL_WIDTH}" y="${y}" width="${(median * scale).toFixed(1)}" height="${BAR_HEIGHT}" rx="3"/>`,
      whisker,
      `<text class="figure" x="${Math.max(at(median), at(high ?? median)) + 8}" y="${middle + 5}">${median.toFixed(median >= 10 ? 0 : 1)}×</text>`,
    ].join('');
  });
  const one = (LABEL_WIDTH + scale).toFixed(1);
  const frame = { width: WIDTH, height, title: TEXTS.title[language], note: TEXTS.note[language] };
  return svgOf(frame, [`<path class="one" d="M${one} ${TOP - 8}V${height - 8}"/>`, ...rows]);
}

interface Bar {
  readonly name: string;
  readonly median: number;
  /** Empty for a single pair. */
  readonly interval: readonly number[];
}

function barOf(verdicts: readonly Verdict[], name: string, directory: string): Bar {
  const verdict = verdicts.find((each) => each.name === name);
  if (!verdict?.ratioSpread) throw new Error(`${directory} has no ratio of ${name}`);
  return { name, median: verdict.ratioSpread.median, interval: verdict.ratioInterval ?? [] };
}
