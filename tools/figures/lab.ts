/** The figures of the lab's newest run of the claims, for `docs/lab.md` and the locking guide, in both languages. */
import { aaControlIn } from '../../src/lab/aa-control.ts';
import { measuredOf, predictedOf, VERDICT_NAMES } from '../../src/lab/claims/format.ts';
import type { Language, Text } from '../../src/lab/text.ts';
import { figure, fill, percent } from '../../src/lab/text.ts';
import { linkFrom, tableOfCells } from './benchmark.ts';
import type { LabRun, StoredClaim } from './runs.ts';

/** When a claim holds that does not always hold. */
const CONDITIONS: Readonly<Record<string, Text>> = {
  C3: { en: 'the work is long and equal', ko: '작업이 길고 고를 때' },
  C5: { en: 'the timeout bounds the whole wait', ko: '타임아웃이 기다림 전체를 제한할 때' },
  C6: { en: 'the work comes before the write', ko: '쓰기 전에 작업할 때' },
  C7: { en: 'there is work in the transaction', ko: '트랜잭션 안에 작업이 있을 때' },
  C8: { en: 'there is work under the lock', ko: '락을 잡은 채 작업할 때' },
  C9: { en: 'the others come while the first holds the lock', ko: '첫 요청이 락을 잡은 동안 나머지가 올 때' },
  C10: { en: 'nobody works before the write', ko: '쓰기 전에 작업이 없을 때' },
  C11: { en: 'the payments share a wallet', ko: '같은 지갑에서 결제할 때' },
  C12: { en: 'no timeout is shorter than the queue', ko: '타임아웃이 대기열보다 길 때' },
};

const PREDICTED_KO: Readonly<Record<string, string>> = { 'requests ÷ pool': '요청 ÷ 풀' };

const HEADS: readonly Text[] = [
  { en: '', ko: '' },
  { en: 'claim', ko: '주장' },
  { en: 'predicted', ko: '예측' },
  { en: 'measured (95 %)', ko: '측정 (95 %)' },
  { en: 'verdict', ko: '판정' },
];

/** The table of the claims, a plot, and where they come from. */
export function labResults(run: LabRun, language: Language, page: string): string {
  const rows = run.claims.map((claim) => [
    claim.id,
    claim.claim[language],
    predictedIn(claim, language),
    measuredOf(claim.measured, claim.unit),
    verdictOf(claim)[language],
  ]);
  const plot: Text = {
    en: '![Successes against the size of the pool, with the predicted law]({plot})',
    ko: '![풀 크기에 따른 성공 수와 예측한 법칙]({plot})',
  };
  const about: Text = {
    en: 'The results come from [a committed run]({run}). One strategy measured twice (A/A) differed by {aa}.',
    ko: '[저장소에 남긴 측정]({run})이다. 같은 전략을 두 번 잰 차이(A/A)는 {aa}다.',
  };
  const aa = aaControlIn(run);
  if (aa === undefined) throw new Error(`${run.directory} has no A/A control`);
  return [
    tableOfCells([HEADS.map((head) => head[language]), ...rows]),
    fill(plot, { plot: linkFrom(page, `${run.directory}/plots/c3-law.${language}.svg`) })[language],
    fill(about, { run: linkFrom(page, run.directory), aa: percent(aa.difference) })[language],
  ].join('\n\n');
}

/** What was measured of a claim, in a sentence or two. */
export function claimMeasured(run: LabRun, id: string, language: Language): string {
  return `> ${id}: ${claimIn(run, id).reason[language]}`;
}

const TIMEOUTS: readonly { readonly found: string; readonly name: Text; readonly why: Text }[] = [
  {
    found: 'statement_timeout, pool of 20',
    name: { en: '`statement_timeout`, pool of 20', ko: '`statement_timeout`, 풀 20개' },
    why: {
      en: 'it bounds the statement that waits, as long as it waits',
      ko: '기다리는 구문 전체를 제한한다',
    },
  },
  {
    found: 'acquire timeout, pool of 1',
    name: { en: 'the pool’s acquire timeout, pool of 1', ko: '풀의 획득 타임아웃, 풀 1개' },
    why: { en: 'the line is before the pool', ko: '줄이 풀 앞에 선다' },
  },
  {
    found: 'acquire timeout, pool of 20',
    name: { en: 'the pool’s acquire timeout, pool of 20', ko: '풀의 획득 타임아웃, 풀 20개' },
    why: {
      en: 'everyone has a connection at once and waits for the row instead',
      ko: '모두 바로 커넥션을 얻고 행을 기다린다',
    },
  },
  {
    found: 'lock_timeout, pool of 20',
    name: { en: '`lock_timeout`, pool of 20', ko: '`lock_timeout`, 풀 20개' },
    why: {
      en: 'it begins again with every new version of the row: on a hot row it never ends',
      ko: '행의 새 버전마다 처음부터 다시 세므로 뜨거운 행에서는 끝나지 않는다',
    },
  },
];

/** How many of the twenty requests of C5 succeed under each timeout. */
export function timeoutTable(run: LabRun, language: Language): string {
  const { findings } = claimIn(run, 'C5');
  const heads: readonly Text[] = [
    { en: 'the timeout', ko: '타임아웃' },
    { en: 'succeed', ko: '성공' },
    { en: 'why', ko: '이유' },
  ];
  const rows = TIMEOUTS.map(({ found, name, why }) => {
    const finding = findings.find(({ what }) => what.en === `successes under ${found}`);
    if (finding === undefined) throw new Error(`${run.directory} has no successes under ${found}`);
    return [name[language], figure(finding.measured.mean), why[language]];
  });
  return tableOfCells([heads.map((head) => head[language]), ...rows]);
}

/** Where the guide's figures come from. */
export function labSource(run: LabRun, language: Language, page: string): string {
  const text: Text = {
    en: 'The figures are those of [the committed run]({run}); each is quoted with the number of its claim.',
    ko: '수치는 [저장소에 남긴 측정]({run})의 것으로, 주장 번호를 붙인 인용문에 있다.',
  };
  return fill(text, { run: linkFrom(page, run.directory) })[language];
}

function claimIn({ claims, directory }: LabRun, id: string): StoredClaim {
  const claim = claims.find((each) => each.id === id);
  if (claim === undefined) throw new Error(`${directory} has no ${id}`);
  return claim;
}

function predictedIn(claim: StoredClaim, language: Language): string {
  const predicted = predictedOf(claim);
  return language === 'ko' ? (PREDICTED_KO[predicted] ?? predicted) : predicted;
}

function verdictOf({ id, verdict }: StoredClaim): Text {
  if (verdict !== 'holds-only-when') return VERDICT_NAMES[verdict];
  const condition = CONDITIONS[id];
  if (condition === undefined) throw new Error(`tools/figures/lab.ts does not say when ${id} holds`);
  return fill({ en: 'holds only when {condition}', ko: '{condition}만 성립' }, { condition });
}
