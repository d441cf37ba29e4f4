import type { BrowserContext, Page, Request, Route } from 'playwright-core';
import { expect, it } from 'vitest';
import { moveExpiry } from '../support/fixture.ts';
import { endRowlockProcesses } from '../support/rowlock-process.ts';
import { catalogueOf, PRICES } from './halls.ts';
import { describeInBrowser, useBrowser } from './use-browser.ts';
import { useService } from './use-service.ts';

endRowlockProcesses();

const PAYMENTS = '**/payment';
const TOP_UPS = '**/top-ups';
const HOLDS = /\/v1\/performances\/[^/]+\/reservations$/;

/** A promise and what settles it. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

const keyOf = (request: Request): string => request.headers()['idempotency-key'] ?? '';

describeInBrowser('whatever happens while buying', () => {
  const tests = [
    'expires-at-payment',
    'expires-in-view',
    'expires-while-topping-up',
    'expires-late',
    'reload',
    'top-up-lost',
    'hold-lost',
    'hold-taken',
    'offline',
    'offline-map',
    'contended',
    'overloaded',
    'stopped',
    'sign-in',
    'two-tabs',
    'two-devices',
    'late-device',
    'double-tap',
    'double-hold',
  ];
  const service = useService(catalogueOf(Object.fromEntries(tests.map((id) => [id, {}]))));
  const visitors = useBrowser(service);

  interface Checkout {
    readonly page: Page;
    readonly context: BrowserContext;
    readonly path: string;
    readonly id: string;
  }

  /** A buyer who holds seat A-1-1 and has the checkout open, by default with enough money. */
  async function openCheckout(performanceId: string, money: number = PRICES.R): Promise<Checkout> {
    const account = `buyer-${performanceId}`;
    const { id } = await service.hold(account, performanceId, ['A-1-1']);
    if (money > 0) await service.topUp(account, money);
    const context = await visitors.context({ as: account });
    const page = await context.newPage();
    const path = `/performances/${performanceId}/reservations/${id}`;
    await page.goto(path);
    await payButton(page).waitFor();
    return { page, context, path, id };
  }

  /** The same buyer at the same checkout, with a storage of its own. */
  async function openOnAnotherDevice(performanceId: string, path: string): Promise<Page> {
    const context = await visitors.context({ as: `buyer-${performanceId}` });
    const page = await context.newPage();
    await page.goto(path);
    await payButton(page).waitFor();
    return page;
  }

  const payButton = (page: Page): ReturnType<Page['locator']> => page.locator('.action-bar .button');

  /** What the ledger of the performance's buyer says: kinds and amounts, oldest first. */
  async function ledgerOf(performanceId: string): Promise<readonly (readonly [string, number])[]> {
    const rows = await service.sql<{ kind: string; amount: string }>(
      'select e.kind, e.amount from ledger_entry as e where e.account_id = $1 order by e.seq',
      [`buyer-${performanceId}`],
    );
    return rows.map(({ kind, amount }) => [kind, Number(amount)]);
  }

  async function expectOneTicket(page: Page, performanceId: string): Promise<void> {
    await page.locator('svg.qr').waitFor();
    expect(await page.locator('svg.qr').count()).toBe(1);
    expect((await ledgerOf(performanceId)).filter(([kind]) => kind === 'payment')).toEqual([
      ['payment', -PRICES.R],
    ]);
    // Nothing is left that would be sent again.
    await expect.poll(() => openRequests(page)).toEqual([]);
  }

  async function openRequests(page: Page): Promise<readonly string[]> {
    const { origins } = await page.context().storageState();
    const stored = origins.flatMap(({ localStorage }) => localStorage);
    return stored.map(({ name }) => name).filter((name) => name.startsWith('rowlock.request.'));
  }

  it('a hold that ran out before the payment came costs nothing, and says so', async () => {
    const { page, id } = await openCheckout('expires-at-payment');
    await moveExpiry(service, { reservationId: id }, -1_000);
    await payButton(page).tap();
    await page.getByRole('heading', { name: 'Your time to pay has run out' }).waitFor();
    await page.getByText('nothing was paid').first().waitFor();
    expect(await ledgerOf('expires-at-payment')).toEqual([['top_up', PRICES.R]]);
    await page.getByRole('link', { name: 'Choose seats again' }).tap();
    await page.locator('.grade-button').first().waitFor();
  });

  it('a hold that runs out while its top-up cannot be sent is not topped up for by itself', async () => {
    const { page, id, path } = await openCheckout('expires-while-topping-up', 0);
    const context = page.context();
    let cut = true;
    const keys: string[] = [];
    await context.route(TOP_UPS, async (route, request) => {
      keys.push(keyOf(request));
      return cut ? route.abort() : route.continue();
    });
    await moveExpiry(service, { reservationId: id }, 25_000);
    await page.reload();
    await payButton(page).tap();
    await page.getByText('Still trying').waitFor();
    await page.getByRole('heading', { name: 'Your time to pay has run out' }).waitFor();
    // What is on its way is seen here as well, and asks its buyer before it goes on.
    await page.getByRole('button', { name: 'Check' }).waitFor();
    cut = false;
    const asked = keys.length;
    const later = await context.newPage();
    await later.goto(path);
    await later.getByRole('button', { name: 'Discard' }).tap();
    await expect.poll(() => openRequests(later)).toEqual([]);
    expect(keys).toHaveLength(asked);
    expect(await ledgerOf('expires-while-topping-up')).toEqual([]);
  });

  it('a hold that runs out in view counts down by the database, and ends by itself', async () => {
    const { page, id } = await openCheckout('expires-in-view');
    // The phone's own clock is an hour slow: it must not matter.
    await page.clock.install({ time: Date.now() - 3_600_000 });
    await moveExpiry(service, { reservationId: id }, 25_000);
    await page.reload();
    await expect.poll(() => page.locator('.countdown').textContent()).toMatch(/^0:(0[1-9]|1\d|2[0-5])$/);
    await page.getByRole('heading', { name: 'Your time to pay has run out' }).waitFor();
  });

  it('a hold that the database still has when the page has counted down ends a moment later', async () => {
    const { page, id, path } = await openCheckout('expires-late');
    let asked = 0;
    // As for a page whose requests took long when it learned the database's time: it is early.
    await page.route(`**/v1${path}`, async (route) => {
      const response = await route.fetch();
      const state = (asked += 1) > 2 ? 'expired' : 'held';
      return route.fulfill({ response, json: { ...((await response.json()) as object), state } });
    });
    await moveExpiry(service, { reservationId: id }, 5_000);
    await page.reload();
    await page.getByRole('heading', { name: 'Your time to pay has run out' }).waitFor();
    expect(asked).toBe(3);
  });

  it('a reload in the middle of a payment pays once, and shows the ticket', async () => {
    const { page } = await openCheckout('reload');
    const [paid, reloaded] = [gate(), gate()];
    const keys: string[] = [];
    await page.route(PAYMENTS, async (route, request) => {
      keys.push(keyOf(request));
      if (keys.length > 1) return route.continue();
      // The service has done it; the answer is still on its way when the page goes.
      await route.fetch();
      paid.open();
      await reloaded.opened;
      return route.abort().catch(() => undefined);
    });
    await payButton(page).tap();
    await paid.opened;
    await page.reload();
    reloaded.open();
    await expectOneTicket(page, 'reload');
    expect(keys.length).toBeGreaterThan(1);
    expect(new Set(keys).size).toBe(1);
  });

  it('a top-up whose answer is lost is made once, and the payment follows', async () => {
    const { page } = await openCheckout('top-up-lost', 0);
    const keys = await loseFirstAnswer(page, TOP_UPS);
    await page.getByRole('button', { name: 'Top up ₩150,000 and pay' }).tap();
    await expectOneTicket(page, 'top-up-lost');
    expect(await ledgerOf('top-up-lost')).toEqual([
      ['top_up', PRICES.R],
      ['payment', -PRICES.R],
    ]);
    expect(keys.length).toBeGreaterThan(1);
    expect(new Set(keys).size).toBe(1);
  });

  it('a hold whose answer is lost is found again after a reload', async () => {
    const page = await visitors.visit('/performances/hold-lost', { as: 'buyer-hold-lost' });
    const held = gate();
    const keys: string[] = [];
    await page.route(HOLDS, async (route, request) => {
      if (request.method() !== 'POST') return route.continue();
      keys.push(keyOf(request));
      if (keys.length > 1) return route.continue();
      await route.fetch();
      held.open();
      return route.abort();
    });
    await page.getByRole('button', { name: 'Best 2 together: S' }).tap();
    await page.getByRole('button', { name: /^Hold 2 seats/ }).tap();
    await held.opened;
    await page.reload();
    await page.getByRole('heading', { name: 'Checkout' }).waitFor();
    expect(new Set(keys).size).toBe(1);
    const [row] = await service.sql<{ held: number }>(
      `select count(*)::int as held from seat as s where s.performance_id = 'hold-lost' and s.state = 'held'`,
    );
    expect(row?.held).toBe(2);
  });

  it('a hold that is refused after a reload says so, also when the map comes later than the answer', async () => {
    const page = await visitors.visit('/performances/hold-taken', { as: 'buyer-hold-taken' });
    const [asked, reloaded, refused] = [gate(), gate(), gate()];
    await page.route(HOLDS, async (route, request) => {
      if (request.method() !== 'POST') return route.continue();
      asked.open();
      await reloaded.opened;
      const response = await route.fetch().catch(() => undefined);
      if (response === undefined) return route.abort().catch(() => undefined);
      await route.fulfill({ response }).catch(() => undefined);
      if (response.status() === 409) refused.open();
    });
    await page.getByRole('button', { name: 'Best 2 together: S' }).tap();
    await page.getByRole('button', { name: /^Hold 2 seats/ }).waitFor();
    const [name = ''] = await page.locator('.chosen-seat .fill').allTextContents();
    await page.getByRole('button', { name: /^Hold 2 seats/ }).tap();
    await asked.opened;
    await service.hold('quicker', 'hold-taken', [
      /Stalls (.), row\s(\d+), seat\s(\d+)/.exec(name)!.slice(1).join('-'),
    ]);
    await page.route('**/seat-map/rows', async (route) => {
      await refused.opened;
      await route.continue();
    });
    await page.reload();
    reloaded.open();
    await page.locator('.loss-note').getByText('Someone else was quicker').waitFor();
  });

  it('without a connection it waits, and goes on by itself', async () => {
    const { page, context } = await openCheckout('offline');
    await context.setOffline(true);
    await payButton(page).tap();
    await page
      .locator('.under-way[data-state="offline"]')
      .getByText('Still trying', { exact: true })
      .waitFor();
    await page.getByText("You're offline.").first().waitFor();
    expect(await ledgerOf('offline')).toEqual([['top_up', PRICES.R]]);
    await context.setOffline(false);
    await expectOneTicket(page, 'offline');
  });

  it('a map that was cut off shows what happened meanwhile', async () => {
    const page = await visitors.visit('/performances/offline-map', { as: 'watcher' });
    await page.getByText('40 left').first().waitFor();
    await page.context().setOffline(true);
    await page.getByText("You're offline.").waitFor();
    await service.hold('somebody', 'offline-map', ['A-1-1', 'A-1-2']);
    await page.context().setOffline(false);
    await page.getByText('38 left').first().waitFor();
  });

  it.each(['contended', 'overloaded'] as const)(
    'when the service is %s it keeps trying with the same key',
    async (outcome) => {
      const { page } = await openCheckout(outcome);
      const keys: string[] = [];
      let busy = true;
      await page.route(PAYMENTS, (route, request) => {
        keys.push(keyOf(request));
        return busy ? refuse(route, outcome) : route.continue();
      });
      await payButton(page).tap();
      await page
        .locator(`.under-way[data-state="${outcome}"]`)
        .getByText('Still trying', { exact: true })
        .waitFor();
      await expect.poll(() => keys.length).toBeGreaterThan(1);
      expect(await page.getByText('taken').count()).toBe(0);
      busy = false;
      await expectOneTicket(page, outcome);
      expect(new Set(keys).size).toBe(1);
    },
  );

  it('a buyer who stops waiting can find out later', async () => {
    const { page } = await openCheckout('stopped');
    let cut = true;
    await page.route(PAYMENTS, async (route) => {
      if (!cut) return route.continue();
      await route.fetch();
      return route.abort();
    });
    await payButton(page).tap();
    await page.getByRole('button', { name: 'Stop' }).tap();
    await page.getByRole('button', { name: 'Check' }).waitFor();
    cut = false;
    await page.getByRole('button', { name: 'Check' }).tap();
    await expectOneTicket(page, 'stopped');
  });

  it('a top-up that was stopped is made once, also for a buyer who leaves, comes back and tops up again', async () => {
    const page = await visitors.visit('/wallet', { as: 'buyer-stopped-top-up' });
    const keys: string[] = [];
    let cut = true;
    await page.route(TOP_UPS, async (route, request) => {
      keys.push(keyOf(request));
      if (!cut) return route.continue();
      await route.fetch();
      return route.abort();
    });
    const topUp = async (): Promise<void> => {
      await page.getByRole('button', { name: '₩50,000', exact: true }).tap();
      await page.getByRole('button', { name: 'Top up ₩50,000' }).tap();
    };
    const findOut = page.getByRole('button', { name: 'Check' });
    await topUp();
    await page.getByRole('button', { name: 'Stop' }).tap();
    await findOut.waitFor();
    await topUp();
    await page.getByRole('button', { name: 'Stop' }).tap();
    await findOut.waitFor();
    await page.getByRole('link', { name: 'My tickets' }).tap();
    await page.getByRole('heading', { name: 'My tickets' }).waitFor();
    await page.getByRole('link', { name: 'Wallet' }).tap();
    await page.getByRole('heading', { name: 'Wallet' }).waitFor();
    cut = false;
    await topUp();
    await page.getByText('₩50,000 added to your wallet').waitFor();
    expect(await ledgerOf('stopped-top-up')).toEqual([['top_up', 50_000]]);
    expect(new Set(keys).size).toBe(1);
  });

  it('a sign-in that ends in the middle of a payment is renewed, and the payment goes on', async () => {
    const { page } = await openCheckout('sign-in');
    const keys: string[] = [];
    await page.route(PAYMENTS, (route, request) => {
      keys.push(keyOf(request));
      if (keys.length > 1) return route.continue();
      return route.continue({ headers: { ...request.headers(), authorization: 'Bearer ended' } });
    });
    await payButton(page).tap();
    const sheet = page.getByRole('dialog', { name: 'Sign in again' });
    await sheet.waitFor();
    expect(await sheet.getByRole('textbox').inputValue()).toBe('buyer-sign-in');
    await sheet.getByRole('button', { name: 'Continue with this name' }).tap();
    await expectOneTicket(page, 'sign-in');
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });

  it('two tabs that top up and pay at once do it once, and both show the ticket', async () => {
    const { page, context, path } = await openCheckout('two-tabs', 0);
    const other = await context.newPage();
    await other.goto(path);
    await payButton(other).waitFor();
    // Not taps: a tab behind another one gets none.
    await Promise.all([page, other].map((tab) => payButton(tab).dispatchEvent('click')));
    await Promise.all([expectOneTicket(page, 'two-tabs'), expectOneTicket(other, 'two-tabs')]);
    expect(await ledgerOf('two-tabs')).toEqual([
      ['top_up', PRICES.R],
      ['payment', -PRICES.R],
    ]);
  });

  it('two devices that top up and pay at once do it once, and both show the ticket', async () => {
    const { page, path } = await openCheckout('two-devices', 0);
    const other = await openOnAnotherDevice('two-devices', path);
    // Both top-ups are on their way before either is answered: neither device can know of the other.
    const bothTopUp = gate();
    let topUps = 0;
    for (const device of [page, other]) {
      await device.route(TOP_UPS, async (route) => {
        topUps += 1;
        if (topUps === 2) bothTopUp.open();
        await bothTopUp.opened;
        return route.continue();
      });
    }
    await Promise.all([payButton(page).tap(), payButton(other).tap()]);
    await Promise.all([expectOneTicket(page, 'two-devices'), expectOneTicket(other, 'two-devices')]);
    expect(await ledgerOf('two-devices')).toEqual([
      ['top_up', PRICES.R],
      ['payment', -PRICES.R],
    ]);
  });

  it('a device that still shows the checkout of a paid reservation tops up no more, whatever amount it chose', async () => {
    const { page, path } = await openCheckout('late-device', 0);
    const other = await openOnAnotherDevice('late-device', path);
    await payButton(page).tap();
    await expectOneTicket(page, 'late-device');
    await other.getByRole('button', { name: '₩200,000' }).tap();
    await payButton(other).tap();
    await expectOneTicket(other, 'late-device');
    expect(await ledgerOf('late-device')).toEqual([
      ['top_up', PRICES.R],
      ['payment', -PRICES.R],
    ]);
  });

  it('a double tap holds once, also when the second comes between the answer and the checkout', async () => {
    const page = await visitors.visit('/performances/double-hold', { as: 'buyer-double-hold' });
    await page.locator('.grade-button').first().tap();
    const button = page.locator('.button-wide').first();
    await button.and(page.locator(':enabled')).waitFor();
    // Taps again as soon as the button lets it.
    await page.evaluate(`{
      const hold = document.querySelector('.button-wide');
      let wasBusy = false;
      new MutationObserver(() => {
        if (wasBusy && !hold.disabled && hold.isConnected) hold.click();
        wasBusy = hold.disabled;
      }).observe(hold, { attributes: true });
      hold.click();
    }`);
    await payButton(page).waitFor();
    // A second hold would appear here.
    await expect.poll(() => openRequests(page)).toEqual([]);
    const held = await service.sql("select 1 from reservation as r where r.account_id = 'buyer-double-hold'");
    expect(held).toHaveLength(1);
  });

  it('a double tap pays once', async () => {
    const { page } = await openCheckout('double-tap', 0);
    await payButton(page).dblclick();
    await expectOneTicket(page, 'double-tap');
    expect(await ledgerOf('double-tap')).toEqual([
      ['top_up', PRICES.R],
      ['payment', -PRICES.R],
    ]);
  });
});

/** Lets the first request reach the service and drops its answer; the keys of all of them. */
async function loseFirstAnswer(page: Page, path: string): Promise<readonly string[]> {
  const keys: string[] = [];
  await page.route(path, async (route, request) => {
    keys.push(keyOf(request));
    if (keys.length > 1) return route.continue();
    await route.fetch();
    return route.abort();
  });
  return keys;
}

/** Answers as the service does when it has no time. */
function refuse(route: Route, outcome: string): Promise<void> {
  return route.fulfill({
    status: 503,
    contentType: 'application/problem+json',
    headers: { 'retry-after': '1' },
    body: JSON.stringify({ type: `/errors/${outcome}`, outcome, status: 503, title: outcome, retry: 'same' }),
  });
}
