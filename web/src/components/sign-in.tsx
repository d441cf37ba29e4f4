/** Signing in, over whatever page the reader is on: it stays as it is and goes on afterwards. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Problem } from '../api/answer.ts';
import type { Text } from '../i18n/language.ts';
import { t } from '../i18n/language.ts';
import { ACCOUNT_ID_PATTERN, goToSignIn, signIn, signInKind } from '../api/sign-in.ts';
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
  atIssuer: {
    ko: '로그인하면 이 페이지로 돌아와 이어서 할 수 있어요. 고른 좌석은 그대로예요.',
    en: 'You come back to this page and go on where you are. The seats you chose are kept.',
  },
  goOn: { ko: '로그인하기', en: 'Sign in' },
  notHere: {
    ko: '이름으로 로그인하는 개발용 서비스예요. 서비스가 실행 중인 컴퓨터에서만 로그인할 수 있어요.',
    en: 'This is a development service, where a name signs you in. That works only on the computer on which it runs.',
  },
  programs: {
    ko: '이 예매처는 프로그램(토큰)으로만 이용할 수 있어서 이 화면에는 로그인이 없어요. 공연과 좌석은 둘러볼 수 있어요.',
    en: 'This ticket office serves programs, which have tokens: there is no sign-in on these pages. You can look at concerts and seats.',
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
      {signInKind === 'development' && <p>{t(TEXTS.first)}</p>}
      <SignInForm onDone={() => {}} />
    </div>
  );
}

interface FormProps {
  readonly as?: string | undefined;
  readonly onDone: () => void;
}

/** What applies here, and nothing else: an issuer, a name, or words for people where only programs are served. */
function SignInForm(props: FormProps): JSX.Element {
  if (signInKind === 'oidc') return <AtIssuer />;
  if (signInKind === 'token') return <p>{t(TEXTS.programs)}</p>;
  return <ByName {...props} />;
}

function AtIssuer(): JSX.Element {
  return (
    <div class="stack">
      <p>{t(TEXTS.atIssuer)}</p>
      <button type="button" class="button button-wide" autofocus onClick={goToSignIn}>
        {t(TEXTS.goOn)}
      </button>
    </div>
  );
}

function ByName({ as, onDone }: FormProps): JSX.Element {
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
  if (problem?.outcome === 'not_found') return <p role="alert">{t(TEXTS.notHere)}</p>;
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
