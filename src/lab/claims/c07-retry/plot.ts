/** The picture of C7. */
import { C7_RESOURCES, costRatios } from './experiment.ts';
import type { Runs } from '../../schedule.ts';
import { barOption } from '../../report/bars.ts';
import type { Plot } from '../../report/plot.ts';
import { plotOf } from '../../report/plot.ts';

export function costsPlot(runs: Runs): Plot {
  const strategies = costRatios(runs);
  return plotOf({
    name: 'c7-costs',
    title: { en: 'Cost of one success, pessimistic = 1', ko: '성공 한 건의 비용, 비관적 락 = 1' },
    caption: {
      en: 'Who tries again until it succeeds pays for all the attempts in which it lost; who goes in a group shares one transaction. The scale is logarithmic; where no bar stands, it was too little to be counted, or the server is on another machine.',
      ko: '성공할 때까지 다시 시도하면 진 시도의 비용까지 모두 치르고, 그룹으로 가면 트랜잭션 하나를 나눠 쓴다. 로그 눈금이며, 막대가 없으면 너무 적어 셀 수 없었거나 서버가 다른 기계에 있다.',
    },
    height: 420,
    option: barOption({
      categories: C7_RESOURCES,
      series: strategies.map(({ strategy, costs }) => ({
        name: strategy,
        // Such a scale has no zero.
        values: costs.map((cost) => (cost > 0 ? cost : null)),
      })),
      axisName: { en: 'times the pessimistic cost', ko: '비관적 락 대비 배수' },
      isLogarithmic: true,
    }),
  });
}
