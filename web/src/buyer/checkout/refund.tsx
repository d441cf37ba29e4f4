/** Giving paid seats back, in two steps, until the deadline. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { requestTo } from '../../api/request-to.ts';
import type { Performance, Reservation } from '../../api/types.ts';
import { dateAndTime } from '../../format/dates.ts';
import { won } from '../../format/money.ts';
import { seatCount } from '../../format/seats.ts';
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
  keep: { ko: '그대로 둘게요', en: 'Keep seats' },
} satisfies Record<string, Text>;

export interface RefundProps {
  readonly reservation: Reservation;
  readonly performance: Performance;
  readonly isBusy: boolean;
}

export function Refund({ reservation, performance, isBusy }: RefundProps): JSX.Element {
  const [isAsked, setAsked] = useState(false);
  const { refundableUntil } = performance;
  // Without a deadline an account may refund always: the service has the last word.
  const isPassed = useSecondsUntil(refundableUntil) === 0;
  if (isPassed) {
    return (
      <div data-state="deadline_passed">
        <StateNote tone="quiet" icon="clock" title={t(TEXTS.passed)}>
          {refundableUntil !== null && (
            <p class="soft">
              {t(TEXTS.until)}: {dateAndTime(refundableUntil)}
            </p>
          )}
        </StateNote>
      </div>
    );
  }
  if (isAsked) return <Confirm reservation={reservation} isBusy={isBusy} onKeep={() => setAsked(false)} />;
  return (
    <section class="refund">
      {refundableUntil !== null && (
        <p class="soft">
          {t(TEXTS.until)}: {dateAndTime(refundableUntil)}
        </p>
      )}
      <button type="button" class="button-quiet" disabled={isBusy} onClick={() => setAsked(true)}>
        {t(TEXTS.refund)}
      </button>
    </section>
  );
}

interface ConfirmProps {
  readonly reservation: Reservation;
  readonly isBusy: boolean;
  readonly onKeep: () => void;
}

function Confirm({ reservation, isBusy, onKeep }: ConfirmProps): JSX.Element {
  const keep = useRef<HTMLButtonElement>(null);
  // The button that asked is gone; the harmless answer has the focus instead.
  useEffect(() => keep.current?.focus(), []);
  const refund = (): void => {
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
    <section class="refund refund-confirm" role="group" aria-labelledby="refund-title">
      <h2 id="refund-title">{t(TEXTS.sure)}</h2>
      <p>{confirmWords(reservation)}</p>
      <div class="row">
        <button type="button" class="button-quiet button-danger" disabled={isBusy} onClick={refund}>
          {t(TEXTS.yes)}
        </button>
        <button ref={keep} type="button" class="button-quiet" onClick={onKeep}>
          {t(TEXTS.keep)}
        </button>
      </div>
    </section>
  );
}

function confirmWords({ amount, seats }: Reservation): string {
  return t({
    ko: `${won(amount)}이 지갑으로 돌아오고, ${seatCount(seats.length)}은 곧바로 다른 분이 예매할 수 있어요.`,
    en: `${won(amount)} goes back to your wallet, and others can buy your ${seatCount(seats.length)} at once.`,
  });
}
