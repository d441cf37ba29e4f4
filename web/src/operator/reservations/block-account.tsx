/** Whether an account is blocked, and the buttons that block it and lift the block. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Problem } from '../../api/client.ts';
import { call } from '../../api/client.ts';
import { Confirm } from '../../components/dialog.tsx';
import { moment } from '../../format/dates.ts';
import { count, countOf } from '../../format/numbers.ts';
import { useResource } from '../../hooks/use-resource.ts';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';
import { ProblemNote } from '../parts/problem.tsx';

const TEXTS = {
  title: { ko: '계정 차단', en: 'Block' },
  free: {
    ko: '차단하면 이 계정은 좌석을 선점하거나 결제할 수 없습니다.',
    en: 'A blocked account can neither hold seats nor pay.',
  },
  block: { ko: '계정 차단', en: 'Block account' },
  open: { ko: '계정 차단…', en: 'Block this account…' },
  lift: { ko: '차단 해제', en: 'Unblock account' },
  question: { ko: '이 계정을 차단할까요?', en: 'Block this account?' },
  consequence: {
    ko: '결제되지 않은 선점이 모든 회차에서 취소됩니다. 결제한 티켓은 그대로입니다. 처리에 몇 초 걸립니다.',
    en: 'Its unpaid holds of every performance are released. Tickets that are paid for stay. This takes a few seconds.',
  },
  reason: { ko: '사유 (운영자에게만 보입니다)', en: 'Reason (only operators see it)' },
  left: {
    ko: '취소하지 못한 선점이 있습니다. 다시 차단하면 이어서 취소합니다.',
    en: 'Some holds could not be released. Block the account again to release them.',
  },
  again: { ko: '다시 차단', en: 'Block again' },
} as const satisfies Record<string, Text>;

/** As long as the service looks for the holds. */
const TIMEOUT_MS = 30_000;
const REASON_LENGTH_MAX = 500;

export interface BlockAccountProps {
  readonly accountId: string;
  /** It is blocked: its holds may be gone. */
  readonly onChanged: () => void;
}

export function BlockAccount({ accountId, onChanged }: BlockAccountProps): JSX.Element | null {
  const {
    data,
    problem: unread,
    reload,
  } = useResource('GET /v1/admin/accounts/{accountId}/block', {
    params: { accountId },
  });
  const [asked, setAsked] = useState(false);
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [done, setDone] = useState<{ readonly released: number; readonly left: number }>();
  const set = async (blocked: boolean, why: string): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    setDone(undefined);
    const answer = await call('PUT /v1/admin/accounts/{accountId}/block', {
      params: { accountId },
      body: { blocked, ...(why.trim() !== '' && { reason: why.trim() }) },
      timeoutMs: TIMEOUT_MS,
    });
    setBusy(false);
    setAsked(false);
    if (answer.ok) {
      if (blocked) setDone(answer.data);
      reload();
      onChanged();
    } else setProblem(answer.problem);
  };
  if (unread !== undefined) return <ProblemNote problem={unread} />;
  if (data === undefined) return null;
  return (
    <section class="card stack" data-blocked={data.blocked}>
      <h2>{t(TEXTS.title)}</h2>
      {data.blocked ? (
        <Blocked since={data.since} reason={data.reason} />
      ) : (
        <p class="soft">{t(TEXTS.free)}</p>
      )}
      {done !== undefined && (
        <p role="status">
          {t({
            ko: `선점 ${count(done.released)}건을 취소했습니다.`,
            en: `${countOf(done.released, 'hold')} released.`,
          })}
          {done.left > 0 && ` ${t(TEXTS.left)}`}
        </p>
      )}
      {problem !== undefined && <ProblemNote problem={problem} />}
      <div class="row">
        {data.blocked ? (
          <>
            <button type="button" class="button-quiet" disabled={busy} onClick={() => void set(false, '')}>
              {t(TEXTS.lift)}
            </button>
            {done !== undefined && done.left > 0 && (
              <button
                type="button"
                class="button-quiet"
                disabled={busy}
                onClick={() => void set(true, data.reason ?? '')}
              >
                {t(TEXTS.again)}
              </button>
            )}
          </>
        ) : (
          <button
            type="button"
            class="button-quiet button-danger"
            disabled={busy}
            onClick={() => setAsked(true)}
          >
            {t(TEXTS.open)}
          </button>
        )}
      </div>
      {asked && (
        <Confirm
          title={t(TEXTS.question)}
          deed={t(TEXTS.block)}
          isDanger
          isBusy={busy}
          onConfirm={() => void set(true, reason)}
          onCancel={() => setAsked(false)}
        >
          <p>{t(TEXTS.consequence)}</p>
          <label class="field">
            {t(TEXTS.reason)}
            <input
              value={reason}
              maxLength={REASON_LENGTH_MAX}
              onInput={(event) => setReason(event.currentTarget.value)}
            />
          </label>
        </Confirm>
      )}
    </section>
  );
}

function Blocked({
  since,
  reason,
}: {
  readonly since: string | null;
  readonly reason: string | null;
}): JSX.Element {
  const at = since === null ? '' : moment(since);
  return (
    <p>
      <strong>{t({ ko: `${at}부터 차단됨`, en: `Blocked since ${at}` })}</strong>
      {reason !== null && ` · ${reason}`}
    </p>
  );
}
