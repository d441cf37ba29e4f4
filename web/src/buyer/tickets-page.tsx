/** My tickets: live holds first, then what was paid for. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { call } from '../api/client.ts';
import type { ListReservationsAnswer, Reservation } from '../api/types.ts';
import { Countdown } from '../components/countdown.tsx';
import { dateAndTime } from '../format/dates.ts';
import { won } from '../format/money.ts';
import { seatNames } from '../format/seats.ts';
import { Icon } from '../components/icon.tsx';
import { Heading, StateNote, Waiting } from '../components/page.tsx';
import { Poster } from '../components/poster.tsx';
import { ProblemNote } from '../components/problem-note.tsx';
import { SignInFirst } from '../components/sign-in-first.tsx';
import { StateBadge } from '../components/state-badge.tsx';
import type { Named } from '../hooks/use-catalogue.ts';
import { findPerformance, useCatalogue } from '../hooks/use-catalogue.ts';
import { useResource } from '../hooks/use-resource.ts';
import type { Text } from '../i18n/language.ts';
import { local, t } from '../i18n/language.ts';
import { session } from '../api/sign-in.ts';

const TEXTS = {
  title: { ko: '내 티켓', en: 'My tickets' },
  none: { ko: '아직 티켓이 없어요', en: 'No tickets yet' },
  noneWords: { ko: '마음에 드는 공연을 골라 보세요.', en: 'Find a concert you like.' },
  look: { ko: '공연 보기', en: 'See concerts' },
  more: { ko: '더 보기', en: 'Show more' },
  timeToPay: { ko: '결제까지 남은 시간', en: 'Time left to pay' },
} satisfies Record<string, Text>;

const PAGE_SIZE = 20;

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
  const { data, problem, reload } = useResource('GET /v1/reservations', { query: { limit: PAGE_SIZE } });
  const [older, setOlder] = useState<ListReservationsAnswer>();
  useEffect(() => setOlder(undefined), [data]);
  if (data === undefined) return problem === undefined ? <Waiting /> : <ProblemNote problem={problem} />;
  const reservations = [...data.reservations, ...(older?.reservations ?? [])];
  const next = older === undefined ? data.next : older.next;
  const readOlder = async (): Promise<void> => {
    if (next === null) return;
    const answer = await call('GET /v1/reservations', { query: { limit: PAGE_SIZE, before: next } });
    if (!answer.ok) return;
    setOlder({
      reservations: [...(older?.reservations ?? []), ...answer.data.reservations],
      next: answer.data.next,
    });
  };
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
      <ul class="ticket-list">
        {reservations.map((reservation) => (
          <li key={reservation.id}>
            <TicketRow
              reservation={reservation}
              named={findPerformance(concerts, reservation.performanceId)}
              onOver={reload}
            />
          </li>
        ))}
      </ul>
      {next !== null && (
        <button type="button" class="button-quiet button-wide" onClick={() => void readOlder()}>
          {t(TEXTS.more)}
        </button>
      )}
    </>
  );
}

interface RowProps {
  readonly reservation: Reservation;
  readonly named: Named | undefined;
  readonly onOver: () => void;
}

function TicketRow({ reservation, named, onOver }: RowProps): JSX.Element {
  const { id, performanceId, state, amount, expiresAt } = reservation;
  return (
    <a href={`/performances/${performanceId}/reservations/${id}`} class="ticket-row card" data-state={state}>
      <span class="ticket-row-art">
        <Poster id={named?.concert.id ?? performanceId} />
      </span>
      <span class="ticket-row-words">
        <StateBadge state={state} />
        <strong>{local(named?.concert.title) || performanceId}</strong>
        {named !== undefined && <span class="soft">{dateAndTime(named.performance.startsAt)}</span>}
        <span class="soft">{seatNames(reservation.seats, named?.performance.sections ?? [])}</span>
        <span class="number">{won(amount)}</span>
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
