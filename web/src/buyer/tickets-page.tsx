/** My tickets: live holds first, then what was paid for. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Reservation } from '../api/types.ts';
import { Countdown } from '../components/countdown.tsx';
import { dateAndTime } from '../format/dates.ts';
import { money } from '../format/money.ts';
import { keptSeatsOf, seatCount, seatNames } from '../format/seats.ts';
import { ReservationBadge, SaleBadge } from '../components/badges.tsx';
import { Icon } from '../components/icon.tsx';
import { AwayNote, awayIn } from '../components/away-note.tsx';
import { MoreButton } from '../components/more-button.tsx';
import { Heading, StateNote, Waiting } from '../components/page.tsx';
import { Poster } from '../components/poster.tsx';
import { ProblemNote } from '../components/problem-note.tsx';
import { SignInFirst } from '../components/sign-in.tsx';
import type { Named } from '../hooks/use-catalogue.ts';
import { findPerformance, useCatalogue } from '../hooks/use-catalogue.ts';
import { useResource } from '../hooks/use-resource.ts';
import { usePages } from '../hooks/use-pages.ts';
import type { Text } from '../i18n/language.ts';
import { local, t } from '../i18n/language.ts';
import { session } from '../api/sign-in.ts';
import type { TicketPerformance } from '../offline/kept-tickets.ts';
import { keepTicketsOf, keptTickets } from '../offline/state.ts';
import { AsOf } from './ticket/as-of.tsx';

const TEXTS = {
  title: { ko: '내 티켓', en: 'My tickets' },
  none: { ko: '아직 티켓이 없어요', en: 'No tickets yet' },
  noneWords: { ko: '마음에 드는 공연을 골라 보세요.', en: 'Find a concert you like.' },
  look: { ko: '공연 보기', en: 'See concerts' },
  timeToPay: { ko: '결제까지 남은 시간', en: 'Time left to pay' },
} satisfies Record<string, Text>;

export function TicketsPage(): JSX.Element {
  return (
    <div class="page page-narrow">
      <Heading title={t(TEXTS.title)} />
      {session.value === undefined ? <SignInFirst /> : <Tickets key={session.value.accountId} />}
    </div>
  );
}

function Tickets(): JSX.Element {
  const { concerts } = useCatalogue();
  const { pages, problem, reload, more } = usePages('GET /v1/reservations');
  const reservations = pages?.flatMap((page) => page.reservations);
  const performanceOf = (id: string): TicketPerformance | undefined =>
    ticketPerformance(findPerformance(concerts, id));
  useEffect(() => {
    if (reservations === undefined || concerts === undefined) return undefined;
    const gone = new AbortController();
    void keepTicketsOf(reservations, performanceOf, gone.signal);
    return () => gone.abort();
  }, [pages?.length, pages?.[0], concerts]);
  const kept = keptTickets.value;
  if (reservations === undefined && kept.length > 0) {
    return (
      <>
        <AsOf ms={Math.min(...kept.map(({ asOfMs }) => asOfMs))} problem={problem} />
        <ul class="stack">
          {kept.map(({ reservation, performance }) => (
            <li key={reservation.id}>
              <TicketRow reservation={reservation} performance={performance} isListed onOver={reload} />
            </li>
          ))}
        </ul>
      </>
    );
  }
  if (reservations === undefined)
    return problem === undefined ? <Waiting /> : <ProblemNote problem={problem} />;
  const away = awayIn(pages);
  if (reservations.length === 0 && away.length > 0) return <AwayNote away={away} />;
  if (reservations.length === 0) {
    return (
      <StateNote tone="quiet" icon="ticket" title={t(TEXTS.none)}>
        <p>{t(TEXTS.noneWords)}</p>
        <a href="/" class="button">
          {t(TEXTS.look)}
        </a>
      </StateNote>
    );
  }
  return (
    <>
      <AwayNote away={away} />
      <ul class="stack">
        {reservations.map((reservation) => (
          <li key={reservation.id}>
            <TicketRow
              reservation={reservation}
              performance={performanceOf(reservation.performanceId)}
              isListed={concerts === undefined || performanceOf(reservation.performanceId) !== undefined}
              onOver={reload}
            />
          </li>
        ))}
      </ul>
      {more !== undefined && <MoreButton onMore={more} />}
    </>
  );
}

function ticketPerformance(named: Named | undefined): TicketPerformance | undefined {
  if (named === undefined) return undefined;
  const { concert, performance } = named;
  const { id: concertId, title, currency, minorUnit } = concert;
  return { ...performance, concertId, title, currency, minorUnit };
}

interface RowProps {
  readonly reservation: Reservation;
  readonly performance: TicketPerformance | undefined;
  /** Whether the catalogue has it, or has not been read yet: a hidden concert is asked for by itself. */
  readonly isListed: boolean;
  readonly onOver: () => void;
}

function TicketRow({ reservation, performance: listed, isListed, onOver }: RowProps): JSX.Element {
  const { id, performanceId, state, amount, expiresAt } = reservation;
  const hidden = useResource(isListed ? undefined : 'GET /v1/performances/{performanceId}', {
    params: { performanceId },
  }).data;
  const performance = listed ?? hidden;
  const refunded = reservation.refundedSeats.length;
  const isPartly = (state === 'confirmed' || state === 'refunding') && refunded > 0;
  const left = isPartly ? keptSeatsOf(reservation) : reservation.seats;
  return (
    <a href={`/performances/${performanceId}/reservations/${id}`} class="ticket-row card" data-state={state}>
      <span class="ticket-row-art">
        <Poster id={performance?.concertId ?? performanceId} />
      </span>
      <span class="ticket-row-words fill">
        <span class="row">
          <ReservationBadge state={state} />
          {performance?.sale === 'cancelled' && <SaleBadge sale="cancelled" />}
        </span>
        <strong>{local(performance?.title) || performanceId}</strong>
        {performance !== undefined && (
          <span class="soft">{dateAndTime(performance.startsAt, performance.timeZone)}</span>
        )}
        <span class="soft">{seatNames(left, performance?.sections ?? [])}</span>
        <span class="number">
          {money(amount)}
          {isPartly &&
            ` · ${t({ ko: `${seatCount(refunded)} 환불`, en: `${seatCount(refunded)} refunded` })}`}
        </span>
        {state === 'held' && (
          <span class="ticket-row-time">
            {t(TEXTS.timeToPay)} <Countdown until={expiresAt} onOver={onOver} />
          </span>
        )}
      </span>
      <Icon name="forward" />
    </a>
  );
}
