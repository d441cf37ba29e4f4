/** Everything below /operator: the sign-in, the way around, and the page that the path names. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useModal } from '../hooks/use-modal.ts';
import type { Text } from '../i18n/language.ts';
import { language, t } from '../i18n/language.ts';
import { Route, Router, useLocation } from 'preact-iso';
import { sessionExpired } from '../session/current-session.ts';
import { session, signOut } from '../api/sign-in.ts';
import { ActivityPage } from './activity/activity-page.tsx';
import { AuditPage } from './audit/audit-page.tsx';
import { GuidedPage } from './import/guided-page.tsx';
import { ImportPage } from './import/import-page.tsx';
import './operator.css';
import { OverviewPage } from './overview-page.tsx';
import { PerformancePage } from './performance/performance-page.tsx';
import { PendingRefunds } from './reservations/pending-refunds.tsx';
import { LookupPage } from './reservations/lookup-page.tsx';
import { SignIn } from './sign-in.tsx';

const NAVIGATION: readonly { readonly href: string; readonly words: Text }[] = [
  { href: '/operator', words: { ko: '판매 현황', en: 'Sales' } },
  { href: '/operator/activity', words: { ko: '실시간 활동', en: 'Activity' } },
  { href: '/operator/reservations', words: { ko: '예약 조회', en: 'Reservations' } },
  { href: '/operator/audit', words: { ko: '감사', en: 'Audit' } },
  { href: '/operator/create', words: { ko: '공연 만들기', en: 'New concert' } },
  { href: '/operator/import', words: { ko: '가져오기', en: 'Import' } },
];

const TEXTS = {
  product: { ko: 'Rowlock 운영', en: 'Rowlock operator' },
  navigation: { ko: '운영 메뉴', en: 'Operator pages' },
  skip: { ko: '본문으로 건너뛰기', en: 'Skip to content' },
  signOut: { ko: '로그아웃', en: 'Sign out' },
  toShop: { ko: '예매 화면', en: 'Box office' },
  otherLanguage: { ko: 'English', en: '한국어' },
  nothing: { ko: '이 주소에는 화면이 없습니다.', en: 'There is no page at this address.' },
} as const satisfies Record<string, Text>;

export function Operator(): JSX.Element {
  // Once signed in, the page stays below the sign-in that has to be repeated, with all that was typed into it.
  const wasSignedIn = useRef(false);
  const isAdmin = session.value?.role === 'admin';
  if (isAdmin) wasSignedIn.current = true;
  useEffect(() => {
    document.title = t(TEXTS.product);
  });
  if (!wasSignedIn.current) {
    return (
      <div class="op-frame op-frame-bare">
        <Header />
        <main class="op-entry card">
          <SignIn />
        </main>
      </div>
    );
  }
  return (
    <div class="op-frame">
      <a class="op-skip" href="#op-main">
        {t(TEXTS.skip)}
      </a>
      <Header />
      <Navigation />
      <main id="op-main" class="op-main" tabindex={-1}>
        <PendingRefunds />
        <Pages />
      </main>
      {(!isAdmin || sessionExpired.value) && <SignInAgain />}
    </div>
  );
}

function Pages(): JSX.Element {
  const { path } = useLocation();
  // The key: another account is another page, not the same one with other data.
  return (
    <Router>
      <Route path="/" component={OverviewPage} />
      <Route path="/performances/:performanceId" component={PerformancePage} key={path} />
      <Route path="/reservations" component={LookupPage} key={path} />
      <Route path="/reservations/:performanceId/:reservationId" component={LookupPage} key={path} />
      <Route path="/accounts/:accountId" component={LookupPage} key={path} />
      <Route path="/activity" component={ActivityPage} />
      <Route path="/audit" component={AuditPage} />
      <Route path="/create" component={GuidedPage} />
      <Route path="/import" component={ImportPage} />
      <Route default component={NothingHere} />
    </Router>
  );
}

function NothingHere(): JSX.Element {
  return <h1 class="op-title">{t(TEXTS.nothing)}</h1>;
}

function Header(): JSX.Element {
  const isAdmin = session.value?.role === 'admin';
  return (
    <header class="op-header">
      <a href="/operator" class="op-product">
        {t(TEXTS.product)}
      </a>
      <div class="op-header-actions">
        {isAdmin && <span class="op-account">{session.value?.accountId}</span>}
        <a href="/" class="button-quiet">
          {t(TEXTS.toShop)}
        </a>
        <button
          type="button"
          class="button-quiet"
          lang={language.value === 'ko' ? 'en' : 'ko'}
          onClick={() => (language.value = language.value === 'ko' ? 'en' : 'ko')}
        >
          {t(TEXTS.otherLanguage)}
        </button>
        {isAdmin && (
          <button type="button" class="button-quiet" onClick={() => leave()}>
            {t(TEXTS.signOut)}
          </button>
        )}
      </div>
    </header>
  );
}

/** Signs out, and leaves nothing on the screen for the next person. */
function leave(): void {
  signOut();
  location.assign('/operator');
}

function Navigation(): JSX.Element {
  const { path: where } = useLocation();
  const isAt = (href: string): boolean => {
    if (href === '/operator') return where === href || where.startsWith('/operator/performances/');
    if (href === '/operator/reservations' && where.startsWith('/operator/accounts/')) return true;
    return where === href || where.startsWith(`${href}/`);
  };
  // On a phone the tabs are wider than the screen.
  const tabs = useRef<HTMLElement>(null);
  useEffect(() => {
    const current = tabs.current?.querySelector('[aria-current]');
    current?.scrollIntoView({ inline: 'center', block: 'nearest' });
  }, [where]);
  return (
    <nav ref={tabs} class="op-navigation" aria-label={t(TEXTS.navigation)}>
      {NAVIGATION.map(({ href, words }) => (
        <a key={href} href={href} aria-current={isAt(href) ? 'page' : undefined}>
          {t(words)}
        </a>
      ))}
    </nav>
  );
}

/** Over the page and not to be closed: behind it everything waits. */
function SignInAgain(): JSX.Element {
  const dialog = useModal();
  return (
    <dialog
      ref={dialog}
      class="op-dialog"
      aria-labelledby="op-sign-in-title"
      onCancel={(event) => event.preventDefault()}
    >
      <SignIn />
    </dialog>
  );
}
