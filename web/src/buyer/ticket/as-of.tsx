/** Says that what is shown is what the phone has kept, and of when it is. */
import type { JSX } from 'preact';
import { databaseNowMs } from '../../api/database-clock.ts';
import type { Problem } from '../../api/answer.ts';
import { locale, t } from '../../i18n/language.ts';

export interface AsOfProps {
  readonly ms: number;
  /** Why nothing newer is shown; undefined while the service is being asked. */
  readonly problem: Problem | undefined;
}

export function AsOf({ ms, problem }: AsOfProps): JSX.Element {
  const at = timeOf(ms);
  const isOffline = problem?.outcome === 'offline' || !navigator.onLine;
  return (
    <p class="as-of number" role="status" data-offline={isOffline}>
      {isOffline
        ? t({ ko: `오프라인 · ${at}에 확인한 티켓이에요`, en: `Offline; as of ${at}` })
        : t({ ko: `${at}에 확인한 티켓이에요`, en: `As of ${at}` })}
    </p>
  );
}

/** By the phone's own clock, as the bar at its top shows it; with the date on another day. */
function timeOf(ms: number): string {
  const isToday = new Date(ms).toDateString() === new Date(databaseNowMs()).toDateString();
  const format = new Intl.DateTimeFormat(locale(), {
    ...(!isToday && { month: 'short', day: 'numeric' }),
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return format.format(new Date(ms));
}
