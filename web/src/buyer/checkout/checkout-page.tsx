/** A reservation in whatever state it is: to be paid, a ticket, or over. */
import type { JSX } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';
import type { Problem } from '../../api/answer.ts';
import { requestTo } from '../../api/request-to.ts';
import type { Performance, ReadWalletAnswer, Reservation } from '../../api/types.ts';
import { Countdown } from '../../components/countdown.tsx';
import { dateAndTime } from '../../format/dates.ts';
import { money } from '../../format/money.ts';
import { seatName, seatCount, seatNames } from '../../format/seats.ts';
import { BackLink, Heading, StateNote, Waiting } from '../../components/page.tsx';
import { Poster } from '../../components/poster.tsx';
import { ProblemNote } from '../../components/problem-note.tsx';
import { SignInFirst } from '../../components/sign-in.tsx';
import { UnderWay } from '../../components/under-way.tsx';
import { useResource } from '../../hooks/use-resource.ts';
import { useSecondsUntil } from '../../hooks/use-seconds-until.ts';
import type { Text } from '../../i18n/language.ts';
import { local, t } from '../../i18n/language.ts';
import type { KeptTickets } from '../../offline/kept-tickets.ts';
import { forgetTickets, keepTickets, keptTickets } from '../../offline/state.ts';
import { outbox } from '../../outbox/state.ts';
import { session } from '../../api/sign-in.ts';
import type { Requests } from './requests.ts';
import { useRequests } from './requests.ts';
import { PayPanel } from './pay-panel.tsx';
import { Refund } from './refund.tsx';
import { AsOf } from '../ticket/as-of.tsx';
import { TicketStrip } from '../ticket/ticket-strip.tsx';

const TEXTS = {
  held: { ko: '결제', en: 'Checkout' },
  confirmed: { ko: '티켓', en: 'Your ticket' },
  over: { ko: '예약', en: 'Reservation' },
  timeLeft: { ko: '이 시간 안에 결제해 주세요', en: 'Your seats are held for' },
  seats: { ko: '고른 좌석', en: 'Your seats' },
  release: { ko: '선점 취소하기', en: 'Release seats' },
  paid: { ko: '예매가 완료되었어요', en: 'Booking confirmed' },
  paidWords: { ko: '입장할 때 아래 코드를 보여 주세요.', en: 'Show the code below at the entrance.' },
  expired: { ko: '결제 시간이 지났어요', en: 'Your time to pay has run out' },
  expiredWords: {
    ko: '좌석은 다시 풀렸고 결제되지 않았어요. 충전한 돈은 지갑에 있어요. 아직 남아 있다면 다시 고를 수 있어요.',
    en: 'The seats have been released and nothing was paid. Money you added is still in your wallet. You can choose the seats again if they are still available.',
  },
  released: { ko: '좌석 선점을 취소했어요', en: 'Seats released' },
  releasedWords: { ko: '결제된 금액은 없어요.', en: "You haven't paid anything." },
  refunded: { ko: '환불되었어요', en: 'Refunded' },
  refundedSeats: { ko: '환불된 좌석', en: 'Refunded seats' },
  cancelled: { ko: '공연이 취소되었어요', en: 'This performance is cancelled' },
  refundComing: {
    ko: '결제한 금액을 지갑으로 돌려드리고 있어요. 따로 신청하지 않아도 돼요.',
    en: 'What you paid is on its way back to your wallet. You don’t have to do anything.',
  },
  paying: { ko: '결제를 처리하고 있어요', en: 'Your payment is being processed' },
  payingWords: {
    ko: '끝날 때까지 좌석은 그대로 잡혀 있어요. 다시 결제하지 않아도 돼요.',
    en: 'Your seats stay yours until it is done. You don’t have to pay again.',
  },
  refunding: { ko: '환불을 처리하고 있어요', en: 'Your refund is being processed' },
  refundingWords: {
    ko: '돈은 곧 지갑으로 돌아와요.',
    en: 'The money will be back in your wallet shortly.',
  },
  others: { ko: '다른 공연 보기', en: 'See other concerts' },
  again: { ko: '좌석 다시 고르기', en: 'Choose seats again' },
  wallet: { ko: '지갑 보기', en: 'View wallet' },
  tickets: { ko: '내 티켓', en: 'My tickets' },
  back: { ko: '좌석 고르기', en: 'Seats' },
} satisfies Record<string, Text>;

/** How often a page that waits for money on its way looks. */
const MONEY_LOOK_MS = 5_000;

export interface CheckoutPageProps {
  readonly performanceId: string;
  readonly reservationId: string;
}

export function CheckoutPage({ performanceId, reservationId }: CheckoutPageProps): JSX.Element {
  return (
    <div class="page page-narrow">
      {session.value === undefined ? (
        <>
          <Heading title={t(TEXTS.over)} />
          <SignInFirst />
        </>
      ) : (
        <Checkout key={session.value.accountId} performanceId={performanceId} reservationId={reservationId} />
      )}
    </div>
  );
}

function Checkout({ performanceId, reservationId }: CheckoutPageProps): JSX.Element {
  const reservation = useResource('GET /v1/performances/{performanceId}/reservations/{reservationId}', {
    params: { performanceId, reservationId },
  });
  const performance = useResource('GET /v1/performances/{performanceId}', { params: { performanceId } });
  const wallet = useResource('GET /v1/wallet');
  const readAgain = useCallback(() => {
    reservation.reload();
    wallet.reload();
  }, []);
  const requests = useRequests(`/performances/${performanceId}/reservations/${reservationId}`, readAgain);
  const kept = keptTickets.value.find((one) => one.reservation.id === reservationId);
  const isValid = (reservation.data?.state ?? 'confirmed') === 'confirmed';
  const isGone = !isValid || reservation.problem?.outcome === 'not_found';
  useEffect(() => {
    if (isGone) forgetTickets(reservationId);
  }, [isGone]);
  if (reservation.data === undefined && kept !== undefined && !isGone) {
    return <Kept kept={kept} problem={reservation.problem} />;
  }
  if (reservation.data === undefined) {
    return (
      <>
        <Heading title={t(TEXTS.over)} hidden />
        {requests.underWay !== undefined && <UnderWay purchase={requests.underWay} />}
        {reservation.problem === undefined ? <Waiting /> : <ProblemNote problem={reservation.problem} />}
      </>
    );
  }
  const props = {
    reservation: reservation.data,
    performance: performance.data,
    wallet: wallet.data,
    requests,
    onOver: readAgain,
  };
  const { state } = reservation.data;
  if (state === 'held') return <Held {...props} />;
  if (state === 'confirmed' && performance.data?.sale === 'cancelled') {
    return <OnItsWay {...props} icon="warn" title={TEXTS.cancelled} words={TEXTS.refundComing} />;
  }
  if (state === 'confirmed') return <Confirmed {...props} />;
  if (state === 'paying')
    return <OnItsWay {...props} icon="clock" title={TEXTS.paying} words={TEXTS.payingWords} />;
  if (state === 'refunding') {
    return <OnItsWay {...props} icon="clock" title={TEXTS.refunding} words={TEXTS.refundingWords} />;
  }
  return <Over {...props} state={state} />;
}

interface StateProps {
  readonly reservation: Reservation;
  readonly performance: Performance | undefined;
  readonly wallet: ReadWalletAnswer | undefined;
  readonly requests: Requests;
  readonly onOver: () => void;
}

function Held({ reservation, performance, wallet, requests, onOver }: StateProps): JSX.Element {
  const { performanceId, id, expiresAt } = reservation;
  const { underWay, refusal } = requests;
  const isBusy = underWay !== undefined && underWay.pending.stopped === undefined;
  const isOver = useSecondsUntil(expiresAt) === 0;
  const release = (): void => {
    const route = 'DELETE /v1/performances/{performanceId}/reservations/{reservationId}';
    const params = { performanceId, reservationId: id };
    void outbox.begin({ kind: 'release', ...requestTo(route, { params }) });
  };
  return (
    <>
      <BackLink href={`/performances/${performanceId}`}>{t(TEXTS.back)}</BackLink>
      <Heading title={t(TEXTS.held)} />
      <TimeLeft reservation={reservation} performance={performance} onOver={onOver} />
      <Summary reservation={reservation} performance={performance} />
      {/* Not enough in the wallet is no surprise here: the panel below says it better. */}
      {refusal !== undefined && refusal.outcome !== 'insufficient_balance' && (
        <ProblemNote problem={refusal} />
      )}
      {underWay !== undefined && <UnderWay purchase={underWay} />}
      {wallet === undefined ? (
        <Waiting rows={1} />
      ) : (
        <PayPanel reservation={reservation} wallet={wallet} isBusy={isBusy || isOver} />
      )}
      <button type="button" class="text-button centred" disabled={isBusy} onClick={release}>
        {t(TEXTS.release)}
      </button>
    </>
  );
}

interface TimeLeftProps {
  readonly reservation: Reservation;
  readonly performance: Performance | undefined;
  readonly onOver: () => void;
}

function TimeLeft({ reservation, performance, onOver }: TimeLeftProps): JSX.Element {
  const { expiresAt } = reservation;
  const seconds = useSecondsUntil(expiresAt) ?? 0;
  const whole = performance?.holdSeconds ?? 300;
  return (
    <div class="time-left" data-urgent={seconds <= 60}>
      <p class="time-left-words between">
        <span>{t(TEXTS.timeLeft)}</span>
        <Countdown until={expiresAt} onOver={onOver} />
      </p>
      <div
        class="time-left-bar"
        style={{ transform: `scaleX(${Math.min(1, seconds / whole)})` }}
        aria-hidden="true"
      />
    </div>
  );
}

function Summary({ reservation, performance }: Pick<StateProps, 'reservation' | 'performance'>): JSX.Element {
  return (
    <section class="summary card" aria-label={t(TEXTS.seats)}>
      <div class="summary-art">
        <Poster id={performance?.concertId ?? reservation.performanceId} />
      </div>
      <div class="stack-tight fill">
        <h2>{local(performance?.title) || '\u00a0'}</h2>
        <p class="soft number">
          {performance === undefined ? '\u00a0' : dateAndTime(performance.startsAt, performance.timeZone)}
          <br />
          {local(performance?.venueName)}
        </p>
        <ul class="row">
          {reservation.seats.map((seat) => (
            <li key={seat} class="badge">
              {seatName(seat, performance?.sections ?? [])}
            </li>
          ))}
        </ul>
        <p class="number">
          {seatCount(reservation.seats.length)} · <strong>{money(reservation.amount)}</strong>
        </p>
      </div>
    </section>
  );
}

/** Money is on its way: a payment, a refund, or the refund of a cancelled performance. */
function OnItsWay({
  reservation,
  performance,
  requests: { underWay },
  onOver,
  icon,
  title,
  words,
}: StateProps & {
  readonly icon: 'clock' | 'warn';
  readonly title: Text;
  readonly words: Text;
}): JSX.Element {
  useEffect(() => {
    const timer = setInterval(onOver, MONEY_LOOK_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <>
      <BackLink href="/tickets">{t(TEXTS.tickets)}</BackLink>
      <Heading title={t(TEXTS.over)} />
      {underWay !== undefined && <UnderWay purchase={underWay} />}
      <StateNote tone="warn" icon={icon} title={t(title)}>
        <p>{t(words)}</p>
      </StateNote>
      <Summary reservation={reservation} performance={performance} />
    </>
  );
}

function Confirmed({ reservation, performance, requests }: StateProps): JSX.Element {
  const { performanceId, id } = reservation;
  const { underWay, refusal, done } = requests;
  const isBusy = underWay !== undefined && underWay.pending.stopped === undefined;
  const [isNew] = useState(() => done === 'pay');
  const { data, problem } = useResource(
    'GET /v1/performances/{performanceId}/reservations/{reservationId}/tickets',
    { params: { performanceId, reservationId: id } },
  );
  // The service signs no tickets; the seats are the buyer's all the same.
  const isWithoutCode = data === undefined && problem?.outcome === 'not_found';
  const given = isWithoutCode ? NO_TICKETS : data?.tickets;
  useEffect(() => {
    if (given !== undefined && performance !== undefined) keepTickets(reservation, performance, given);
  }, [given, performance]);
  const kept = keptTickets.value.find((one) => one.reservation.id === id);
  return (
    <>
      <BackLink href="/tickets">{t(TEXTS.tickets)}</BackLink>
      <Heading
        title={t(done === 'pay' || isNew ? TEXTS.paid : TEXTS.confirmed)}
        below={!isWithoutCode && <p>{t(TEXTS.paidWords)}</p>}
      />
      {underWay !== undefined && <UnderWay purchase={underWay} />}
      {/* Paid by another tab or an earlier try: then the ticket below is the answer. */}
      {refusal !== undefined && refusal.outcome !== 'reservation_not_payable' && (
        <ProblemNote problem={refusal} />
      )}
      {reservation.refundedSeats.length > 0 && (
        <p class="soft">
          {t(TEXTS.refundedSeats)}: {seatNames(reservation.refundedSeats, performance?.sections ?? [])}
        </p>
      )}
      <TicketStrip
        reservation={reservation}
        performance={performance ?? kept?.performance}
        tickets={given ?? kept?.tickets}
        isWithoutCode={isWithoutCode}
      />
      {performance !== undefined && (
        <Refund reservation={reservation} performance={performance} isBusy={isBusy} />
      )}
    </>
  );
}

const NO_TICKETS: KeptTickets['tickets'] = [];

/** What this browser has kept, until the service answers. */
function Kept({
  kept,
  problem,
}: {
  readonly kept: KeptTickets;
  readonly problem: Problem | undefined;
}): JSX.Element {
  const { reservation, performance, tickets, asOfMs } = kept;
  return (
    <>
      <BackLink href="/tickets">{t(TEXTS.tickets)}</BackLink>
      <Heading title={t(TEXTS.confirmed)} below={<AsOf ms={asOfMs} problem={problem} />} />
      <TicketStrip
        reservation={reservation}
        performance={performance}
        tickets={tickets}
        isWithoutCode={tickets.length === 0}
      />
    </>
  );
}

function Over({
  reservation,
  performance,
  requests: { underWay },
  state,
}: StateProps & { readonly state: 'expired' | 'released' | 'refunded' }): JSX.Element {
  const { performanceId } = reservation;
  const amount = money(reservation.amount);
  const back = t({ ko: `${amount}이 지갑으로 돌아왔어요.`, en: `${amount} is back in your wallet.` });
  const looks = {
    expired: { tone: 'warn', icon: 'clock', title: TEXTS.expired, words: t(TEXTS.expiredWords) },
    released: { tone: 'quiet', icon: 'ticket', title: TEXTS.released, words: t(TEXTS.releasedWords) },
    refunded: { tone: 'accent', icon: 'check', title: TEXTS.refunded, words: back },
  } as const;
  const { tone, icon, title, words } = looks[state];
  const isCancelled = performance?.sale === 'cancelled';
  return (
    <>
      <BackLink href="/tickets">{t(TEXTS.tickets)}</BackLink>
      <Heading title={t(TEXTS.over)} />
      {/* A top-up may still be on its way, although there is nothing to pay any more: it can be stopped here. */}
      {underWay !== undefined && <UnderWay purchase={underWay} />}
      <StateNote tone={tone} icon={icon} title={t(title)}>
        {isCancelled && <p>{t(TEXTS.cancelled)}.</p>}
        <p>{words}</p>
        <div class="row">
          {isCancelled ? (
            <a href="/" class="button">
              {t(TEXTS.others)}
            </a>
          ) : (
            <a href={`/performances/${performanceId}`} class="button">
              {t(TEXTS.again)}
            </a>
          )}
          {state === 'refunded' && (
            <a href="/wallet" class="button-quiet">
              {t(TEXTS.wallet)}
            </a>
          )}
        </div>
      </StateNote>
      <Summary reservation={reservation} performance={performance} />
    </>
  );
}
