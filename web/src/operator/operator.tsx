/** Everything below /operator: the sign-in, the way around, and the page that the path names. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Dialog } from '../components/dialog.tsx';
import { Heading } from '../components/page.tsx';
import { Header, SkipLink } from '../components/shell/header.tsx';
import type { Text } from '../i18n/language.ts';
import { t } from '../i18n/language.ts';
import { Route, Router, useLocation } from 'preact-iso';
import { toBrowser } from '../routing/place.ts';
import { sessionExpired } from '../session/current-session.ts';
import { session } from '../api/sign-in.ts';
import { ActivityPage } from './activity/activity-page.tsx';
import { AuditPage } from './audit/audit-page.tsx';
import { GuidedPage } from './import/guided-page.tsx';
import { ImportPage } from './import/import-page.tsx';
import { LogPage } from './log/log-page.tsx';
import './operator.css';
import { may, mayAnywhere } from './permissions.ts';
import { OverviewPage } from './overview-page.tsx';
import { PerformancePage } from './performance/performance-page.tsx';
import { PendingRefunds } from './reservations/pending-refunds.tsx';
import { LookupPage } from './reservations/lookup-page.tsx';
import { SignIn } from './sign-in.tsx';

interface Tab {
  readonly href: string;
  readonly words: Text;
  readonly isOpen: () => boolean;
}

const ACTIVITY: Tab = {
  href: '/operator/activity',
  words: { ko: '실시간 활동', en: 'Activity' },
  isOpen: () => may('rowlock:finance'),
};
const RESERVATIONS: Tab = {
  href: '/operator/reservations',
  words: { ko: '예약 조회', en: 'Reservations' },
  isOpen: () => mayAnywhere('rowlock:box-office'),
};
const AUDIT: Tab = {
  href: '/operator/audit',
  words: { ko: '감사', en: 'Audit' },
  isOpen: () => may('rowlock:finance'),
};
const LOG: Tab = {
  href: '/operator/log',
  words: { ko: '운영 기록', en: 'Log' },
  isOpen: () => mayAnywhere('rowlock:finance'),
};
const CREATE: Tab = {
  href: '/operator/create',
  words: { ko: '공연 만들기', en: 'New concert' },
  isOpen: () => may('rowlock:catalogue'),
};
const IMPORT: Tab = {
  href: '/operator/import',
  words: { ko: '가져오기', en: 'Import' },
  isOpen: () => may('rowlock:catalogue'),
};

function navigation(): readonly Tab[] {
  const words = mayAnywhere('rowlock:finance') ? TEXTS.sales : TEXTS.performances;
  const overview: Tab = { href: '/operator', words, isOpen: () => true };
  return [overview, ACTIVITY, RESERVATIONS, AUDIT, LOG, CREATE, IMPORT].filter((tab) => tab.isOpen());
}

const TEXTS = {
  product: { ko: 'Rowlock 운영', en: 'Rowlock operator' },
  navigation: { ko: '운영 메뉴', en: 'Operator pages' },
  toShop: { ko: '예매 화면', en: 'Box office' },
  signIn: { ko: '운영자 로그인', en: 'Operator sign-in' },
  signInAgain: { ko: '다시 로그인하세요', en: 'Sign in again' },
  sales: { ko: '판매 현황', en: 'Sales' },
  performances: { ko: '회차', en: 'Performances' },
  nothing: { ko: '이 주소에는 화면이 없습니다.', en: 'There is no page at this address.' },
  notYours: { ko: '이 화면을 볼 권한이 없습니다.', en: 'Your token’s scopes don’t open this page.' },
} as const satisfies Record<string, Text>;

export function Operator(): JSX.Element {
  // Once signed in, the page stays below the sign-in that has to be repeated, with all that was typed into it.
  const wasSignedIn = useRef(false);
  const isAdmin = session.value?.role === 'admin';
  if (isAdmin) wasSignedIn.current = true;
  const header = (
    <Header href="/operator" name={t(TEXTS.product)} onSignOut={toStart}>
      <a href="/" class="top-link">
        {t(TEXTS.toShop)}
      </a>
    </Header>
  );
  if (!wasSignedIn.current) {
    return (
      <div class="op-frame">
        {header}
        <main class="page page-narrow">
          <Heading title={t(TEXTS.signIn)} />
          <div class="card">
            <SignIn />
          </div>
        </main>
      </div>
    );
  }
  return (
    <div class="op-frame">
      <SkipLink />
      {header}
      <Navigation />
      <main id="content" class="page stack-wide" tabindex={-1}>
        {mayAnywhere('rowlock:box-office') && <PendingRefunds />}
        <Pages />
      </main>
      {/* Behind it everything waits. */}
      {(!isAdmin || sessionExpired.value) && (
        <Dialog title={t(TEXTS.signInAgain)}>
          <SignIn />
        </Dialog>
      )}
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
      <Route path="/reservations" component={Lookup} key={path} />
      <Route path="/reservations/:performanceId/:reservationId" component={Lookup} key={path} />
      <Route path="/accounts/:accountId" component={Lookup} key={path} />
      <Route path="/seats/:performanceId/:seat" component={Lookup} key={path} />
      <Route path="/activity" component={Activity} />
      <Route path="/audit" component={Audit} />
      <Route path="/log" component={Log} />
      <Route path="/create" component={Create} />
      <Route path="/import" component={Import} />
      <Route default component={NothingHere} />
    </Router>
  );
}

/** A page behind its tab: an address that was kept opens it no more than the tab does. */
function behind<Props extends object>(
  tab: Tab,
  Page: (props: Props) => JSX.Element,
): (props: Props) => JSX.Element {
  return (props) => (tab.isOpen() ? <Page {...props} /> : <Heading title={t(TEXTS.notYours)} />);
}

const Lookup = behind(RESERVATIONS, LookupPage);
const Activity = behind(ACTIVITY, ActivityPage);
const Audit = behind(AUDIT, AuditPage);
const Log = behind(LOG, LogPage);
const Create = behind(CREATE, GuidedPage);
const Import = behind(IMPORT, ImportPage);

function NothingHere(): JSX.Element {
  return <Heading title={t(TEXTS.nothing)} />;
}

/** Leaves nothing on the screen for the next person. */
function toStart(): void {
  location.assign(toBrowser('/operator'));
}

function Navigation(): JSX.Element {
  const { path: where } = useLocation();
  const isAt = (href: string): boolean => {
    if (href === '/operator') return where === href || where.startsWith('/operator/performances/');
    if (href === '/operator/reservations' && /^\/operator\/(accounts|seats)\//.test(where)) return true;
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
      {navigation().map(({ href, words }) => (
        <a key={href} href={href} aria-current={isAt(href) ? 'page' : undefined}>
          {t(words)}
        </a>
      ))}
    </nav>
  );
}
