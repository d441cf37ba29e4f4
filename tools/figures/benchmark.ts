/** The figures of the benchmark's newest run, for `docs/benchmark.md` and the READMEs, in both languages. */
import { posix } from 'node:path';
import { totalOf } from '../../src/bench/report/processor-time.ts';
import type { ProcessorTime } from '../../src/bench/report/processor-time.ts';
import { NOISE_BOUNDS, percentText } from '../../src/bench/report/trust.ts';
import type { Verdict } from '../../src/bench/report/verdict.ts';
import type { Language, Text } from '../../src/lab/text.ts';
import { figure, fill, percent } from '../../src/lab/text.ts';
import { rowLabel, rowOf } from './rows.ts';
import type { BenchmarkRun } from './runs.ts';

const HEADS = {
  what: { en: 'workload', ko: '작업' },
  against: { en: 'against', ko: '비교 대상' },
  ratio: { en: 'ratio (95 %)', ko: '비율 (95 %)' },
  floor: { en: 'floor', ko: '기준' },
  aim: { en: 'aim', ko: '목표' },
  result: { en: 'result', ko: '결과' },
  micros: { en: 'processor time, µs', ko: '프로세서 시간, µs' },
} as const satisfies Record<string, Text>;

const RESULTS = {
  met: { en: 'met', ko: '충족' },
  aim: { en: 'aim', ko: '목표 달성' },
  missed: { en: '**missed**', ko: '**미달**' },
  'not shown': { en: 'not shown', ko: '판정 불가' },
} as const satisfies Record<string, Text>;

/** The table of results, and what is to be known of the run. */
export function benchmarkResults(run: BenchmarkRun, language: Language, page: string): string {
  const noise = noiseOf(run);
  const warning: Text = {
    en: '> **This run is too noisy to rely on its figures:** {noise}.',
    ko: '> **이 실행은 잡음이 심해 수치를 믿을 수 없다.** {noise}.',
  };
  const noises = noise.map((text) => text[language]).join('; ');
  return [
    ...(noise.length === 0 ? [] : [fill(warning, { noise: noises })[language]]),
    tableOf(run.verdicts, language),
    unshown(run.verdicts, language),
    aboutRun(run, language, page),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** The sentences of the front page. */
export function speedOf(run: BenchmarkRun, language: Language, page: string): string {
  const ratio = (name: string, digits: number): string => {
    const spread = run.verdicts.find((verdict) => verdict.name === name)?.ratioSpread;
    if (!spread) throw new Error(`${run.directory} has no ratio of ${name}`);
    return spread.median.toFixed(digits);
  };
  const text: Text = {
    en: 'On {cores} shared cores with `fsync` on, grouped execution does **{topUps}×** as many top-ups a second on one hot wallet as pgbench with the best single statement, **{holds}×** as many holds and **{payments}×** as many payments. A hall of {seats} seats, each requested four times, sells out **{crowd}×** as fast as with one transaction per request.{noise} [The benchmark](docs/benchmark.md) has every ratio with its interval, floor and method, from a [committed run]({run}) that you can repeat with `npm run bench`.',
    ko: '코어 {cores}개를 나눠 쓰는 환경에서 `fsync`를 켠 채 측정했다. 지갑 하나에 몰린 충전은 pgbench가 가장 좋은 SQL 문 하나로 낸 값의 **{topUps}배**, 선점은 **{holds}배**, 결제는 **{payments}배**다. 좌석마다 네 번씩 요청이 온 {seats}석은 요청마다 트랜잭션을 열 때보다 **{crowd}배** 빨리 매진됐다.{noise} [벤치마크](docs/benchmark.ko.md)에 모든 비율과 구간, 기준, 방법이 있고, [저장소에 남긴 측정]({run})은 `npm run bench`로 재현할 수 있다.',
  };
  const noisy: Text = {
    en: ' That run was too noisy to rely on.',
    ko: ' 다만 잡음이 심해 그대로 믿을 수 없는 실행이다.',
  };
  return fill(text, {
    cores: run.manifest.machine.cores,
    topUps: ratio('hot-wallet', 1),
    holds: ratio('on-sale-1-seat', 1),
    payments: ratio('payments', 1),
    crowd: ratio('crowd', 0),
    seats: figure(run.manifest.sizes.crowdRows),
    noise: noiseOf(run).length === 0 ? '' : noisy,
    run: linkFrom(page, run.directory),
  })[language];
}

/** The address of a file of the repository, as a document links to it. */
export function linkFrom(page: string, target: string): string {
  return posix.relative(posix.dirname(page), target);
}

export function tableOfCells(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  return [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function tableOf(verdicts: readonly Verdict[], language: Language): string {
  const rows = verdicts.map((verdict) => {
    const { name, bound, floor, aim, result, aimMet, processorTime } = verdict;
    const { what, against } = rowOf(name);
    const sign = bound === 'at least' ? '≥' : '≤';
    return [
      what[language],
      against[language],
      ratioOf(verdict),
      `${sign}\u00a0${floor}`,
      `${sign}\u00a0${aim}`,
      RESULTS[result === 'met' && aimMet ? 'aim' : result][language],
      processorTime === null ? '–' : `${microsOf(processorTime.ours)} / ${microsOf(processorTime.baseline)}`,
    ];
  });
  return tableOfCells([Object.values(HEADS).map((head) => head[language]), ...rows]);
}

function ratioOf({ ratioSpread, ratioInterval }: Verdict): string {
  if (ratioSpread === null) return '–';
  const interval = ratioInterval === null ? '' : ` (${ratioInterval.map(figure).join('–')})`;
  return `${figure(ratioSpread.median)}×${interval}`;
}

function microsOf(time: ProcessorTime | null): string {
  const total = time && totalOf(time);
  return total === null ? '–' : figure(total);
}

const REASONS: readonly { readonly pattern: RegExp; readonly text: Text }[] = [
  {
    pattern: /^an interval needs two pairs, not (?<a>\d+)$/,
    text: { en: 'an interval needs two pairs, not {a}', ko: '구간을 내려면 두 쌍이 필요한데 {a}쌍뿐이다' },
  },
  {
    pattern: /^the floor lies within the interval$/,
    text: { en: 'the floor lies within the interval', ko: '기준이 구간 안에 있다' },
  },
  {
    pattern: /^(?<a>\d+) of (?<b>\d+) pairs do not count$/,
    text: { en: '{a} of {b} pairs do not count', ko: '{b}쌍 가운데 {a}쌍을 셀 수 없다' },
  },
];

/** The rows that are not shown, by reason; empty where all are. */
function unshown(verdicts: readonly Verdict[], language: Language): string {
  const byReason = new Map<string, string[]>();
  for (const { name, reason } of verdicts) {
    if (reason === null) continue;
    const { what, against } = rowOf(name);
    const words = reasonOf(reason)[language];
    byReason.set(words, [...(byReason.get(words) ?? []), `${what[language]} (${against[language]})`]);
  }
  const head: Text = { en: 'Not shown', ko: '판정 불가' };
  const all: Text = { en: 'every row', ko: '모든 행' };
  return [...byReason]
    .map(([reason, names]) => {
      const listed = names.length === verdicts.length ? all[language] : names.join('; ');
      return `${head[language]} (${reason}): ${listed}.`;
    })
    .join('\n\n');
}

function reasonOf(reason: string): Text {
  for (const { pattern, text } of REASONS) {
    const match = pattern.exec(reason);
    if (match !== null) return fill(text, { ...match.groups });
  }
  throw new Error(`tools/figures/benchmark.ts has no words for the reason: ${reason}`);
}

function aboutRun(run: BenchmarkRun, language: Language, page: string): string {
  const { manifest, trust, audit } = run;
  const minutes = (Date.parse(manifest.endedAt) - Date.parse(manifest.startedAt)) / 60_000;
  const text: Text = {
    en: 'The figures come from [a committed run]({run}) of {date}. It took {minutes} min on a machine with {cores} cores, which load, service and PostgreSQL {version}{embedded} shared.{quick} The load average was {load} when it began. An `fdatasync` of 8 kB took {fsync}. Measured against itself (A/A), rate and processor time differed by {aa}. {outliers} {audited} [Its report]({report}) splits processor time into client, service and server and has the notes of every row.',
    ko: '{date}의 [저장소에 남긴 측정]({run})이다. 코어 {cores}개인 컴퓨터에서 {minutes}분 걸렸고, 부하와 서비스와 PostgreSQL {version}{embedded}이 코어를 나눠 썼다.{quick} 시작할 때 부하 평균은 {load}였다. 8 kB `fdatasync`는 {fsync} 걸렸다. 자기 자신과 견준 차이(A/A)는 속도와 프로세서 시간 순으로 {aa}다. {outliers} {audited} [실행 보고서]({report})에는 프로세서 시간이 클라이언트, 서비스, 서버별로 나뉘어 있고 행마다 설명이 있다.',
  };
  return fill(text, {
    run: linkFrom(page, run.directory),
    report: linkFrom(page, `${run.directory}/report.md`),
    date: dateOf(manifest.startedAt),
    minutes: Math.max(1, Math.round(minutes)),
    cores: manifest.machine.cores,
    version: manifest.server.version,
    embedded: manifest.server.isEmbedded ? { en: ', embedded,', ko: '(내장)' } : '',
    quick: manifest.options['quick'] === true ? QUICK : '',
    load: trust.loadBefore.toFixed(2),
    fsync: fsyncOf(run),
    aa: { en: aaOf(run, 'en'), ko: aaOf(run, 'ko') },
    outliers: outliersOf(run),
    audited: fill(audit.withViolations === 0 ? CLEAN : VIOLATED, {
      audited: audit.audited,
      trials: audit.notAudited,
      bad: audit.withViolations,
    }),
  })[language];
}

const QUICK: Text = {
  en: ' It is a quick run, of small halls and one pair each, and shows no floor.',
  ko: ' 공연장을 줄이고 한 쌍씩만 잰 짧은 실행이라 기준을 판정하지 못한다.',
};

const CLEAN: Text = {
  en: '{audited} samples were audited against their journals, and all are clean; {trials} trials were not audited, because they only warm up and choose the number of clients.',
  ko: '측정 구간 {audited}개를 저널과 대조해 감사했고 위반이 없었다. 시험 측정 {trials}개는 예열하고 클라이언트 수를 정할 뿐이라 감사하지 않았다.',
};

const VIOLATED: Text = {
  en: '{audited} samples were audited against their journals, of which **{bad} had violations** and do not count; {trials} trials were not audited, because they only warm up and choose the number of clients.',
  ko: '측정 구간 {audited}개를 저널과 대조해 감사했고 그 가운데 **{bad}개에서 위반**이 나와 세지 않았다. 시험 측정 {trials}개는 예열하고 클라이언트 수를 정할 뿐이라 감사하지 않았다.',
};

function dateOf(startedAt: string): Text {
  const form = (locale: string): string =>
    new Date(startedAt).toLocaleDateString(locale, { dateStyle: 'long', timeZone: 'UTC' });
  return { en: form('en-GB'), ko: form('ko-KR') };
}

function fsyncOf({ trust: { fsync } }: BenchmarkRun): Text {
  if ('notMeasured' in fsync) throw new Error(`fsync was not measured: ${fsync.notMeasured}`);
  const { medianMicros, p99Micros } = fsync;
  return fill(
    { en: '{median} µs (median; p99 {p99} µs)', ko: '중앙값 {median} µs(p99 {p99} µs)' },
    { median: figure(medianMicros), p99: figure(p99Micros) },
  );
}

function aaOf({ trust: { aa } }: BenchmarkRun, language: Language): string {
  return aa
    .map(({ measure, rate, processorTime }) => {
      const [ofRate, ofTime] = [rate, processorTime].map((difference) =>
        difference === null ? '–' : percentText(difference).replace('-', '−'),
      );
      return `${ofRate} / ${ofTime} (${rowLabel(measure, language)})`;
    })
    .join(', ');
}

function outliersOf({ trust: { outliers, pairsLookedAt } }: BenchmarkRun): Text {
  if (pairsLookedAt === 0)
    return {
      en: 'No row has enough pairs to look for outliers.',
      ko: '이상치를 찾을 만큼 쌍이 많은 행은 없다.',
    };
  return fill(
    {
      en: 'Of {pairs} pairs, {outliers} are outliers, which are not left out.',
      ko: '{pairs}쌍 가운데 이상치는 {outliers}개이며 빼지 않았다.',
    },
    { pairs: pairsLookedAt, outliers },
  );
}

/** What makes the run too noisy; empty for one that can be relied on. */
function noiseOf({ trust }: BenchmarkRun): readonly Text[] {
  if (trust.noise.length === 0) return [];
  const { loadPerCore, aaDifference } = NOISE_BOUNDS;
  const exceeds = (difference: number | null): boolean => Math.abs(difference ?? 0) > aaDifference;
  const texts: Text[] = [];
  if (trust.loadBefore > loadPerCore * trust.cores)
    texts.push({
      en: 'the machine was busy when it began',
      ko: '시작할 때 컴퓨터가 다른 일을 하고 있었다',
    });
  if (trust.aa.some(({ rate, processorTime }) => exceeds(rate) || exceeds(processorTime)))
    texts.push(
      fill(
        {
          en: 'a workload differs from itself by more than {bound}',
          ko: '같은 것을 두 번 잰 차이가 {bound}를 넘는다',
        },
        { bound: percent(aaDifference) },
      ),
    );
  return texts;
}
