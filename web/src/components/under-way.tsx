/** What becomes of a request just now, with a way to stop it. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Text } from '../i18n/language.ts';
import { t } from '../i18n/language.ts';
import type { RequestKind } from '../outbox/request.ts';
import type { Purchase } from '../outbox/state.ts';
import { outbox } from '../outbox/state.ts';
import { Icon } from './icon.tsx';
import { wordsOf } from '../format/outcome-words.ts';
import { askToSignIn } from './sign-in.tsx';

const SENDING: Readonly<Record<RequestKind, Text>> = {
  hold: { ko: '좌석을 잡고 있어요…', en: 'Holding your seats…' },
  pay: { ko: '결제하고 있어요…', en: 'Paying…' },
  topUp: { ko: '지갑을 충전하고 있어요…', en: 'Topping up your wallet…' },
  refund: { ko: '환불하고 있어요…', en: 'Refunding…' },
  release: { ko: '선점을 취소하고 있어요…', en: 'Releasing your seats…' },
};

const TEXTS = {
  stillTrying: { ko: '계속 시도하고 있어요', en: 'Still trying' },
  stop: { ko: '중단', en: 'Stop' },
  signInAs: { ko: '다시 로그인하고 이어가기', en: 'Sign in again and continue' },
  signIn: {
    ko: '로그인이 만료되었어요. 다시 로그인하면 하던 작업이 그대로 이어져요. 두 번 처리되지 않아요.',
    en: "Your session has expired. Sign in again to pick up where you left off. Your request can't go through twice.",
  },
  stopped: {
    ko: '어떻게 되었는지 확인하지 못한 채 멈췄어요. 확인하면 같은 요청을 다시 보내요. 아직 처리되지 않았다면 이때 처리돼요. 기록을 지우지 않는 한 중복 처리되지 않아요.',
    en: "We stopped before we knew whether this went through. Check sends the same request again: if it had not gone through it does now, and it can't go through twice. Discard gives up that protection.",
  },
  forget: { ko: '기록 지우기', en: 'Discard' },
  findOut: { ko: '결과 확인하기', en: 'Check' },
} satisfies Record<string, Text>;

export interface UnderWayProps {
  readonly purchase: Purchase;
  /** On the request's own page a sign-in that is needed is asked for at once. */
  readonly isOnItsPage?: boolean;
}

export function UnderWay({ purchase, isOnItsPage = true }: UnderWayProps): JSX.Element {
  const { pending, progress } = purchase;
  const { key, kind, accountId } = pending;
  const needsSignIn = progress?.phase === 'sign_in' && isOnItsPage;
  useEffect(() => {
    if (needsSignIn) askToSignIn({ as: accountId });
  }, [needsSignIn, accountId]);
  if (pending.stopped === true) {
    return (
      <Box icon="warn" words={t(TEXTS.stopped)} state="stopped">
        <>
          <button type="button" class="button-quiet" onClick={() => outbox.findOut(key)}>
            {t(TEXTS.findOut)}
          </button>
          <button type="button" class="text-button" onClick={() => outbox.forget(key)}>
            {t(TEXTS.forget)}
          </button>
        </>
      </Box>
    );
  }
  if (progress?.phase === 'sign_in') {
    return (
      <Box icon="warn" words={t(TEXTS.signIn)} state="sign_in">
        <>
          <button type="button" class="button-quiet" onClick={() => askToSignIn({ as: accountId })}>
            {t(TEXTS.signInAs)}
          </button>
          <button type="button" class="text-button" onClick={() => outbox.stop(key)}>
            {t(TEXTS.stop)}
          </button>
        </>
      </Box>
    );
  }
  if (progress?.phase === 'waiting') {
    return (
      <Box icon="shuffle" title={t(TEXTS.stillTrying)} words={t(wordsOf(progress))} state={progress.outcome}>
        <button type="button" class="button-quiet" onClick={() => outbox.stop(key)}>
          {t(TEXTS.stop)}
        </button>
      </Box>
    );
  }
  return <Box words={t(SENDING[kind])} state="sending" />;
}

interface BoxProps {
  readonly icon?: Parameters<typeof Icon>[0]['name'];
  readonly title?: string;
  readonly words: string;
  readonly state: string;
  readonly children?: JSX.Element;
}

function Box({ icon, title, words, state, children }: BoxProps): JSX.Element {
  return (
    <div
      class="note under-way"
      data-tone={state === 'sending' ? 'accent' : 'warn'}
      data-state={state}
      role="status"
    >
      {icon === undefined ? <span class="spinner" aria-hidden="true" /> : <Icon name={icon} />}
      <div class="fill">
        {title !== undefined && <strong>{title}</strong>}
        <p>{words}</p>
      </div>
      {children}
    </div>
  );
}
