/** The menu of the settings: the account, the language and the theme. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { Problem } from '../../api/answer.ts';
import { emailBeside, nameOf, session, signOut } from '../../api/sign-in.ts';
import type { Text } from '../../i18n/language.ts';
import { language, t } from '../../i18n/language.ts';
import { theme } from '../../theme/theme.ts';
import { Icon } from '../icon.tsx';
import { ProblemNote } from '../problem-note.tsx';

const TEXTS = {
  menu: { ko: '설정', en: 'Settings' },
  signIn: { ko: '로그인', en: 'Sign in' },
  signOut: { ko: '로그아웃', en: 'Sign out' },
  signOutEverywhere: { ko: '모든 기기에서 로그아웃', en: 'Sign out on every device' },
  signedInAs: { ko: '로그인한 계정', en: 'Signed in as' },
  language: { ko: '언어', en: 'Language' },
  theme: { ko: '테마', en: 'Theme' },
  system: { ko: '시스템 설정', en: 'System' },
  light: { ko: '밝게', en: 'Light' },
  dark: { ko: '어둡게', en: 'Dark' },
} satisfies Record<string, Text>;

export interface SettingsProps {
  /** Without it there is no sign-in here. */
  readonly onSignIn?: () => void;
  /** After a sign-out that has not left for the issuer. */
  readonly onSignOut?: () => void;
}

export function Settings(props: SettingsProps): JSX.Element {
  const { path } = useLocation();
  const details = useRef<HTMLDetailsElement>(null);
  const close = (): void => void (details.current!.open = false);
  const leave = (): void => {
    close();
    details.current!.querySelector('summary')?.focus();
  };
  useEffect(close, [path]);
  useEffect(() => {
    const closeFromOutside = (event: Event): void => {
      if (!details.current!.contains(event.target as Node)) close();
    };
    const closeByKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && details.current!.open) leave();
    };
    addEventListener('pointerdown', closeFromOutside);
    addEventListener('keydown', closeByKey);
    return () => {
      removeEventListener('pointerdown', closeFromOutside);
      removeEventListener('keydown', closeByKey);
    };
  }, []);
  return (
    <details ref={details} class="menu">
      <summary class="icon-button">
        <Icon name="more" />
        <span class="visually-hidden">{t(TEXTS.menu)}</span>
      </summary>
      <div class="menu-body card stack-wide">
        <Account {...props} onDone={leave} />
        <fieldset class="choice">
          <legend>{t(TEXTS.language)}</legend>
          <Choice label="한국어" chosen={language.value === 'ko'} onChoose={() => (language.value = 'ko')} />
          <Choice label="English" chosen={language.value === 'en'} onChoose={() => (language.value = 'en')} />
        </fieldset>
        <fieldset class="choice">
          <legend>{t(TEXTS.theme)}</legend>
          {(['system', 'light', 'dark'] as const).map((one) => (
            <Choice
              key={one}
              label={t(TEXTS[one])}
              chosen={theme.value === one}
              onChoose={() => (theme.value = one)}
            />
          ))}
        </fieldset>
      </div>
    </details>
  );
}

function Account({
  onSignIn,
  onSignOut,
  onDone,
}: SettingsProps & { readonly onDone: () => void }): JSX.Element | null {
  const account = session.value;
  const [problem, setProblem] = useState<Problem>();
  const leave = async (where: 'here' | 'everywhere'): Promise<void> => {
    setProblem(undefined);
    const signedOut = await signOut(where);
    if (signedOut.problem !== undefined) return setProblem(signedOut.problem);
    onDone();
    if (!signedOut.isLeaving) onSignOut?.();
  };
  if (account === undefined) {
    if (onSignIn === undefined) return null;
    const signIn = (): void => {
      onDone();
      onSignIn();
    };
    return (
      <button type="button" class="button-quiet" onClick={signIn}>
        {t(TEXTS.signIn)}
      </button>
    );
  }
  const email = emailBeside(account);
  return (
    <div class="stack-tight">
      <div class="between">
        <p class="stack-tight small account-name">
          <span class="soft">{t(TEXTS.signedInAs)}</span>
          <strong>
            <bdi>{nameOf(account)}</bdi>
          </strong>
          {email !== undefined && <bdi class="soft">{email}</bdi>}
        </p>
        <button type="button" class="button-quiet" onClick={() => void leave('here')}>
          {t(TEXTS.signOut)}
        </button>
      </div>
      {account.token === null && (
        <button type="button" class="text-button" onClick={() => void leave('everywhere')}>
          {t(TEXTS.signOutEverywhere)}
        </button>
      )}
      {problem !== undefined && <ProblemNote problem={problem} />}
    </div>
  );
}

function Choice(props: {
  readonly label: string;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}): JSX.Element {
  return (
    <button type="button" class="chip" aria-pressed={props.chosen} onClick={props.onChoose}>
      {props.label}
    </button>
  );
}
