/** Releases anybody's hold. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Problem } from '../../api/client.ts';
import { call } from '../../api/client.ts';
import { Confirm } from '../../components/dialog.tsx';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';
import type { Reservation } from '../answers.ts';
import { ProblemNote } from '../parts/problem.tsx';

const TEXTS = {
  release: { ko: '선점 취소', en: 'Release' },
  question: { ko: '이 선점을 취소할까요?', en: 'Release this hold?' },
} as const satisfies Record<string, Text>;

export interface ReleaseButtonProps {
  readonly reservation: Reservation;
  /** Their names. */
  readonly seats: string;
  /** It is released, or was something else by then. */
  readonly onChanged: () => void;
}

/** Sent without the outbox: to release again is the same success. */
export function ReleaseButton({ reservation, seats, onChanged }: ReleaseButtonProps): JSX.Element {
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const { id, performanceId } = reservation;
  const release = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    const route = 'POST /v1/admin/performances/{performanceId}/reservations/{reservationId}/release';
    const answer = await call(route, { params: { performanceId, reservationId: id } });
    setBusy(false);
    setAsked(false);
    if (!answer.ok) setProblem(answer.problem);
    onChanged();
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
          {t(TEXTS.release)}
        </button>
      </div>
      {problem !== undefined && <ProblemNote problem={problem} />}
      {asked && (
        <Confirm
          title={t(TEXTS.question)}
          deed={t(TEXTS.release)}
          isDanger
          isBusy={busy}
          onConfirm={() => void release()}
          onCancel={() => setAsked(false)}
        >
          <p>
            {t({
              ko: `${seats} 좌석이 바로 다시 판매되고, 구매자는 이 예약을 결제할 수 없게 됩니다.`,
              en: `${seats}: these seats go on sale again at once, and the buyer can no longer pay for them.`,
            })}
          </p>
        </Confirm>
      )}
    </>
  );
}
