/** Cancels the performance after its id was typed, and shows how far the refunds are. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Problem } from '../../api/client.ts';
import { call } from '../../api/client.ts';
import { Dialog } from '../../components/dialog.tsx';
import { moment } from '../../format/dates.ts';
import { count, countOf } from '../../format/numbers.ts';
import { useResource } from '../../hooks/use-resource.ts';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';
import type { Cancellation as Progress, Performance } from '../answers.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { may } from '../permissions.ts';

const TEXTS = {
  cancel: { ko: '공연 취소', en: 'Cancel performance' },
  open: { ko: '공연 취소…', en: 'Cancel this performance…' },
  consequence: {
    ko: '판매가 영구히 끝나고, 결제되지 않은 선점은 바로 풀리며, 결제된 예약은 환불 마감과 관계없이 모두 환불됩니다.',
    en: 'Sales end for good, unpaid holds are released at once, and every paid reservation is refunded, whatever its deadline.',
  },
  final: { ko: '되돌릴 수 없습니다.', en: 'This can’t be undone.' },
  typeId: { ko: '계속하려면 회차 ID를 입력하세요:', en: 'To go on, type the performance’s ID:' },
  back: { ko: '닫기', en: 'Go back' },
  done: { ko: '모두 환불했습니다.', en: 'Everybody is refunded.' },
  underWay: {
    ko: '환불하는 중입니다. 이 화면을 닫아도 계속됩니다.',
    en: 'Refunds are under way. They go on if you leave this page.',
  },
  failures: {
    ko: '환불하지 못한 예약 (자동으로 다시 시도합니다)',
    en: 'Not refunded yet (tried again automatically)',
  },
  again: { ko: '지금 다시 시도', en: 'Try again now' },
} as const satisfies Record<string, Text>;

const PROGRESS_EVERY_MS = 1_000;

export interface CancellationProps {
  readonly performance: Pick<Performance, 'id' | 'sale'>;
  readonly onChanged: () => void;
}

export function Cancellation({ performance, onChanged }: CancellationProps): JSX.Element {
  const [asked, setAsked] = useState(false);
  const { id } = performance;
  if (performance.sale === 'cancelled') return <Refunds performanceId={id} />;
  return (
    <>
      <div class="row">
        <button type="button" class="button-quiet button-danger" onClick={() => setAsked(true)}>
          {t(TEXTS.open)}
        </button>
      </div>
      {asked && (
        <Question
          performanceId={id}
          onCancelled={() => {
            setAsked(false);
            onChanged();
          }}
          onClose={() => setAsked(false)}
        />
      )}
    </>
  );
}

interface QuestionProps {
  readonly performanceId: string;
  readonly onCancelled: () => void;
  readonly onClose: () => void;
}

function Question({ performanceId, onCancelled, onClose }: QuestionProps): JSX.Element {
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const cancel = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (typed.trim() !== performanceId) return;
    setBusy(true);
    setProblem(undefined);
    const answer = await cancelNow(performanceId);
    setBusy(false);
    if (answer === undefined) onCancelled();
    else setProblem(answer);
  };
  return (
    <Dialog title={t(TEXTS.cancel)} onClose={onClose}>
      <form class="stack" onSubmit={(event) => void cancel(event)}>
        <p>{t(TEXTS.consequence)}</p>
        <p>
          <strong>{t(TEXTS.final)}</strong>
        </p>
        <label class="field">
          {t(TEXTS.typeId)} <span class="code">{performanceId}</span>
          <input
            class="code"
            value={typed}
            autocapitalize="none"
            autocomplete="off"
            spellcheck={false}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </label>
        {problem !== undefined && <ProblemNote problem={problem} />}
        <div class="row">
          <button class="button button-danger" disabled={busy || typed.trim() !== performanceId}>
            {t(TEXTS.cancel)}
          </button>
          <button type="button" class="button-quiet" onClick={onClose}>
            {t(TEXTS.back)}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** Cancels, or takes the refunds of a cancelled performance up again; why it could not. */
async function cancelNow(performanceId: string): Promise<Problem | undefined> {
  const answer = await call('POST /v1/admin/performances/{performanceId}/cancellation', {
    params: { performanceId },
  });
  return answer.ok ? undefined : answer.problem;
}

function Refunds({ performanceId }: { readonly performanceId: string }): JSX.Element {
  const [isDone, setDone] = useState(false);
  const { data, problem, reload } = useResource('GET /v1/admin/performances/{performanceId}/cancellation', {
    params: { performanceId },
    ...(!isDone && { everyMs: PROGRESS_EVERY_MS }),
  });
  if (data !== undefined && data.completedAt !== null && !isDone) setDone(true);
  const again = async (): Promise<void> => {
    await cancelNow(performanceId);
    reload();
  };
  return (
    <div class="stack" data-cancellation={isDone ? 'done' : 'under_way'}>
      {problem !== undefined && <ProblemNote problem={problem} />}
      {data !== undefined && <Bar progress={data} />}
      {data !== undefined && data.failures.length > 0 && (
        <div class="stack-tight">
          <p>{t(TEXTS.failures)}</p>
          <ul class="stack-tight">
            {data.failures.map(({ reservationId, reason }) => (
              <li key={reservationId}>
                <a href={`/operator/reservations/${performanceId}/${reservationId}`} class="code">
                  {reservationId}
                </a>{' '}
                <span class="soft small" lang="en">
                  {reason}
                </span>
              </li>
            ))}
          </ul>
          {may('rowlock:sale', performanceId) && (
            <div class="row">
              <button type="button" class="button-quiet" onClick={() => void again()}>
                {t(TEXTS.again)}
              </button>
            </div>
          )}
        </div>
      )}
    </div>
  );
}

function Bar({ progress }: { readonly progress: Progress }): JSX.Element {
  const { cancelledAt, cancelledBy, completedAt, holds, reservations } = progress;
  const { total, refunded } = reservations;
  const done = completedAt !== null;
  const by = cancelledBy === null ? '' : ` · ${cancelledBy}`;
  const words = t({
    ko: `예약 ${count(total)}건 중 ${count(refunded)}건 환불`,
    en: `${count(refunded)} of ${countOf(total, 'reservation')} refunded`,
  });
  return (
    <>
      <p class="soft">
        {t({ ko: `${moment(cancelledAt)} 취소${by}`, en: `Cancelled ${moment(cancelledAt)}${by}` })}
      </p>
      <progress
        class="op-progress"
        max={Math.max(1, total)}
        value={done ? Math.max(1, total) : refunded}
        aria-label={words}
      />
      <p role="status">
        {words}
        {holds > 0 && t({ ko: `, 풀 선점 ${count(holds)}건`, en: `, ${countOf(holds, 'hold')} to be ended` })}
      </p>
      <p class="soft small">{t(done ? TEXTS.done : TEXTS.underWay)}</p>
    </>
  );
}
