/** Which page stands at which path. */
import type { ComponentType, JSX } from 'preact';
import { Fragment } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Shell } from './components/shell/shell.tsx';
import { CheckoutPage } from './buyer/checkout/checkout-page.tsx';
import { ConcertPage } from './buyer/concert-page.tsx';
import { ConcertsPage } from './buyer/concerts-page.tsx';
import { NotFoundPage } from './buyer/not-found-page.tsx';
import { PerformancePage } from './buyer/performance/performance-page.tsx';
import { TicketsPage } from './buyer/tickets-page.tsx';
import { WalletPage } from './buyer/wallet-page.tsx';
import type { Text } from './i18n/language.ts';
import { t } from './i18n/language.ts';
import { match, path } from './routing/router.ts';

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

export function App(): JSX.Element | null {
  const where = path.value;
  if (where === '/operator' || where.startsWith('/operator/')) return <LazyOperator />;
  for (const [pattern, page] of PAGES) {
    const params = match(pattern, where);
    // The key: another concert is another page, not the same one with other data.
    if (params !== undefined) return <Shell>{<Fragment key={where}>{page(params)}</Fragment>}</Shell>;
  }
  return (
    <Shell>
      <NotFoundPage />
    </Shell>
  );
}

/** The operator's pages are a script of their own, which buyers never load. */
function LazyOperator(): JSX.Element | null {
  const [loaded, setLoaded] = useState<{ readonly Operator: ComponentType } | 'failed'>();
  useEffect(() => {
    import('./operator/operator.tsx').then(
      ({ Operator }) => setLoaded({ Operator }),
      () => setLoaded('failed'),
    );
  }, []);
  if (loaded === undefined) return null;
  if (loaded !== 'failed') return <loaded.Operator />;
  // After a deploy, the script that this page names may be gone.
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
