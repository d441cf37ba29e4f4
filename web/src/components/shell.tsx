/** Around every page: where one is, where one can go, and what is under way. */
import { effect, signal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Text } from '../i18n/language.ts';
import { language, t } from '../i18n/language.ts';
import { useLocation } from 'preact-iso';
import { sessionExpired } from '../session/current-session.ts';
import { session, signOut } from '../api/sign-in.ts';
import { storage } from '../storage/storage.ts';
import { Icon } from './icon.tsx';
import { Notices } from './notices.tsx';
import { OUTCOME_WORDS } from '../format/outcome-words.ts';
import { askToSignIn, SignInSheet } from './sign-in-sheet.tsx';

const TEXTS = {
  skip: { ko: '본문으로 건너뛰기', en: 'Skip to content' },
  pages: { ko: '페이지', en: 'Pages' },
  tickets: { ko: '내 티켓', en: 'My tickets' },
  wallet: { ko: '지갑', en: 'Wallet' },
  menu: { ko: '설정', en: 'Settings' },
  signIn: { ko: '로그인', en: 'Sign in' },
  signOut: { ko: '로그아웃', en: 'Sign out' },
  signedInAs: { ko: '로그인한 계정', en: 'Signed in as' },
  language: { ko: '언어', en: 'Language' },
  theme: { ko: '테마', en: 'Theme' },
  system: { ko: '시스템 설정', en: 'System' },
  light: { ko: '밝게', en: 'Light' },
  dark: { ko: '어둡게', en: 'Dark' },
  expired: { ko: '다시 로그인', en: 'Sign in again' },
  operator: { ko: '운영자 화면', en: 'Operator console' },
  api: { ko: 'API 문서', en: 'API documentation' },
  tagline: { ko: '모든 좌석은 정확히 한 번만 팔려요.', en: 'Every seat is sold exactly once.' },
} satisfies Record<string, Text>;

export function Shell({ children }: { readonly children: ComponentChildren }): JSX.Element {
  return (
    <>
      <a class="skip-link" href="#content">
        {t(TEXTS.skip)}
      </a>
      <TopBar />
      <ConnectionNote />
      <Notices />
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      <footer class="footer">
        <p>{t(TEXTS.tagline)}</p>
        <nav class="row" aria-label={t(TEXTS.menu)}>
          <a href="/operator">{t(TEXTS.operator)}</a>
          <a href="/docs">{t(TEXTS.api)}</a>
        </nav>
      </footer>
      <SignInSheet />
    </>
  );
}

function TopBar(): JSX.Element {
  const { path } = useLocation();
  return (
    <header class="top-bar">
      <a href="/" class="brand" aria-current={path === '/' ? 'page' : undefined}>
        <svg viewBox="0 0 32 32" width="30" height="30" aria-hidden="true" focusable="false">
          <rect width="32" height="32" rx="9" fill="var(--accent)" />
          <path
            d="M8 21.5a11 11 0 0 1 16 0M11.5 16.4a7.6 7.6 0 0 1 9 0M16 10.5h.01"
            fill="none"
            stroke="var(--accent-ink)"
            stroke-width="3"
            stroke-linecap="round"
          />
        </svg>
        <span>Rowlock</span>
      </a>
      <nav class="top-links" aria-label={t(TEXTS.pages)}>
        <TopLink href="/tickets" icon="ticket" words={t(TEXTS.tickets)} />
        <TopLink href="/wallet" icon="wallet" words={t(TEXTS.wallet)} />
      </nav>
      <Menu />
    </header>
  );
}

function TopLink(props: {
  readonly href: string;
  readonly icon: 'ticket' | 'wallet';
  readonly words: string;
}): JSX.Element {
  const { path } = useLocation();
  return (
    <a href={props.href} class="top-link" aria-current={path === props.href ? 'page' : undefined}>
      <Icon name={props.icon} />
      <span>{props.words}</span>
    </a>
  );
}

/** The account, language and theme. */
function Menu(): JSX.Element {
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
      <div class="menu-body">
        <Account onDone={leave} />
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

function Account({ onDone }: { readonly onDone: () => void }): JSX.Element {
  const account = session.value;
  const act = (): void => {
    onDone();
    if (account === undefined) askToSignIn();
    else signOut();
  };
  return (
    <div class="menu-account">
      {account !== undefined && (
        <p>
          <span class="soft">{t(TEXTS.signedInAs)}</span>
          <strong>{account.accountId}</strong>
        </p>
      )}
      <button type="button" class="button-quiet" onClick={act}>
        {t(account === undefined ? TEXTS.signIn : TEXTS.signOut)}
      </button>
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

const isOnline = signal(navigator.onLine);
addEventListener('online', () => (isOnline.value = true));
addEventListener('offline', () => (isOnline.value = false));

function ConnectionNote(): JSX.Element | null {
  if (!isOnline.value) {
    return (
      <p class="bar-note" data-tone="warn" role="status">
        <Icon name="offline" />
        {t(OUTCOME_WORDS.offline)}
      </p>
    );
  }
  const account = session.value;
  if (account === undefined || !sessionExpired.value) return null;
  return (
    <div class="bar-note" data-tone="warn" role="status">
      <p>{t(OUTCOME_WORDS.unauthenticated)}</p>
      <button type="button" class="button-quiet" onClick={() => askToSignIn({ as: account.accountId })}>
        {t(TEXTS.expired)}
      </button>
    </div>
  );
}

type Theme = 'system' | 'light' | 'dark';
const THEME_STORED_AS = 'rowlock.theme';
const theme = signal<Theme>((storage.getItem(THEME_STORED_AS) as Theme | null) ?? 'system');

effect(() => {
  if (theme.value === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme.value;
  storage.setItem(THEME_STORED_AS, theme.value);
});
