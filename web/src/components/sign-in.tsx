/** Signing in, over whatever page the reader is on: it stays as it is and goes on afterwards. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Problem } from '../api/answer.ts';
import type { Text } from '../i18n/language.ts';
import { t } from '../i18n/language.ts';
import { ACCOUNT_ID_PATTERN, readToken, signIn, signInWithToken } from '../api/sign-in.ts';
import { friendlyName } from '../format/friendly-name.ts';
import { Dialog } from './dialog.tsx';
import { Icon } from './icon.tsx';
import { ProblemNote } from './problem-note.tsx';

interface Asked {
  /** Only this account can go on. */
  readonly as?: string;
  readonly afterwards?: () => void;
}

const asked = signal<Asked | undefined>(undefined);

export function askToSignIn(how: Asked = {}): void {
  asked.value = how;
}

const TEXTS = {
  title: { ko: '로그인', en: 'Sign in' },
  again: { ko: '다시 로그인', en: 'Sign in again' },
  name: { ko: '이름', en: 'Your name' },
  nameHint: {
    ko: '영문, 숫자, 기호를 공백 없이 255자까지 쓸 수 있어요. 그대로 써도 좋아요.',
    en: 'Up to 255 letters without accents, digits and symbols, no spaces. You can keep the suggested name.',
  },
  goOnAs: { ko: '이 이름으로 계속', en: 'Continue with this name' },
  token: { ko: '로그인 토큰', en: 'Sign-in token' },
  tokenHint: {
    ko: '예매처에서 받은 토큰을 붙여 넣어 주세요.',
    en: 'Paste the token you got from your ticket office.',
  },
  useToken: { ko: '토큰으로 로그인', en: 'Sign in with this token' },
  notAToken: {
    ko: '올바른 토큰이 아니에요.',
    en: "That isn't a valid token.",
  },
  otherAccount: {
    ko: '다른 계정의 토큰이에요. 필요한 계정:',
    en: 'This token belongs to another account. Sign in as:',
  },
  close: { ko: '닫기', en: 'Close' },
  first: {
    ko: '이름 하나면 충분해요. 티켓과 지갑은 그 이름에 담겨요.',
    en: 'A name is all it takes. Your tickets and your wallet belong to it.',
  },
} satisfies Record<string, Text>;

export function SignInSheet(): JSX.Element | null {
  return asked.value === undefined ? null : <Sheet request={asked.value} />;
}

function Sheet({ request }: { readonly request: Asked }): JSX.Element {
  const close = (): void => {
    asked.value = undefined;
  };
  const done = (): void => {
    close();
    request.afterwards?.();
  };
  const closeButton = (
    <button type="button" class="icon-button" onClick={close}>
      <Icon name="close" />
      <span class="visually-hidden">{t(TEXTS.close)}</span>
    </button>
  );
  return (
    <Dialog
      title={t(request.as === undefined ? TEXTS.title : TEXTS.again)}
      beside={closeButton}
      onClose={close}
    >
      <SignInForm as={request.as} onDone={done} />
    </Dialog>
  );
}

/** In the place of a page that shows what is the reader's own. */
export function SignInFirst(): JSX.Element {
  return (
    <div class="card stack sign-in-first">
      <p>{t(TEXTS.first)}</p>
      <SignInForm onDone={() => {}} />
    </div>
  );
}

interface FormProps {
  readonly as?: string | undefined;
  readonly onDone: () => void;
}

/** Asks for a name; where the service gives no tokens by name, for a token. */
function SignInForm({ as, onDone }: FormProps): JSX.Element {
  const [name, setName] = useState(() => as ?? friendlyName());
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    const answer = await signIn(name.trim(), 'buyer');
    setBusy(false);
    if (answer.ok) onDone();
    else setProblem(answer.problem);
  };
  if (problem?.outcome === 'not_found') return <TokenForm as={as} onDone={onDone} />;
  return (
    <form class="stack" onSubmit={(event) => void submit(event)}>
      <label class="field">
        {t(TEXTS.name)}
        <input
          value={name}
          readOnly={as !== undefined}
          required
          pattern={ACCOUNT_ID_PATTERN}
          title={t(TEXTS.nameHint)}
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        {as === undefined && <span class="field-hint">{t(TEXTS.nameHint)}</span>}
      </label>
      {problem !== undefined && <ProblemNote problem={problem} />}
      {/* The first thing to act on: one tap signs in. */}
      <button class="button button-wide" disabled={isBusy} autofocus>
        {t(TEXTS.goOnAs)}
      </button>
    </form>
  );
}

function TokenForm({ as, onDone }: FormProps): JSX.Element {
  const [token, setToken] = useState('');
  const [wrong, setWrong] = useState<string>();
  const submit = (event: Event): void => {
    event.preventDefault();
    const account = readToken(token)?.accountId;
    if (account === undefined) setWrong(t(TEXTS.notAToken));
    else if (as !== undefined && account !== as) setWrong(`${t(TEXTS.otherAccount)} ${as}`);
    else {
      signInWithToken(token);
      onDone();
    }
  };
  return (
    <form class="stack" onSubmit={submit}>
      <label class="field">
        {t(TEXTS.token)}
        <textarea
          rows={4}
          value={token}
          required
          spellcheck={false}
          onInput={(event) => setToken(event.currentTarget.value)}
        />
        <span class="field-hint">{t(TEXTS.tokenHint)}</span>
      </label>
      {wrong !== undefined && (
        <p class="field-wrong" role="alert">
          {wrong}
        </p>
      )}
      <button class="button button-wide">{t(TEXTS.useToken)}</button>
    </form>
  );
}
