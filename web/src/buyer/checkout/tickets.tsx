/** The tickets of a paid reservation: one for each seat, with its code for the door. */
import type { JSX } from 'preact';
import { dateAndTime } from '../../format/dates.ts';
import { seatName } from '../../format/seats.ts';
import type { Performance, Reservation } from '../../api/types.ts';
import { Poster } from '../../components/poster.tsx';
import { QrCode } from '../../components/qr-code.tsx';
import { useResource } from '../../hooks/use-resource.ts';
import type { Text } from '../../i18n/language.ts';
import { local, t } from '../../i18n/language.ts';

const TEXTS = {
  tickets: { ko: '티켓', en: 'Tickets' },
  code: { ko: '입장용 QR 코드', en: 'QR code for entry' },
  noCode: {
    ko: '예매는 확실히 되었어요. 입장 코드는 아직 준비되지 않았으니 예약 번호를 보여 주세요.',
    en: "Your booking is confirmed, but your entry code isn't ready yet. Show your reservation number instead.",
  },
  number: { ko: '예약 번호', en: 'Reservation number' },
} satisfies Record<string, Text>;

export interface TicketsProps {
  readonly reservation: Reservation;
  readonly performance: Performance | undefined;
}

export function Tickets({ reservation, performance }: TicketsProps): JSX.Element {
  const { performanceId, id } = reservation;
  const { data, problem } = useResource(
    'GET /v1/performances/{performanceId}/reservations/{reservationId}/tickets',
    { params: { performanceId, reservationId: id } },
  );
  const tokens = new Map(data?.tickets.map(({ seat, token }) => [seat, token]));
  const isWithout = problem !== undefined && problem.retry !== 'same';
  const sections = performance?.sections ?? [];
  return (
    <section aria-label={t(TEXTS.tickets)}>
      <ul class="stack-wide">
        {seatsLeftOf(reservation).map((seat) => (
          <li key={seat} class="ticket">
            <div class="ticket-head">
              <Poster id={performance?.concertId ?? performanceId}>
                <>
                  <strong>{local(performance?.title)}</strong>
                  <p class="number">{performance === undefined ? '' : dateAndTime(performance.startsAt)}</p>
                </>
              </Poster>
            </div>
            <div class="ticket-body">
              <p class="ticket-seat">{seatName(seat, sections)}</p>
              <p class="soft">{local(performance?.venueName)}</p>
              <Code token={tokens.get(seat)} seat={seatName(seat, sections)} isWithout={isWithout} />
              <p class="ticket-number soft number">
                {t(TEXTS.number)} {id}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The seats that are not refunded. */
export function seatsLeftOf({ seats, refundedSeats }: Reservation): readonly string[] {
  return seats.filter((seat) => !refundedSeats.includes(seat));
}

interface CodeProps {
  readonly token: string | undefined;
  /** Its name. */
  readonly seat: string;
  readonly isWithout: boolean;
}

function Code({ token, seat, isWithout }: CodeProps): JSX.Element {
  if (token !== undefined) return <QrCode text={token} label={`${t(TEXTS.code)}: ${seat}`} />;
  if (isWithout) return <p class="ticket-no-code">{t(TEXTS.noCode)}</p>;
  return <div class="qr qr-waiting" aria-busy="true" />;
}
