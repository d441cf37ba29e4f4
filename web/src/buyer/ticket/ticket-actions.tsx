/** What else a buyer does with a ticket: tell others of it, put it into a calendar, print it. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Reservation } from '../../api/types.ts';
import { dateAndTime } from '../../format/dates.ts';
import { keptSeatsOf, seatName, seatNames } from '../../format/seats.ts';
import { shortCode } from '../../format/short-code.ts';
import type { Text } from '../../i18n/language.ts';
import { local, t } from '../../i18n/language.ts';
import type { TicketPerformance } from '../../offline/kept-tickets.ts';
import { saveToCalendar } from '../calendar.ts';

const TEXTS = {
  share: { ko: '공유', en: 'Share' },
  calendar: { ko: '캘린더에 추가', en: 'Add to calendar' },
  print: { ko: '인쇄', en: 'Print' },
  copied: { ko: '공연과 좌석을 복사했어요.', en: 'Concert and seat copied.' },
  notCopied: {
    ko: '이 브라우저에서는 공유할 수 없어요.',
    en: 'This browser can’t share.',
  },
} satisfies Record<string, Text>;

export interface TicketActionsProps {
  readonly reservation: Reservation;
  readonly performance: TicketPerformance;
  /** The seat whose ticket is on the screen. */
  readonly seat: string;
}

export function TicketActions({ reservation, performance, seat }: TicketActionsProps): JSX.Element {
  const [said, setSaid] = useState<Text>();
  const { performanceId, id } = reservation;
  const { title, venueName, startsAt, sections } = performance;
  const share = async (): Promise<void> => {
    setSaid(undefined);
    setSaid(await shareText(local(title), whereAndWhen(performance, seat)));
  };
  const plan = (): void =>
    saveToCalendar({
      performanceId,
      title,
      venueName,
      startsAt,
      description: `${seatNames(keptSeatsOf(reservation), sections)}\n${shortCode(id)}`,
    });
  return (
    <div class="ticket-actions stack-tight">
      <div class="row">
        <button type="button" class="button-quiet" onClick={() => void share()}>
          {t(TEXTS.share)}
        </button>
        <button type="button" class="button-quiet" onClick={plan}>
          {t(TEXTS.calendar)}
        </button>
        <button type="button" class="button-quiet" onClick={() => print()}>
          {t(TEXTS.print)}
        </button>
      </div>
      <p class="small" role="status">
        {said === undefined ? '' : t(said)}
      </p>
    </div>
  );
}

/** Without the code: it lets in the first person who shows it. */
function whereAndWhen(performance: TicketPerformance, seat: string): string {
  const { title, venueName, startsAt, timeZone, sections } = performance;
  return [local(title), dateAndTime(startsAt, timeZone), local(venueName), seatName(seat, sections)].join(
    '\n',
  );
}

/** By the phone's own sheet; else to the clipboard. Gives what is to be said of it. */
async function shareText(title: string, text: string): Promise<Text | undefined> {
  if ('share' in navigator) {
    try {
      await navigator.share({ title, text });
      return undefined;
    } catch (error) {
      if ((error as DOMException).name === 'AbortError') return undefined;
    }
  }
  try {
    await navigator.clipboard.writeText(text);
    return TEXTS.copied;
  } catch {
    return TEXTS.notCopied;
  }
}
