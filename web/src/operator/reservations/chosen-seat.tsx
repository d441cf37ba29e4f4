/** Whose a seat is: its reservation, its account and what it costs there. */
import type { ComponentChildren, JSX } from 'preact';
import { money } from '../../format/money.ts';
import type { Section } from '../../format/seats.ts';
import { seatName } from '../../format/seats.ts';
import { useResource } from '../../hooks/use-resource.ts';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { AccountLink } from './account-link.tsx';
import { Fact } from './reservation-card.tsx';

const TEXTS = {
  state: { ko: '상태', en: 'State' },
  held: { ko: '선점', en: 'Held' },
  sold: { ko: '판매', en: 'Sold' },
  price: { ko: '좌석 가격', en: 'Price of the seat' },
  account: { ko: '구매자', en: 'Account' },
  number: { ko: '예약', en: 'Reservation' },
  free: { ko: '빈 좌석입니다. 예약이 없습니다.', en: 'This seat is free: no reservation has it.' },
  unknown: { ko: '이 배치도에는 그런 좌석이 없습니다.', en: 'The seat map has no such seat.' },
  looking: { ko: '찾는 중…', en: 'Looking…' },
} as const satisfies Record<string, Text>;

export interface ChosenSeatProps {
  readonly performanceId: string;
  readonly label: string;
  readonly sections: readonly Section[];
  /** Shown below what is known of the seat. */
  readonly children?: (reservationId: string) => ComponentChildren;
}

export function ChosenSeat({ performanceId, label, sections, children }: ChosenSeatProps): JSX.Element {
  const { data, problem } = useResource('GET /v1/admin/performances/{performanceId}/seats/{seat}', {
    params: { performanceId, seat: label },
  });
  if (data === undefined && problem === undefined) return <p class="soft">{t(TEXTS.looking)}</p>;
  const missing = problem?.outcome === 'not_found' ? problem['what'] : undefined;
  return (
    <section class="stack-tight op-chosen" data-seat={label}>
      <h3>{seatName(label, sections)}</h3>
      {missing === 'reservation' && <p>{t(TEXTS.free)}</p>}
      {missing === 'seat' && <p>{t(TEXTS.unknown)}</p>}
      {problem !== undefined && missing !== 'reservation' && missing !== 'seat' && (
        <ProblemNote problem={problem} />
      )}
      {data !== undefined && missing === undefined && (
        <>
          <dl class="op-facts grid">
            <Fact name={t(TEXTS.state)}>{t(TEXTS[data.state])}</Fact>
            <Fact name={t(TEXTS.price)}>{money(data.price)}</Fact>
            <Fact name={t(TEXTS.account)}>
              <AccountLink accountId={data.accountId} />
            </Fact>
            <Fact name={t(TEXTS.number)}>
              <a href={`/operator/reservations/${performanceId}/${data.reservationId}`} class="code">
                {data.reservationId}
              </a>
            </Fact>
          </dl>
          {children?.(data.reservationId)}
        </>
      )}
    </section>
  );
}
