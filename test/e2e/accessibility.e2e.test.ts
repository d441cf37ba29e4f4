import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { endRowlockProcesses } from '../support/rowlock-process.ts';
import { catalogueOf } from './halls.ts';
import { describeInBrowser, useBrowser } from './use-browser.ts';
import type { HeldReservation } from './service-client.ts';
import { useService } from './use-service.ts';

endRowlockProcesses();

const BUYER = 'quiet-otter-42';

interface Checked {
  readonly path: (stand: Stand) => string;
  readonly as?: 'buyer' | 'admin';
  readonly ready: string;
  readonly before?: (page: Page) => Promise<void>;
}

interface Stand {
  readonly held: string;
  readonly bought: string;
  readonly released: string;
  readonly refunded: string;
  readonly found: string;
}

const click =
  (...selectors: readonly string[]) =>
  async (page: Page): Promise<void> => {
    for (const selector of selectors) await page.locator(selector).first().click();
  };

const BUYERS_PAGES: Readonly<Record<string, Checked>> = {
  home: { path: () => '/', ready: '.poster-card' },
  concert: { path: () => '/concerts/winter', ready: '.grade-count' },
  map: { path: () => '/performances/open', ready: '.grade-button' },
  list: {
    path: () => '/performances/open',
    before: click('.segments button:last-child', '.seat-list-section button'),
    ready: '.seat-list-seat',
  },
  'seats chosen': {
    path: () => '/performances/open',
    before: click(
      '.segments button:last-child',
      '.seat-list-section button',
      '.seat-list-seat.seat-list-is-free',
    ),
    ready: '.chosen-seat',
  },
  'not yet open': { path: () => '/performances/later', ready: '.opening' },
  paused: { path: () => '/performances/paused', ready: '.state-note' },
  ended: { path: () => '/performances/ended', ready: '.state-note' },
  cancelled: { path: () => '/performances/cancelled', ready: '.state-note' },
  'refund of a cancelled performance': {
    path: ({ refunded }) => refunded,
    as: 'buyer',
    ready: '.state-note',
  },
  // The tab keeps the seats that were chosen above: then the button holds them.
  'sign-in': {
    path: () => '/performances/open',
    before: click('.pick-panel :is(.grade-button, .button-wide)'),
    ready: 'dialog.sheet',
  },
  'signed out': { path: () => '/wallet', ready: '.sign-in-first' },
  checkout: { path: ({ held }) => held, as: 'buyer', ready: '.pay' },
  ticket: { path: ({ bought }) => bought, as: 'buyer', ready: 'svg.qr' },
  refund: {
    path: ({ bought }) => bought,
    as: 'buyer',
    before: click('.refund button'),
    ready: 'dialog.sheet',
  },
  released: { path: ({ released }) => released, as: 'buyer', ready: '.state-note' },
  tickets: { path: () => '/tickets', as: 'buyer', ready: '.ticket-row' },
  wallet: { path: () => '/wallet', as: 'buyer', ready: '.entry' },
  settings: { path: () => '/', as: 'buyer', before: click('.menu summary'), ready: '.menu-body' },
  'no such page': { path: () => '/concerts/none/none', ready: 'h1' },
};

const OPERATORS_PAGES: Readonly<Record<string, Checked>> = {
  'sign-in': { path: () => '/operator', ready: 'form' },
  sales: { path: () => '/operator', as: 'admin', ready: '.op-performance' },
  performance: { path: () => '/operator/performances/open', as: 'admin', ready: '.u-wrap' },
  question: {
    path: () => '/operator/performances/open',
    as: 'admin',
    before: click('.sale-buttons button:last-child'),
    ready: 'dialog.sheet',
  },
  'typed question': {
    path: () => '/operator/performances/open',
    as: 'admin',
    before: click('.button-quiet.button-danger'),
    ready: 'dialog.sheet input',
  },
  cancelled: {
    path: () => '/operator/performances/cancelled',
    as: 'admin',
    ready: '[data-cancellation] progress',
  },
  activity: { path: () => '/operator/activity', as: 'admin', ready: '.u-wrap' },
  lookup: { path: () => '/operator/reservations', as: 'admin', ready: 'form select option' },
  account: { path: () => `/operator/accounts/${BUYER}`, as: 'admin', ready: '.op-reservation' },
  reservation: { path: ({ found }) => found, as: 'admin', ready: '.op-reservation' },
  'part refund': {
    path: ({ found }) => found,
    as: 'admin',
    before: click('.op-reservation .button-danger'),
    ready: '.op-seats input',
  },
  'release question': {
    path: ({ held }) => `/operator${held.replace(/^\/performances\/(.*)\/reservations/, '/reservations/$1')}`,
    as: 'admin',
    before: click('.op-reservation .button-danger'),
    ready: 'dialog.sheet',
  },
  audit: {
    path: () => '/operator/audit',
    as: 'admin',
    before: click('main .button'),
    ready: '.state-note',
  },
  create: { path: () => '/operator/create', as: 'admin', ready: 'form' },
  import: { path: () => '/operator/import', as: 'admin', ready: 'textarea' },
};

describeInBrowser('for everybody', () => {
  const service = useService(
    catalogueOf({
      // The pages of a hold are looked at last.
      open: { holdSeconds: 3_600 },
      later: { sale: { opensAt: '2039-01-01T00:00:00+09:00' } },
      paused: {},
      ended: {},
      cancelled: {},
    }),
  );
  const visitors = useBrowser(service);
  let stand: Stand;

  beforeAll(async () => {
    await service.setSale('paused', 'paused');
    await service.setSale('ended', 'closed');
    const bought = await service.buy(BUYER, 'open', ['A-1-1', 'A-1-2']);
    const released = await service.hold(BUYER, 'open', ['A-2-1']);
    const pathOf = ({ id }: HeldReservation, at = 'open'): string => `/performances/${at}/reservations/${id}`;
    await service.ask({ method: 'DELETE', path: `/v1${pathOf(released)}`, as: BUYER });
    const refunded = await service.buy(BUYER, 'cancelled', ['A-1-1']);
    await service.ask({
      method: 'POST',
      path: '/v1/admin/performances/cancelled/cancellation',
      as: 'operator',
      role: 'admin',
    });
    const held = await service.hold(BUYER, 'open', ['A-4-1', 'A-4-2']);
    stand = {
      held: pathOf(held),
      bought: pathOf(bought),
      released: pathOf(released),
      refunded: pathOf(refunded, 'cancelled'),
      found: `/operator/reservations/open/${bought.id}`,
    };
  });

  const LOOKS = [
    { language: 'ko', screen: 'phone' },
    { language: 'en', screen: 'desktop' },
  ] as const;
  const PAGES = { buyer: BUYERS_PAGES, operator: OPERATORS_PAGES } as const;
  const CASES = LOOKS.flatMap((looks) => [['buyer', looks] as const, ['operator', looks] as const]);

  it.each(CASES)('axe finds nothing on the pages of the %s, in both themes: %o', async (whose, looks) => {
    const open = (role?: 'buyer' | 'admin'): Promise<Page> =>
      visitors.visit('/', {
        ...looks,
        ...(role !== undefined && { as: role === 'admin' ? 'operator' : BUYER, role }),
      });
    const tabs = { nobody: await open(), buyer: await open('buyer'), admin: await open('admin') };
    const complaints: Record<string, readonly string[]> = {};
    for (const [name, { path, as = 'nobody', before, ready }] of Object.entries(PAGES[whose])) {
      const page = tabs[as];
      await page.emulateMedia({ colorScheme: 'light' });
      await page.goto(path(stand));
      await before?.(page);
      await page.locator(ready).first().waitFor({ state: 'attached' });
      const light = await violations(page);
      await page.emulateMedia({ colorScheme: 'dark' });
      // Nothing but colours differs from the light theme.
      const dark = await violations(page, ['color-contrast', 'link-in-text-block']);
      if (light.length + dark.length > 0) complaints[name] = [...light, ...dark];
    }
    expect(complaints).toEqual({});
  });
});

/** What axe-core complains of, with where. Evaluated by the debugger, which no Content-Security-Policy binds. */
async function violations(page: Page, rules?: readonly string[]): Promise<readonly string[]> {
  if (!(await page.evaluate<boolean>('"axe" in globalThis'))) await page.evaluate(`${axe.source};undefined`);
  const only = rules === undefined ? {} : { runOnly: { type: 'rule', values: rules } };
  const options = JSON.stringify({ resultTypes: ['violations'], ...only });
  const { violations: found } = await page.evaluate<AxeResults>(`axe.run(document, ${options})`);
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary ?? ''}`),
  );
}
