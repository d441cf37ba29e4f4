/** A reservation as it is now, and its refund. */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { moment } from '../../format/dates.ts';
import { findPerformance, useCatalogue } from '../../hooks/use-catalogue.ts';
import { money } from '../../format/money.ts';
import { seatNames } from '../../format/seats.ts';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';
import type { Reservation } from '../answers.ts';
import { ReservationBadge } from '../../components/badges.tsx';
import { Confirm } from '../../components/dialog.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { refund, refunds } from './refunding.ts';

const TEXTS = {
  number: { ko: '예약 번호', en: 'Reservation number' },
  account: { ko: '구매자', en: 'Account' },
  performance: { ko: '회차', en: 'Performance' },
  amount: { ko: '금액', en: 'Amount' },
  created: { ko: '선점한 시각', en: 'Held at' },
  expires: { ko: '선점 만료', en: 'Hold ends' },
  refund: { ko: '환불', en: 'Refund' },
  refunding: { ko: '환불하는 중…', en: 'Refunding…' },
  afterDeadline: {
    ko: '구매자의 환불 마감이 지났어도 운영자는 환불할 수 있습니다. 되돌릴 수 없습니다.',
    en: 'Operators can refund even after the buyer’s deadline. This can’t be undone.',
  },
} as const satisfies Record<string, Text>;

export interface ReservationCardProps {
  readonly reservation: Reservation;
  readonly account?: ComponentChildren;
  readonly onRefunded: () => void;
}

export function ReservationCard({ reservation, account, onRefunded }: ReservationCardProps): JSX.Element {
  const { id, performanceId, state, seats, amount, createdAt, expiresAt } = reservation;
  const named = findPerformance(useCatalogue().concerts, performanceId);
  const seatsInWords = seatNames(seats, named?.performance.sections ?? []);
  return (
    <article class="card stack op-reservation">
      <div class="row between">
        <h2>{seatsInWords}</h2>
        <ReservationBadge state={state} />
      </div>
      <dl class="op-facts grid">
        {account !== undefined && <Fact name={t(TEXTS.account)}>{account}</Fact>}
        <Fact name={t(TEXTS.amount)}>
          <strong>{money(amount)}</strong>
        </Fact>
        <Fact name={t(TEXTS.performance)}>
          <a href={`/operator/performances/${performanceId}`}>{performanceId}</a>
        </Fact>
        <Fact name={t(TEXTS.created)}>{moment(createdAt)}</Fact>
        {state === 'held' && <Fact name={t(TEXTS.expires)}>{moment(expiresAt)}</Fact>}
        <Fact name={t(TEXTS.number)}>
          <a href={`/operator/reservations/${performanceId}/${id}`} class="code">
            {id}
          </a>
        </Fact>
      </dl>
      {state === 'confirmed' && (
        <RefundButton reservation={reservation} seats={seatsInWords} onRefunded={onRefunded} />
      )}
    </article>
  );
}

export function Fact({
  name,
  children,
}: {
  readonly name: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

interface RefundButtonProps extends Pick<ReservationCardProps, 'reservation' | 'onRefunded'> {
  /** Their names. */
  readonly seats: string;
}

function RefundButton({ reservation, seats, onRefunded }: RefundButtonProps): JSX.Element {
  const [asked, setAsked] = useState(false);
  const { id, performanceId, amount } = reservation;
  const progress = refunds.value.get(id);
  const busy = progress?.state === 'sending' || progress?.state === 'unknown';
  // The answer may come later: the outbox sends a refund again until its result is known.
  const isSettled = progress?.state === 'refunded' || progress?.state === 'refused';
  useEffect(() => {
    if (isSettled) onRefunded();
  }, [isSettled]);
  const confirm = (): void => {
    setAsked(false);
    void refund(performanceId, id);
  };
  return (
    <>
      <div class="row">
        <button
          type="button"
          class="button-quiet button-danger"
          disabled={busy}
          onClick={() => setAsked(true)}
        >
          {t(busy ? TEXTS.refunding : TEXTS.refund)}
        </button>
      </div>
      {progress?.state === 'refused' && progress.problem !== undefined && (
        <ProblemNote problem={progress.problem} />
      )}
      {asked && (
        <Confirm
          title={t({ ko: `${money(amount)} 환불`, en: `Refund ${money(amount)}` })}
          deed={t(TEXTS.refund)}
          isDanger
          onConfirm={confirm}
          onCancel={() => setAsked(false)}
        >
          <p>
            {t({
              ko: `${seats} 좌석이 다시 판매되고, 금액은 구매자의 지갑으로 돌아갑니다.`,
              en: `${seats}: these seats go on sale again, and the money goes back to the buyer’s wallet.`,
            })}
          </p>
          <p>{t(TEXTS.afterDeadline)}</p>
        </Confirm>
      )}
    </>
  );
}
