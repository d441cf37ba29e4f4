/** Signs an account out on every device, or erases what is kept of it: each after a question. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Answer, Problem } from '../../api/answer.ts';
import { call } from '../../api/client.ts';
import { Confirm } from '../../components/dialog.tsx';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';
import { ProblemNote } from '../parts/problem.tsx';

const END = {
  open: { ko: '모든 기기에서 로그아웃…', en: 'Sign out on every device…' },
  question: { ko: '모든 기기에서 로그아웃시킬까요?', en: 'Sign this account out on every device?' },
  consequence: {
    ko: '몇 초 안에 모든 기기에서 로그아웃됩니다. 구매자는 다시 로그인할 수 있고, 선점과 티켓은 그대로입니다.',
    en: 'It takes a few seconds. The account can sign in again, and its holds and tickets stay.',
  },
  deed: { ko: '로그아웃', en: 'Sign out' },
} as const satisfies Words;

const ERASE = {
  open: { ko: '이름·이메일 삭제…', en: 'Erase name and e-mail…' },
  question: { ko: '이름과 이메일 주소를 삭제할까요?', en: 'Erase name and e-mail address?' },
  consequence: {
    ko: '모든 기기에서 로그아웃되고, 예약·티켓·거래 내역은 그대로 남습니다. 구매자가 다시 로그인하면 다시 저장됩니다. 되돌릴 수 없습니다.',
    en: 'The account is signed out on every device. Its reservations, tickets and ledger stay. Its next sign-in stores them again. This can’t be undone.',
  },
  deed: { ko: '삭제', en: 'Erase' },
} as const satisfies Words;

interface Words {
  readonly open: Text;
  readonly question: Text;
  readonly consequence: Text;
  readonly deed: Text;
}

export interface EndSessionsProps {
  readonly accountId: string;
  /** So many have ended. */
  readonly onEnded: (sessions: number) => void;
}

export function EndSessions({ accountId, onEnded }: EndSessionsProps): JSX.Element {
  const end = async (): Promise<Answer<unknown>> => {
    const answer = await call('DELETE /v1/admin/accounts/{accountId}/sessions', { params: { accountId } });
    if (answer.ok) onEnded(answer.data.sessions);
    return answer;
  };
  return <AskedDeed words={END} act={end} />;
}

export interface EraseProfileProps {
  readonly accountId: string;
  readonly onErased: () => void;
}

export function EraseProfile({ accountId, onErased }: EraseProfileProps): JSX.Element {
  const erase = async (): Promise<Answer<unknown>> => {
    const answer = await call('DELETE /v1/admin/accounts/{accountId}/profile', { params: { accountId } });
    if (answer.ok) onErased();
    return answer;
  };
  return <AskedDeed words={ERASE} act={erase} />;
}

interface AskedDeedProps {
  readonly words: Words;
  /** Sent without the outbox: a second one is the same success. */
  readonly act: () => Promise<Answer<unknown>>;
}

function AskedDeed({ words, act }: AskedDeedProps): JSX.Element {
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const confirm = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    const answer = await act();
    setBusy(false);
    setAsked(false);
    if (!answer.ok) setProblem(answer.problem);
  };
  return (
    <>
      <button type="button" class="button-quiet button-danger" disabled={busy} onClick={() => setAsked(true)}>
        {t(words.open)}
      </button>
      {problem !== undefined && <ProblemNote problem={problem} />}
      {asked && (
        <Confirm
          title={t(words.question)}
          deed={t(words.deed)}
          isDanger
          isBusy={busy}
          onConfirm={() => void confirm()}
          onCancel={() => setAsked(false)}
        >
          <p>{t(words.consequence)}</p>
        </Confirm>
      )}
    </>
  );
}
