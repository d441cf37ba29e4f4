/** Which page stands at which path. */
import type { JSX } from 'preact';
import { Fragment } from 'preact';
import { lazy, Route, Router, useLocation } from 'preact-iso';
import { Shell } from './components/shell/shell.tsx';
import { CheckoutPage } from './buyer/checkout/checkout-page.tsx';
import { ConcertPage } from './buyer/concert-page.tsx';
import { ConcertsPage } from './buyer/concerts-page.tsx';
import { NotFoundPage } from './buyer/not-found-page.tsx';
import { PerformancePage } from './buyer/performance/performance-page.tsx';
import { TicketsPage } from './buyer/tickets-page.tsx';
import { WalletPage } from './buyer/wallet-page.tsx';
import { BasedLocation } from './routing/based-location.tsx';
import type { Text } from './i18n/language.ts';
import { t } from './i18n/language.ts';

const TEXTS = {
  failed: {
    ko: '운영 화면을 불러오지 못했습니다. 서비스가 새 버전으로 바뀌었거나 연결이 끊겼습니다.',
    en: 'The operator’s pages could not be loaded. The service has a new version, or the connection is lost.',
  },
  reload: { ko: '새로 고침', en: 'Reload' },
} as const satisfies Record<string, Text>;

type Page = (params: Readonly<Record<string, string>>) => JSX.Element;

const PAGES: readonly (readonly [pattern: string, page: Page])[] = [
  ['/', () => <ConcertsPage />],
  ['/concerts/:concertId', ({ concertId = '' }) => <ConcertPage concertId={concertId} />],
  [
    '/performances/:performanceId',
    ({ performanceId = '' }) => <PerformancePage performanceId={performanceId} />,
  ],
  [
    '/performances/:performanceId/reservations/:reservationId',
    ({ performanceId = '', reservationId = '' }) => (
      <CheckoutPage performanceId={performanceId} reservationId={reservationId} />
    ),
  ],
  ['/tickets', () => <TicketsPage />],
  ['/wallet', () => <WalletPage />],
];

// A link to the page itself leads nowhere; the router, which listens on the window after this, would add an entry to the
// history, and Back would need a second press.
addEventListener('click', (event) => {
  const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (link?.href !== location.href || link.target !== '' || !isPlain) return;
  event.preventDefault();
  event.stopImmediatePropagation();
});

export function App(): JSX.Element {
  return (
    <BasedLocation>
      <Pages />
    </BasedLocation>
  );
}

function Pages(): JSX.Element {
  const { path } = useLocation();
  // The router throws at what no page has made, such as a lone `%`.
  if (!isDecodable(path)) return <BuyerPage path={path} params={{}} page={() => <NotFoundPage />} />;
  return (
    <Router>
      <Route path="/operator" component={Operator} />
      <Route path="/operator/*" component={Operator} />
      {PAGES.map(([pattern, page]) => (
        <Route key={pattern} path={pattern} component={BuyerPage} page={page} />
      ))}
      <Route default component={BuyerPage} page={() => <NotFoundPage />} />
    </Router>
  );
}

function isDecodable(path: string): boolean {
  try {
    return decodeURIComponent(path) !== '';
  } catch {
    return false;
  }
}

interface BuyerPageProps {
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly page: Page;
}

function BuyerPage({ path, params, page }: BuyerPageProps): JSX.Element {
  // The key: another concert is another page, not the same one with other data.
  return (
    <Shell>
      <Fragment key={path}>{page(params)}</Fragment>
    </Shell>
  );
}

/** The operator's pages are a script of their own, which buyers never load. */
const Operator = lazy(() =>
  Promise.race([
    operator(),
    // A network may take the request and never answer.
    new Promise<typeof OperatorFailed>((resolve) => {
      setTimeout(() => resolve(OperatorFailed), SCRIPT_MS_MAX);
    }),
  ]),
);

const SCRIPT_MS_MAX = 20_000;

// In a `try`: a handler given to `then` is drawn into the import by the build, and a style sheet that fails passes it by.
async function operator(): Promise<() => JSX.Element> {
  try {
    return (await import('./operator/operator.tsx')).Operator;
  } catch {
    return OperatorFailed;
  }
}

/** After a deploy, the script that this page names may be gone. */
function OperatorFailed(): JSX.Element {
  return (
    <Shell>
      <div class="card stack" role="alert">
        <p>{t(TEXTS.failed)}</p>
        <button type="button" class="button" onClick={() => location.reload()}>
          {t(TEXTS.reload)}
        </button>
      </div>
    </Shell>
  );
}
