/** A reservation as it is now, and what an operator can do about it. */
import type { ComponentChildren, JSX } from 'preact';
import { moment } from '../../format/dates.ts';
import { findPerformance, useCatalogue } from '../../hooks/use-catalogue.ts';
import { money } from '../../format/money.ts';
import { keptSeatsOf, seatNames } from '../../format/seats.ts';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';
import type { Reservation } from '../answers.ts';
import { mayListAll } from '../permissions.ts';
import { ReservationBadge } from '../../components/badges.tsx';
import { RefundButton } from './refund-button.tsx';
import { ReleaseButton } from './release-button.tsx';

const TEXTS = {
  number: { ko: '예약 번호', en: 'Reservation number' },
  account: { ko: '구매자', en: 'Account' },
  performance: { ko: '회차', en: 'Performance' },
  amount: { ko: '금액', en: 'Amount' },
  created: { ko: '선점한 시각', en: 'Held at' },
  expires: { ko: '선점 만료', en: 'Hold ends' },
  refunded: { ko: '환불한 좌석', en: 'Refunded seats' },
} as const satisfies Record<string, Text>;

export interface ReservationCardProps {
  readonly reservation: Reservation;
  readonly account?: ComponentChildren;
  /** It is refunded, in part or whole, or released. */
  readonly onChanged: () => void;
}

export function ReservationCard({ reservation, account, onChanged }: ReservationCardProps): JSX.Element {
  const { id, performanceId, state, seats, refundedSeats, amount } = reservation;
  const { createdAt, expiresAt } = reservation;
  const named = findPerformance(
    useCatalogue(mayListAll() ? 'GET /v1/admin/concerts' : undefined).concerts,
    performanceId,
  );
  const sections = named?.performance.sections ?? [];
  const isPartly = (state === 'confirmed' || state === 'refunding') && refundedSeats.length > 0;
  const seatsInWords = seatNames(isPartly ? keptSeatsOf(reservation) : seats, sections);
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
        {isPartly && <Fact name={t(TEXTS.refunded)}>{seatNames(refundedSeats, sections)}</Fact>}
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
        <RefundButton reservation={reservation} sections={sections} onRefunded={onChanged} />
      )}
      {state === 'held' && (
        <ReleaseButton reservation={reservation} seats={seatsInWords} onChanged={onChanged} />
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
