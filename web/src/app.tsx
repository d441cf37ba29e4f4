/** Which page stands at which path. */
import type { ComponentType, JSX } from 'preact';
import { Fragment } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Shell } from './components/shell.tsx';
import { CheckoutPage } from './buyer/checkout/checkout-page.tsx';
import { ConcertPage } from './buyer/concert-page.tsx';
import { ConcertsPage } from './buyer/concerts-page.tsx';
import { NotFoundPage } from './buyer/not-found-page.tsx';
import { PerformancePage } from './buyer/performance/performance-page.tsx';
import { TicketsPage } from './buyer/tickets-page.tsx';
import { WalletPage } from './buyer/wallet-page.tsx';
import { match, path } from './routing/router.ts';

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
  const [loaded, setLoaded] = useState<{ readonly Operator: ComponentType }>();
  useEffect(() => {
    void import('./operator/operator.tsx').then(({ Operator }) => setLoaded({ Operator }));
  }, []);
  return loaded === undefined ? null : <loaded.Operator />;
}
