/** Draws how far each line of the table is on its floor's right side, with its interval. */
import type { BenchReport } from '../bench.ts';
import { escaped, svgOf } from './svg.ts';
import { ratioText, resultText } from './table.ts';
import type { Interval, Verdict } from './verdict.ts';

const WIDTH = 900;
const PLOT_LEFT = 215;
const PLOT_RIGHT = 560;
const TOP = 92;
const ROW_HEIGHT = 30;
const TICKS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100] as const;
/** A ratio beyond these is drawn at the edge. */
const DRAWN: Interval = [TICKS[0], TICKS.at(-1)!];

const TITLE = 'The benchmark’s floors, and how far beyond them';

export function chartOf({
  verdicts,
  trust,
  interruptedIn,
}: Pick<BenchReport, 'verdicts' | 'trust' | 'interruptedIn'>): string {
  const height = TOP + verdicts.length * ROW_HEIGHT + 34;
  const note = [
    ...(interruptedIn === null ? [] : [`INTERRUPTED in ${interruptedIn}.`]),
    ...(trust.noise.length === 0 ? [] : ['TOO NOISY: do not rely on these figures.']),
    'Right of 1 is better than the floor. Dot: median of the pairs; line: 95 % interval.',
  ].join(' ');
  const at = scaleOf(verdicts.flatMap(marksOf));
  const bottom = TOP + verdicts.length * ROW_HEIGHT;
  const ticks = TICKS.filter((tick) => at(tick) >= PLOT_LEFT && at(tick) <= PLOT_RIGHT).map(
    (tick) =>
      `<path class="${tick === 1 ? 'one' : 'grid'}" d="M${at(tick)} ${TOP - 12}V${bottom}"/>` +
      `<text class="note" x="${at(tick)}" y="${bottom + 18}" text-anchor="middle">${tick}×</text>`,
  );
  const heads = [
    `<text class="note" x="${PLOT_LEFT - 14}" y="72" text-anchor="end">workload</text>`,
    `<text class="note" x="${PLOT_RIGHT + 20}" y="72">ratio (95 %)</text>`,
    `<text class="note" x="740" y="72">floor</text>`,
    `<text class="note" x="810" y="72">result</text>`,
  ];
  const rows = verdicts.map((verdict, i) => rowOf(verdict, at, TOP + i * ROW_HEIGHT + 10));
  return svgOf({ width: WIDTH, height, title: TITLE, note }, [...heads, ...ticks, ...rows]);
}

function rowOf(verdict: Verdict, at: (times: number) => number, y: number): string {
  const { name, bound, floor, result } = verdict;
  const [median, low, high] = marksOf(verdict);
  const line = low === undefined || high === undefined ? '' : `<path d="M${at(low)} ${y}H${at(high)}"/>`;
  const dot = median === undefined ? '' : `<circle cx="${at(median)}" cy="${y}" r="5"/>`;
  const text = (x: number, words: string): string =>
    `<text class="small" x="${x}" y="${y + 5}">${escaped(words)}</text>`;
  return [
    `<text class="small" x="${PLOT_LEFT - 14}" y="${y + 5}" text-anchor="end">${escaped(name)}</text>`,
    `<g class="${result === 'not shown' ? 'unshown' : result}">${line}${dot}${text(810, resultText(verdict))}</g>`,
    text(PLOT_RIGHT + 20, ratioText(verdict)),
    text(740, `${bound === 'at least' ? '≥' : '≤'} ${floor}`),
  ].join('');
}

/** Median and interval as times better than the floor; nothing where nothing counts. */
function marksOf({ bound, floor, ratioSpread, ratioInterval }: Verdict): readonly number[] {
  if (ratioSpread === null) return [];
  const better = (ratio: number): number => (bound === 'at least' ? ratio / floor : floor / ratio);
  const interval = (ratioInterval ?? []).map(better).sort((a, b) => a - b);
  return [better(ratioSpread.median), ...interval].map((times) =>
    Math.min(DRAWN[1], Math.max(DRAWN[0], times)),
  );
}

/** A logarithmic scale over these marks, the floor and something on both sides of it. */
function scaleOf(marks: readonly number[]): (times: number) => number {
  const from = Math.log(Math.min(0.5, ...marks) * 0.9);
  const to = Math.log(Math.max(2, ...marks) * 1.1);
  return (times) => {
    const share = (Math.log(times) - from) / (to - from);
    return Number((PLOT_LEFT + share * (PLOT_RIGHT - PLOT_LEFT)).toFixed(1));
  };
}
