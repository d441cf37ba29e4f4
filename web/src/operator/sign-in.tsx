/** The operator's sign-in: at the issuer, with a development token, or with one that is pasted. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Problem } from '../api/client.ts';
import type { Text } from '../i18n/language.ts';
import { t } from '../i18n/language.ts';
import { sessionExpired } from '../session/current-session.ts';
import {
  ACCOUNT_ID_PATTERN,
  goToSignIn,
  session,
  signIn,
  signInKind,
  signInWithToken,
} from '../api/sign-in.ts';
import { Note } from '../components/problem-note.tsx';
import { ProblemNote } from './parts/problem.tsx';

const TEXTS = {
  kept: {
    ko: '로그인이 만료되었습니다. 입력하던 내용은 그대로 남아 있습니다.',
    en: 'Your session has expired. Your work is kept.',
  },
  buyer: {
    ko: '지금 로그인은 구매자용입니다. 운영 화면에는 맡은 일의 권한(예: rowlock:sale)이나 관리자 권한(rowlock:admin)이 있는 토큰이 필요합니다.',
    en: 'You are signed in as a buyer. The operator’s pages need a token with the scope of a job, such as "rowlock:sale", or "rowlock:admin".',
  },
  replaces: {
    ko: '관리자로 로그인하면 이 브라우저의 구매자 로그인은 끝납니다.',
    en: 'Signing in as an operator signs the buyer out in this browser.',
  },
  name: { ko: '이름', en: 'Name' },
  development: { ko: '개발용 토큰으로 로그인', en: 'Sign in with a development token' },
  notHere: {
    ko: '개발용 로그인은 서비스가 실행 중인 컴퓨터에서만 됩니다.',
    en: 'The development sign-in works only on the computer on which the service runs.',
  },
  atIssuer: { ko: '로그인', en: 'Sign in' },
  noRole: {
    ko: '지금 로그인한 계정에는 관리자 권한(rowlock:admin)이 없습니다.',
    en: 'The account that is signed in has no operator role (rowlock:admin).',
  },
  signOutFirst: {
    ko: '권한을 받은 뒤 다시 로그인하거나, 메뉴에서 로그아웃하고 다른 계정으로 로그인하세요.',
    en: 'Sign in again once you have the role, or sign out in the menu and sign in with another account.',
  },
  token: { ko: '운영자 토큰(JWT)', en: 'Operator token (JWT)' },
  useToken: { ko: '이 토큰으로 로그인', en: 'Sign in with this token' },
  noToken: {
    ko: '토큰으로 읽을 수 없습니다. 세 부분을 점(.)으로 이은 전체를 붙여 넣으세요.',
    en: 'That isn’t a valid token. Paste all of it: three parts separated by dots.',
  },
} as const satisfies Record<string, Text>;

/** What applies here, and nothing else. */
export function SignIn(): JSX.Element {
  const isBuyer = session.value?.role === 'buyer' && !sessionExpired.value;
  return (
    <div class="stack-wide">
      {sessionExpired.value && <p>{t(TEXTS.kept)}</p>}
      {isBuyer && (
        <Note tone="warn">
          <p>{t(signInKind === 'oidc' ? TEXTS.noRole : TEXTS.buyer)}</p>
          <p>{t(signInKind === 'oidc' ? TEXTS.signOutFirst : TEXTS.replaces)}</p>
        </Note>
      )}
      {signInKind === 'oidc' && !isBuyer && (
        <button type="button" class="button" autofocus onClick={goToSignIn}>
          {t(TEXTS.atIssuer)}
        </button>
      )}
      {signInKind === 'development' && <ByName />}
      {signInKind === 'token' && <ByToken />}
    </div>
  );
}

function ByName(): JSX.Element {
  const [name, setName] = useState('operator');
  const [problem, setProblem] = useState<Problem>();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setProblem(undefined);
    const answer = await signIn(name.trim(), 'admin');
    if (!answer.ok) setProblem(answer.problem);
  };
  return (
    <form class="stack-wide" onSubmit={(event) => void submit(event)}>
      <label class="field">
        {t(TEXTS.name)}
        <input
          ref={field}
          value={name}
          pattern={ACCOUNT_ID_PATTERN}
          required
          autocomplete="username"
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <button class="button">{t(TEXTS.development)}</button>
      {problem?.outcome === 'not_found' ? (
        <Note tone="warn">{t(TEXTS.notHere)}</Note>
      ) : (
        problem !== undefined && <ProblemNote problem={problem} />
      )}
    </form>
  );
}

function ByToken(): JSX.Element {
  const [token, setToken] = useState('');
  const [unreadable, setUnreadable] = useState(false);
  const submit = (event: Event): void => {
    event.preventDefault();
    setUnreadable(signInWithToken(token) === undefined);
  };
  return (
    <form class="stack-wide" onSubmit={submit}>
      <label class="field">
        {t(TEXTS.token)}
        <textarea
          class="code"
          rows={3}
          required
          spellcheck={false}
          value={token}
          onInput={(event) => setToken(event.currentTarget.value)}
        />
      </label>
      {unreadable && <Note tone="danger">{t(TEXTS.noToken)}</Note>}
      <button class="button">{t(TEXTS.useToken)}</button>
    </form>
  );
}
