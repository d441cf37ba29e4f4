/** One seat's ticket: what a door reads, by machine or by eye. */
import type { JSX } from 'preact';
import { Poster } from '../../components/poster.tsx';
import { QrCode } from '../../components/qr-code.tsx';
import { dateAndTime } from '../../format/dates.ts';
import { seatName, seatParts } from '../../format/seats.ts';
import { shortCode } from '../../format/short-code.ts';
import type { Text } from '../../i18n/language.ts';
import { local, t } from '../../i18n/language.ts';
import type { TicketPerformance } from '../../offline/kept-tickets.ts';

const TEXTS = {
  code: { ko: '입장용 QR 코드', en: 'QR code for entry' },
  noCode: {
    ko: '예매는 확실히 되었어요. 입장용 QR 코드는 아직 없으니 아래 예약 번호를 보여 주세요.',
    en: 'Your booking is confirmed. There is no QR code yet: show the reservation code below instead.',
  },
  number: { ko: '예약 번호', en: 'Reservation code' },
  name: { ko: '이름', en: 'Name' },
  bright: { ko: '화면을 밝게 하면 더 빨리 읽혀요.', en: 'Turn up your screen’s brightness.' },
} satisfies Record<string, Text>;

export interface TicketCardProps {
  readonly seat: string;
  readonly reservationId: string;
  readonly accountId: string;
  readonly performance: TicketPerformance | undefined;
  /** Undefined until it is known. */
  readonly token: string | undefined;
  readonly isWithoutCode: boolean;
}

export function TicketCard(props: TicketCardProps): JSX.Element {
  const { seat, reservationId, accountId, performance, token, isWithoutCode } = props;
  const sections = performance?.sections ?? [];
  const { section, place } = seatParts(seat, sections);
  return (
    <article class="ticket">
      <div class="ticket-head">
        <Poster id={performance?.concertId ?? ''}>
          <>
            <strong>{local(performance?.title)}</strong>
            <p class="number">{performance && dateAndTime(performance.startsAt, performance.timeZone)}</p>
            <p>{local(performance?.venueName)}</p>
          </>
        </Poster>
      </div>
      <div class="ticket-body">
        <p class="ticket-seat">
          <span class="ticket-section">{section}</span> <span class="ticket-place">{place}</span>
        </p>
        {token !== undefined ? (
          <QrCode text={token} label={`${t(TEXTS.code)}: ${seatName(seat, sections)}`} />
        ) : isWithoutCode ? (
          <p class="ticket-no-code">{t(TEXTS.noCode)}</p>
        ) : (
          <div class="qr qr-waiting" aria-busy="true" />
        )}
        <dl class="ticket-facts">
          <div>
            <dt>{t(TEXTS.number)}</dt>
            <dd class="ticket-code number">{shortCode(reservationId)}</dd>
          </div>
          <div>
            <dt>{t(TEXTS.name)}</dt>
            <dd class="ticket-name">{accountId}</dd>
          </div>
        </dl>
        {token !== undefined && <p class="ticket-hint soft small">{t(TEXTS.bright)}</p>}
      </div>
    </article>
  );
}
