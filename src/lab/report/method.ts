/** What every report says of its run: what must be read first, and how it was measured. */
import { aaControlLine, aaRates } from '../claims/format.ts';
import type { ClaimsResult } from '../claims/claims.ts';
import type { AaControl } from '../aa-control.ts';
import { DIFFERENCE_MAX } from '../aa-control.ts';
import type { Manifest } from '../manifest.ts';
import type { Text } from '../text.ts';
import { figure, fill, percent } from '../text.ts';
import { escape, say } from './page.ts';

export function warnings(
  { interrupted, aaControl }: Pick<ClaimsResult, 'interrupted' | 'aaControl'>,
  manifest: Manifest,
): string {
  const facts = `PostgreSQL ${manifest.server.version}, ${manifest.machine.cores} × ${manifest.machine.cpu}, ${manifest.startedAt.slice(0, 10)}`;
  const difference = aaControl?.difference ?? 0;
  const stopped = {
    en: 'Stopped early: only what had been measured is shown.',
    ko: '도중에 멈췄다. 그때까지 측정한 것만 보인다.',
  };
  const noisy = {
    en: `The same strategy measured twice differs by ${percent(difference)}: small differences below are noise.`,
    ko: `같은 전략을 두 번 측정한 결과가 ${percent(difference)} 다르다. 아래의 작은 차이는 잡음이다.`,
  };
  return [
    `<p class="quiet">${escape(facts)}</p>`,
    ...(interrupted ? [`<p class="warn">${say(stopped)}</p>`] : []),
    ...(difference > DIFFERENCE_MAX ? [`<p class="warn">${say(noisy)}</p>`] : []),
  ].join('\n');
}

const HOW: Text = {
  en: "The lab runs the engine's own strategies, the files that production runs; the work is simulated at the race point between an operation's read and its write. Every scenario is warmed up on its own connections; {order}; after every single run the balances or seats are counted and the whole database is audited.",
  ko: '실험실은 운영에서 쓰는 것과 같은 엔진의 전략 파일을 실행하고, 작업은 읽기와 쓰기 사이의 지점에서 흉내 낸다. 모든 조건은 자기 커넥션에서 예열하고, {order}, 실행이 끝날 때마다 잔액이나 좌석을 세고 데이터베이스 전체를 감사한다.',
};

const SHUFFLED: Text = {
  en: 'each round of repeats goes through the scenarios in another order',
  ko: '반복마다 순서를 바꾸며',
};

/** `order` says in which order the runs were made. */
export function method(aaControl: AaControl | undefined, manifest: Manifest, order = SHUFFLED): string {
  const { rowlock, machine, server, seed, startedAt, endedAt } = manifest;
  const facts: readonly (readonly [Text, string])[] = [
    [
      { en: 'Program', ko: '프로그램' },
      `rowlock ${rowlock.version}${rowlock.commit === null ? '' : `, commit ${rowlock.commit.slice(0, 12)}${rowlock.modified ? ' (modified)' : ''}`}`,
    ],
    [
      { en: 'Machine', ko: '기계' },
      `${machine.cores} × ${machine.cpu}, ${figure(machine.memoryMiB)} MiB, ${machine.system}, Node ${machine.node}`,
    ],
    [{ en: 'Server', ko: '서버' }, `PostgreSQL ${server.version}, ${server.embedded ? 'embedded' : 'given'}`],
    [
      { en: 'Settings', ko: '설정' },
      Object.entries(server.settings)
        .map(([name, value]) => `${name}=${value}`)
        .join(' '),
    ],
    [{ en: 'Options', ko: '옵션' }, JSON.stringify(manifest.options)],
    [{ en: 'Seed', ko: '시드' }, String(seed)],
    [{ en: 'Measured', ko: '측정 시각' }, `${startedAt} – ${endedAt}`],
  ];
  const rows = facts
    .map(([name, value]) => `<dt>${say(name)}</dt><dd><code>${escape(value)}</code></dd>`)
    .join('');
  const control =
    aaControl === undefined
      ? ''
      : `<p>${say({
          en: aaControlLine(aaControl),
          ko: `A/A 대조: 같은 전략을 두 번 측정한 차이는 ${percent(aaControl.difference)}(초당 ${aaRates(aaControl).join(', ')}건).`,
        })}</p>`;
  return `<h2>${say({ en: 'How it was measured', ko: '측정 방법' })}</h2>
<p>${say(fill(HOW, { order }))}</p>
${control}
<dl>${rows}</dl>`;
}
