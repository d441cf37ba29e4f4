/** The plots of a comparison. */
import type { EndedRun } from '../schedule.ts';
import type { ComparedScenario } from './compare.ts';
import type { RunSummary } from '../measure/run-summary.ts';
import { latencyOf, successesPerSecond } from '../measure/run-summary.ts';
import type { Point } from '../statistics.ts';
import { medianOverRuns } from '../statistics.ts';
import type { Text } from '../text.ts';
import { barOption } from '../report/bars.ts';
import { lineOption } from '../report/lines.ts';
import { LIGHT } from '../report/palette.ts';
import type { Plot } from '../report/plot.ts';
import { plotOf } from '../report/plot.ts';
import { firstRun, timelineOf } from '../report/timeline.ts';

/** More bars than this are unreadable; the table has them all. */
const SCENARIOS_MAX = 24;
const TIMELINES_MAX = 12;

export function comparePlots(
  scenarios: readonly ComparedScenario[],
  ended: readonly EndedRun[],
): readonly Plot[] {
  if (scenarios.length === 0) return [];
  const shown = scenarios.slice(0, SCENARIOS_MAX);
  return [
    ...byConnections(scenarios),
    ratePlot(shown),
    latencyPlot(shown),
    costPlot(shown),
    ...timelines(shown, ended),
  ];
}

const heightOf = (scenarios: readonly ComparedScenario[], series: number): number =>
  110 + scenarios.length * (18 + 20 * series);

/** Successes/s against connections per strategy, if only the pool was varied. */
function byConnections(scenarios: readonly ComparedScenario[]): readonly Plot[] {
  const pools = [...new Set(scenarios.map(({ scenario }) => scenario.poolSize))].toSorted((a, b) => a - b);
  const strategies = [...new Set(scenarios.map(({ scenario }) => scenario.strategy))];
  if (pools.length < 2 || scenarios.length !== pools.length * strategies.length) return [];
  return [
    plotOf({
      name: 'compare-connections',
      title: { en: 'Successes per second against connections', ko: '커넥션 수에 따른 초당 성공 수' },
      caption: {
        en: 'Only what succeeded is counted. Medians with their intervals.',
        ko: '성공한 것만 센다. 중앙값과 신뢰 구간.',
      },
      height: 360,
      option: lineOption({
        series: strategies.map((strategy) => {
          const own = pools.flatMap((pool) =>
            scenarios.filter(({ scenario }) => scenario.strategy === strategy && scenario.poolSize === pool),
          );
          return {
            name: strategy,
            points: own.map(({ scenario, runs }) => ({
              x: scenario.poolSize,
              ...medianOverRuns(runs, successesPerSecond),
            })),
          };
        }),
        ticks: pools,
        xName: { en: 'connections in the pool', ko: '풀의 커넥션 수' },
        yName: { en: 'successes/s', ko: '초당 성공 수' },
      }),
    }),
  ];
}

function ratePlot(scenarios: readonly ComparedScenario[]): Plot {
  return plotOf({
    name: 'compare-rates',
    title: { en: 'Successes per second', ko: '초당 성공 수' },
    caption: {
      en: 'Medians over the runs with their intervals. A strategy that left the database wrong is marked: its speed is worth nothing.',
      ko: '실행의 중앙값과 신뢰 구간. 데이터베이스를 잘못된 상태로 남긴 전략은 표시했다: 그 속도는 아무 가치가 없다.',
    },
    height: heightOf(scenarios, 1),
    option: barOption({
      categories: scenarios.map((scenario) => nameOf(scenario)),
      series: [
        {
          name: '',
          points: scenarios.map(({ runs }) => medianOverRuns(runs, successesPerSecond)),
          colour: LIGHT.first,
        },
      ],
      axisName: { en: 'successes/s', ko: '초당 성공 수' },
    }),
  });
}

function nameOf({ label, isCorrect }: ComparedScenario): Text {
  return isCorrect ? { en: label, ko: label } : { en: `✗ ${label} (wrong)`, ko: `✗ ${label} (오류)` };
}

function latencyPlot(scenarios: readonly ComparedScenario[]): Plot {
  const p50 = (group: 'winnersLatency' | 'losersLatency'): readonly Point[] =>
    scenarios.map(({ runs }) => medianOverRuns(runs, latencyOf(group, 'p50Ms')));
  return plotOf({
    name: 'compare-latency',
    title: { en: 'How long until the answer (median request)', ko: '응답까지 걸린 시간(중앙값)' },
    caption: {
      en: 'For those who won, and for those who lost: medians over the runs with their intervals. The table has p95 and p99.',
      ko: '이긴 요청과 진 요청. 실행의 중앙값과 신뢰 구간이며 p95와 p99는 표에 있다.',
    },
    height: heightOf(scenarios, 2),
    option: barOption({
      categories: scenarios.map((scenario) => nameOf(scenario)),
      series: [
        { name: { en: 'winners', ko: '승자' }, points: p50('winnersLatency'), colour: LIGHT.won },
        { name: { en: 'losers', ko: '패자' }, points: p50('losersLatency'), colour: LIGHT.lost },
      ],
      axisName: { en: 'milliseconds', ko: '밀리초' },
    }),
  });
}

function costPlot(scenarios: readonly ComparedScenario[]): Plot {
  const per = (of: (run: RunSummary) => number | null): readonly Point[] =>
    scenarios.map(({ runs }) =>
      medianOverRuns(runs, (run) => {
        const value = of(run);
        return value === null ? null : value / Math.max(1, run.successes);
      }),
    );
  return plotOf({
    name: 'compare-costs',
    title: { en: 'Cost per success', ko: '성공 한 건의 비용' },
    caption: {
      en: 'Statements sent, and processor time of client and server in milliseconds, divided by what succeeded: losers are paid for too. Medians with their intervals.',
      ko: '보낸 구문 수와 클라이언트·서버의 CPU 시간(밀리초)을 성공 수로 나눈 값: 진 요청의 비용도 들어 있다. 중앙값과 신뢰 구간.',
    },
    height: heightOf(scenarios, 3),
    option: barOption({
      categories: scenarios.map((scenario) => nameOf(scenario)),
      series: [
        { name: { en: 'statements', ko: '구문' }, points: per((run) => run.statements) },
        {
          name: { en: 'client CPU, ms', ko: '클라이언트 CPU, ms' },
          points: per((run) => run.cost.clientCpuMs),
        },
        {
          name: { en: 'server CPU, ms', ko: '서버 CPU, ms' },
          // No bar for a server on another machine: 0 would say that it was idle.
          points: per((run) => run.cost.serverCpuMs),
        },
      ],
      axisName: { en: 'per success', ko: '성공당' },
    }),
  });
}

function timelines(scenarios: readonly ComparedScenario[], ended: readonly EndedRun[]): readonly Plot[] {
  const caption = {
    en: 'One run: a line per request, from left (sent) to right (answered).',
    ko: '한 번의 실행: 한 줄이 요청 하나이고, 왼쪽에서 보내 오른쪽에서 응답을 받는다.',
  };
  return scenarios
    .slice(0, TIMELINES_MAX)
    .map(({ label }, index) =>
      timelineOf(`compare-timeline-${index + 1}`, { en: label, ko: label }, caption, firstRun(ended, label)),
    )
    .filter((plot) => plot !== undefined);
}
