/** The pictures of C11. */
import { loserCosts } from './experiment.ts';
import type { Runs } from '../../schedule.ts';
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
    values: readonly number[],
    axisName: Text,
    colour: string,
  ): Plot =>
    plotOf({
      ...given,
      height: 220,
      option: barOption({ categories: rows, series: [{ name: '', values, colour }], axisName }),
    });
  return [
    plot(
      {
        name: 'c11-time',
        title: { en: "How long a losing payment's transaction takes", ko: '진 결제의 트랜잭션 시간' },
        caption: {
          en: 'From its beginning to its rollback, the work included; so long it keeps its connection.',
          ko: '시작부터 롤백까지, 작업 포함. 그동안 커넥션을 잡고 있다.',
        },
      },
      costs.map(({ ms }) => ms),
      { en: 'milliseconds', ko: '밀리초' },
      LIGHT.first,
    ),
    plot(
      {
        name: 'c11-wal',
        title: {
          en: 'What a losing payment writes into the log, to be undone',
          ko: '진 결제가 되돌리기 위해 로그에 쓰는 양',
        },
        caption: {
          en: 'With the guard first, only the lock on the row; with the guard last, a debit and its history as well.',
          ko: '첫 단계에 락을 두면 행의 락뿐이고, 마지막 단계에 두면 차감과 이력까지 쓴다.',
        },
      },
      costs.map(({ walBytes }) => walBytes),
      { en: 'bytes of WAL per loser', ko: '패자당 WAL 바이트' },
      LIGHT.second,
    ),
  ];
}
