/** The tickets of a reservation, one a screen: swiped, or turned by buttons and arrow keys. */
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { ReadTicketsAnswer, Reservation } from '../../api/types.ts';
import { session } from '../../api/sign-in.ts';
import { Icon } from '../../components/icon.tsx';
import { keptSeatsOf } from '../../format/seats.ts';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';
import type { TicketPerformance } from '../../offline/kept-tickets.ts';
import { TicketActions } from './ticket-actions.tsx';
import { TicketCard } from './ticket-card.tsx';
import { useWakeLock } from './use-wake-lock.ts';

const TEXTS = {
  tickets: { ko: '티켓', en: 'Tickets' },
  previous: { ko: '앞 티켓', en: 'Previous ticket' },
  next: { ko: '다음 티켓', en: 'Next ticket' },
} satisfies Record<string, Text>;

export interface TicketStripProps {
  readonly reservation: Reservation;
  readonly performance: TicketPerformance | undefined;
  /** Undefined until they are known. */
  readonly tickets: ReadTicketsAnswer['tickets'] | undefined;
  /** The service signs none: the codes will not come. */
  readonly isWithoutCode: boolean;
}

export function TicketStrip(props: TicketStripProps): JSX.Element {
  const { reservation, performance, tickets, isWithoutCode } = props;
  const seats = keptSeatsOf(reservation);
  const tokens = new Map(tickets?.map(({ seat, token }) => [seat, token]));
  const strip = useRef<HTMLUListElement>(null);
  const [scrolledTo, setScrolledTo] = useState(0);
  // A seat may be refunded while its ticket is on the screen.
  const shown = Math.min(scrolledTo, seats.length - 1);
  useWakeLock(tokens.size > 0);

  const show = (index: number): void => {
    const { current } = strip;
    const wanted = Math.max(0, Math.min(seats.length - 1, index));
    current?.scrollTo({ left: wanted * current.clientWidth });
  };
  const turnByKey = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    show(shown + step);
  };
  return (
    <section class="tickets" aria-label={t(TEXTS.tickets)}>
      <ul
        ref={strip}
        class="ticket-strip"
        tabIndex={seats.length > 1 ? 0 : undefined}
        onKeyDown={turnByKey}
        onScroll={({ currentTarget: { scrollLeft, clientWidth } }) =>
          setScrolledTo(Math.round(scrollLeft / clientWidth))
        }
      >
        {seats.map((seat) => (
          <li key={seat}>
            <TicketCard
              seat={seat}
              reservationId={reservation.id}
              accountId={session.value?.accountId ?? ''}
              performance={performance}
              token={tokens.get(seat)}
              isWithoutCode={isWithoutCode}
            />
          </li>
        ))}
      </ul>
      {seats.length > 1 && (
        <div class="ticket-turn between">
          <TurnButton
            name={t(TEXTS.previous)}
            icon="back"
            isOff={shown === 0}
            onTurn={() => show(shown - 1)}
          />
          <p class="number" role="status">
            {t({ ko: `${seats.length}장 중 ${shown + 1}`, en: `${shown + 1} of ${seats.length}` })}
          </p>
          <TurnButton
            name={t(TEXTS.next)}
            icon="forward"
            isOff={shown === seats.length - 1}
            onTurn={() => show(shown + 1)}
          />
        </div>
      )}
      {performance !== undefined && (
        <TicketActions reservation={reservation} performance={performance} seat={seats[shown]!} />
      )}
    </section>
  );
}

function TurnButton(props: {
  readonly name: string;
  readonly icon: 'back' | 'forward';
  readonly isOff: boolean;
  readonly onTurn: () => void;
}): JSX.Element {
  return (
    <button type="button" class="icon-button" disabled={props.isOff} onClick={props.onTurn}>
      <Icon name={props.icon} />
      <span class="visually-hidden">{props.name}</span>
    </button>
  );
}
