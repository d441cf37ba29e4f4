/** Refunds a reservation or some of its seats, after a question that says how much. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Confirm } from '../../components/dialog.tsx';
import { money } from '../../format/money.ts';
import { seatName } from '../../format/seats.ts';
import type { Section } from '../../format/seats.ts';
import { useResource } from '../../hooks/use-resource.ts';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';
import type { Reservation } from '../answers.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { refund, refundOf } from './refunding.ts';

const TEXTS = {
  refund: { ko: '환불', en: 'Refund' },
  refunding: { ko: '환불하는 중…', en: 'Refunding…' },
  loading: { ko: '불러오는 중…', en: 'Loading…' },
  seats: { ko: '환불할 좌석', en: 'Seats to refund' },
  consequence: {
    ko: '고른 좌석은 다시 판매되고, 금액은 구매자의 지갑으로 돌아갑니다.',
    en: 'These seats go on sale again, and the money goes back to the buyer’s wallet.',
  },
  afterDeadline: {
    ko: '구매자의 환불 마감이 지났어도 운영자는 환불할 수 있습니다. 되돌릴 수 없습니다.',
    en: 'Operators can refund even after the buyer’s deadline. This can’t be undone.',
  },
} as const satisfies Record<string, Text>;

export interface RefundButtonProps {
  readonly reservation: Reservation;
  readonly sections: readonly Section[];
  readonly onRefunded: () => void;
}

export function RefundButton({ reservation, sections, onRefunded }: RefundButtonProps): JSX.Element {
  const [asked, setAsked] = useState(false);
  const progress = refundOf(reservation.id);
  const busy = progress?.state === 'sending' || progress?.state === 'unknown';
  // The answer may come later: the outbox sends a refund again until its result is known.
  const isSettled = progress?.state === 'refunded' || progress?.state === 'refused';
  useEffect(() => {
    if (isSettled) onRefunded();
  }, [isSettled, progress?.key]);
  const confirm = (some: readonly string[] | undefined): void => {
    setAsked(false);
    void refund(reservation, some);
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
        <Question
          reservation={reservation}
          sections={sections}
          onConfirm={confirm}
          onCancel={() => setAsked(false)}
        />
      )}
    </>
  );
}

interface QuestionProps extends Pick<RefundButtonProps, 'reservation' | 'sections'> {
  /** The seats to refund; undefined for all that are left. */
  readonly onConfirm: (some: readonly string[] | undefined) => void;
  readonly onCancel: () => void;
}

/** What a seat took is read now: its price may have changed since. */
function Question({ reservation, sections, onConfirm, onCancel }: QuestionProps): JSX.Element {
  const { performanceId, id } = reservation;
  const { data, problem } = useResource(
    'GET /v1/admin/performances/{performanceId}/reservations/{reservationId}',
    { params: { performanceId, reservationId: id } },
  );
  const [kept, setKept] = useState<ReadonlySet<string>>(new Set());
  const refundable = data?.refundable ?? [];
  const chosen = refundable.filter(({ seat }) => !kept.has(seat));
  const amount = money(chosen.reduce((sum, each) => sum + each.amount, 0));
  const toggle = (seat: string): void => {
    const next = new Set(kept);
    if (!next.delete(seat)) next.add(seat);
    setKept(next);
  };
  const isAll = chosen.length === refundable.length;
  return (
    <Confirm
      title={t({ ko: `${amount} 환불`, en: `Refund ${amount}` })}
      deed={t(TEXTS.refund)}
      isDanger
      isBusy={chosen.length === 0}
      onConfirm={() => onConfirm(isAll ? undefined : chosen.map(({ seat }) => seat))}
      onCancel={onCancel}
    >
      {problem !== undefined && <ProblemNote problem={problem} />}
      {data === undefined && problem === undefined && <p class="soft">{t(TEXTS.loading)}</p>}
      {refundable.length > 0 && (
        <fieldset class="op-seats">
          <legend>{t(TEXTS.seats)}</legend>
          {refundable.map((each) => (
            <label key={each.seat}>
              <input
                type="checkbox"
                checked={!kept.has(each.seat)}
                // One seat alone is the whole reservation.
                disabled={refundable.length === 1}
                onChange={() => toggle(each.seat)}
              />
              <span class="fill">{seatName(each.seat, sections)}</span>
              <span class="number">{money(each.amount)}</span>
            </label>
          ))}
        </fieldset>
      )}
      <p>{t(TEXTS.consequence)}</p>
      <p>{t(TEXTS.afterDeadline)}</p>
    </Confirm>
  );
}
