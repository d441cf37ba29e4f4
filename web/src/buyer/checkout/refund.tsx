/** Giving paid seats back, in two steps, until the deadline. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { requestTo } from '../../api/request-to.ts';
import type { Performance, Reservation } from '../../api/types.ts';
import { dateAndTime } from '../../format/dates.ts';
import { money } from '../../format/money.ts';
import { keptSeatsOf, seatCount } from '../../format/seats.ts';
import { Confirm } from '../../components/dialog.tsx';
import { StateNote } from '../../components/page.tsx';
import { useSecondsUntil } from '../../hooks/use-seconds-until.ts';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';
import { outbox } from '../../outbox/state.ts';

const TEXTS = {
  refund: { ko: '환불하기', en: 'Refund' },
  until: { ko: '환불 가능 기한', en: 'Refundable until' },
  passed: { ko: '환불할 수 있는 기간이 지났어요.', en: 'The refund deadline has passed.' },
  sure: { ko: '정말 환불할까요?', en: 'Refund these seats?' },
  yes: { ko: '네, 환불할게요', en: 'Yes, refund' },
} satisfies Record<string, Text>;

export interface RefundProps {
  readonly reservation: Reservation;
  readonly performance: Performance;
  readonly isBusy: boolean;
}

export function Refund({ reservation, performance, isBusy }: RefundProps): JSX.Element {
  const [isAsked, setAsked] = useState(false);
  const { refundableUntil, timeZone } = performance;
  // Without a deadline an account may refund always: the service has the last word.
  const isPassed = useSecondsUntil(refundableUntil) === 0;
  if (isPassed) {
    return (
      <div data-state="deadline_passed">
        <StateNote tone="quiet" icon="clock" title={t(TEXTS.passed)}>
          {refundableUntil !== null && (
            <p class="soft">
              {t(TEXTS.until)}: {dateAndTime(refundableUntil, timeZone)}
            </p>
          )}
        </StateNote>
      </div>
    );
  }
  const refund = (): void => {
    setAsked(false);
    const { performanceId, id } = reservation;
    void outbox.begin({
      kind: 'refund',
      ...requestTo('POST /v1/performances/{performanceId}/reservations/{reservationId}/refund', {
        params: { performanceId, reservationId: id },
      }),
      key: `refund:${id}`,
    });
  };
  return (
    <section class="refund row between">
      {refundableUntil !== null && (
        <p class="soft">
          {t(TEXTS.until)}: {dateAndTime(refundableUntil, timeZone)}
        </p>
      )}
      <button type="button" class="button-quiet" disabled={isBusy} onClick={() => setAsked(true)}>
        {t(TEXTS.refund)}
      </button>
      {isAsked && (
        <Confirm
          title={t(TEXTS.sure)}
          deed={t(TEXTS.yes)}
          isDanger
          onConfirm={refund}
          onCancel={() => setAsked(false)}
        >
          <p>{confirmWords(reservation)}</p>
        </Confirm>
      )}
    </section>
  );
}

function confirmWords(reservation: Reservation): string {
  const left = seatCount(keptSeatsOf(reservation).length);
  if (reservation.refundedSeats.length > 0) {
    return t({
      ko: `남은 ${left}의 금액이 지갑으로 돌아오고, 곧바로 다른 분이 예매할 수 있어요.`,
      en: `What you paid for the ${left} you have left goes back to your wallet, and others can buy them at once.`,
    });
  }
  const { amount } = reservation;
  return t({
    ko: `환불 금액 ${money(amount)}. 돈은 지갑으로 돌아오고, ${left}은 곧바로 다른 분이 예매할 수 있어요.`,
    en: `${money(amount)} goes back to your wallet, and others can buy your ${left} at once.`,
  });
}
