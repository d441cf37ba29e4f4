/** The plots of C11. */
import * as words from './words.ts';
import { loserCosts } from './experiment.ts';
import type { Runs } from '../../schedule.ts';
import type { Measured } from '../../statistics.ts';
import { medianPoint } from '../../statistics.ts';
import type { Text } from '../../text.ts';
import { barOption } from '../../report/bars.ts';
import { LIGHT } from '../../report/palette.ts';
import type { Plot } from '../../report/plot.ts';
import { plotOf } from '../../report/plot.ts';

export function loserPlots(runs: Runs): readonly Plot[] {
  const costs = loserCosts(runs);
  const rows = costs.map(({ strategy, wallet }): Text =>
    strategy === 'guard-last'
      ? { en: `guard last, ${wallet.en}`, ko: `마지막 단계, ${wallet.ko}` }
      : { en: `guard first, ${wallet.en}`, ko: `첫 단계, ${wallet.ko}` },
  );
  const plot = (
    given: Pick<Plot, 'name' | 'title' | 'caption'>,
    values: readonly Measured[],
    axisName: Text,
    colour: string,
  ): Plot =>
    plotOf({
      ...given,
      height: 220,
      option: barOption({
        categories: rows,
        series: [{ name: '', points: values.map(medianPoint), colour }],
        axisName,
      }),
    });
  return [
    plot(
      {
        name: 'c11-time',
        ...words.timePlot,
      },
      costs.map(({ ms }) => ms),
      { en: 'milliseconds', ko: '밀리초' },
      LIGHT.first,
    ),
    plot(
      {
        name: 'c11-wal',
        ...words.walPlot,
      },
      costs.map(({ walBytes }) => walBytes),
      { en: 'bytes of WAL per loser', ko: '패자당 WAL 바이트' },
      LIGHT.second,
    ),
  ];
}
