/** The pictures of C1, C2 and C3. */
import { fittedLaw, sweepOf } from './experiment.ts';
import type { EndedRun, Runs } from '../../schedule.ts';
import { spreadOf } from '../../../load/spread.ts';
import { figure } from '../../text.ts';
import { lineOption } from '../../report/lines.ts';
import { LIGHT, SERIES } from '../../report/palette.ts';
import type { Plot } from '../../report/plot.ts';
import { plotOf } from '../../report/plot.ts';
import { firstRun, timelineOf } from '../../report/timeline.ts';

export function waves(name: string, ended: readonly EndedRun[], pool: number): Plot | undefined {
  const title = {
    en: `100 requests, one wallet, ${pool} connections`,
    ko: `요청 100건, 지갑 하나, 커넥션 ${pool}개`,
  };
  const caption = {
    en: `Each line is one request, from left (sent) to right (answered). ${pool} at a time get a connection, read the same balance with its version number, work, and try to write. The first one to write wins (green) and changes the number; the others of its wave find another number than they read, and lose (red).`,
    ko: `한 줄이 요청 하나이고, 왼쪽에서 보내 오른쪽에서 응답을 받는다. ${pool}건씩 커넥션을 얻어 같은 잔액과 버전 번호를 읽고 작업한 뒤 쓰려고 한다. 가장 먼저 쓴 요청이 이기고(초록) 번호를 바꾼다. 같은 파도의 나머지는 읽은 것과 다른 번호를 보고 진다(빨강).`,
  };
  return timelineOf(name, title, caption, firstRun(ended, 'refuse'));
}

export function lawPlot(runs: Runs): Plot {
  const points = sweepOf(runs);
  const crowds = [...new Set(points.map(({ requests }) => requests))];
  const pools = [...new Set(points.map(({ pool }) => pool))];
  const law = fittedLaw(runs);
  const measured = crowds.map((requests, index) => {
    const own = points
      .filter((point) => point.requests === requests)
      .map((point) => ({ pool: point.pool, ...spreadOf(point.successes) }));
    return {
      name: { en: `${requests} requests`, ko: `요청 ${requests}건` },
      colour: SERIES[index] ?? LIGHT.first,
      points: own.map(({ pool, mean }) => [pool, mean] as const),
      spread: own.map(({ pool, min, max }) => [pool, min, max] as const),
    };
  });
  const smooth = Array.from(
    { length: 31 },
    (_, step) => pools[0]! + ((pools.at(-1)! - pools[0]!) * step) / 30,
  );
  const laws = crowds.map((requests) => ({
    name: { en: 'requests ÷ pool', ko: '요청 ÷ 풀' },
    colour: LIGHT.muted,
    isDashed: true,
    points: smooth.map((pool) => [pool, requests / pool] as const),
  }));
  return plotOf({
    name: 'c3-law',
    title: { en: 'How many succeed, by the size of the pool', ko: '풀 크기에 따른 성공 수' },
    caption: {
      en: `Points are measured, bars their least and most; the dashed lines are the law. Twice the pool, half the successes: a larger pool makes larger waves, and of each wave one wins.${law === undefined ? '' : ` Fitted exponents: ${figure(law.exponents[0] ?? 0)} for the requests, ${figure(law.exponents[1] ?? 0)} for the pool.`}`,
      ko: `점은 측정값, 세로선은 최소와 최대, 점선은 법칙이다. 풀이 두 배면 성공은 절반: 풀이 크면 파도도 크고, 파도마다 하나만 이긴다.${law === undefined ? '' : ` 맞춘 지수: 요청 ${figure(law.exponents[0] ?? 0)}, 풀 ${figure(law.exponents[1] ?? 0)}.`}`,
    },
    height: 360,
    option: lineOption({
      series: [...measured, ...laws],
      xName: { en: 'connections in the pool', ko: '풀의 커넥션 수' },
      yName: { en: 'successes', ko: '성공 수' },
    }),
  });
}
