/** The phone at the door: paid tickets without a network. */
import type { BrowserContext, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { endRowlockProcesses } from '../support/rowlock-process.ts';
import { catalogueOf } from './halls.ts';
import { useSite } from './site.ts';
import { describeInBrowser, useBrowser } from './use-browser.ts';
import { useService } from './use-service.ts';

endRowlockProcesses();

describeInBrowser('a ticket without a network', () => {
  const service = useService(
    catalogueOf({
      reload: {},
      list: {},
      refunded: {},
      leaving: {},
      other: {},
      deploy: {},
      api: {},
      slow: {},
      door: {},
    }),
  );
  const site = useSite(service);
  const visitors = useBrowser(site);

  /** A buyer whose browser has shown the tickets once and has its worker. */
  async function withTickets(performanceId: string, seats: readonly string[] = ['A-1-1', 'A-1-2']) {
    const account = `at-${performanceId}`;
    const { id } = await service.buy(account, performanceId, seats);
    const context = await visitors.context({ as: account });
    const page = await context.newPage();
    const path = `/performances/${performanceId}/reservations/${id}`;
    await page.goto(path);
    await page.locator('svg.qr').first().waitFor();
    await worker(page);
    return { account, context, page, path, id };
  }

  /** Waits until the worker answers for the next load. */
  async function worker(page: Page): Promise<void> {
    await page.evaluate('navigator.serviceWorker.ready.then(({ active }) => active.state)');
    await expect
      .poll(() => page.evaluate('navigator.serviceWorker.ready.then((r) => r.active.state)'))
      .toBe('activated');
  }

  const keptOf = async (context: BrowserContext): Promise<readonly string[]> => {
    const { origins } = await context.storageState();
    const names = origins.flatMap(({ localStorage }) => localStorage.map(({ name }) => name));
    return names.filter((name) => name.startsWith('rowlock.tickets.'));
  };
  const shells = (page: Page): Promise<readonly string[]> => page.evaluate('caches.keys()');
  const keptUrls = (page: Page): Promise<readonly string[]> =>
    page.evaluate(`(async () => {
      const urls = [];
      for (const name of await caches.keys())
        for (const request of await (await caches.open(name)).keys()) urls.push(new URL(request.url).pathname);
      return urls;
    })()`);

  it('is shown on reload as it was, and says of when it is', async () => {
    const { page, context } = await withTickets('reload');
    const before = await page.locator('svg.qr').first().getAttribute('data-token');
    await site.cut();
    try {
      await page.reload();
      await page.getByText(/^Offline; as of \d\d:\d\d$/).waitFor();
      expect(await page.locator('svg.qr').count()).toBe(2);
      expect(await page.locator('svg.qr').first().getAttribute('data-token')).toBe(before);
      expect(await page.locator('.ticket-head strong').first().textContent()).toBe('The End of Winter');
      // Another tab, from the page's address alone; and by the browser's own word that there is no network.
      const other = await context.newPage();
      await context.setOffline(true);
      await other.goto('/tickets');
      await other.getByText(/^Offline; as of/).waitFor();
      await other.getByRole('link', { name: /The End of Winter/ }).tap();
      await other.locator('svg.qr').first().waitFor();
      await context.setOffline(false);
    } finally {
      await site.restore();
    }
    await page.reload();
    await page.getByText('Show the code below at the entrance.').waitFor();
    expect(await page.getByText(/as of/).count()).toBe(0);
  });

  it('is kept by a look at the list, without opening it', async () => {
    await service.buy('at-list', 'list', ['A-1-1']);
    const context = await visitors.context({ as: 'at-list' });
    const page = await context.newPage();
    await page.goto('/tickets');
    await expect.poll(() => keptOf(context)).toHaveLength(1);
    await worker(page);
    await site.cut();
    try {
      await page.reload();
      await page.getByText(/^Offline; as of/).waitFor();
      await page.getByRole('link', { name: /The End of Winter/ }).tap();
      await page.locator('svg.qr').waitFor();
    } finally {
      await site.restore();
    }
  });

  it('is gone once the phone is online and the seats were refunded', async () => {
    const { page, context, account, id } = await withTickets('refunded');
    await site.cut();
    await service.ask({
      method: 'POST',
      path: `/v1/performances/refunded/reservations/${id}/refund`,
      as: account,
    });
    await page.reload();
    await page.locator('svg.qr').first().waitFor();
    await site.restore();
    await page.reload();
    await page.getByRole('heading', { name: 'Refunded' }).waitFor();
    expect(await page.locator('svg.qr').count()).toBe(0);
    expect(await keptOf(context)).toEqual([]);
  });

  it('is removed when the account signs out, and when another signs in', async () => {
    const { page, context, path } = await withTickets('leaving');
    expect(await keptOf(context)).toHaveLength(1);
    await page.locator('.menu summary').tap();
    await page.getByRole('button', { name: 'Sign out' }).tap();
    await expect.poll(() => keptOf(context)).toEqual([]);
    await site.cut();
    try {
      await page.goto(path);
      await page.locator('.sign-in-first').waitFor();
      expect(await page.locator('.ticket').count()).toBe(0);
    } finally {
      await site.restore();
    }
    const second = await withTickets('other');
    const stranger = JSON.stringify({ ...(await service.signIn('stranger')), role: 'buyer' });
    await second.page.evaluate(`localStorage.setItem('rowlock.session', ${JSON.stringify(stranger)})`);
    await second.page.reload();
    await expect.poll(() => keptOf(second.context)).toEqual([]);
    expect(await second.page.locator('.ticket').count()).toBe(0);
  });

  it('keeps the page and its own files, and no answer of the API', async () => {
    const { page } = await withTickets('api');
    await page.goto('/wallet');
    await page.locator('.figure-value').waitFor();
    await page.goto('/operator');
    await page.locator('form').first().waitFor();
    const urls = await keptUrls(page);
    expect(urls.length).toBeGreaterThan(2);
    for (const url of urls) expect(url).toMatch(/^\/(?:tickets|assets\/index-[\w-]+\.(?:js|css))$/);
    // The operator's pages are not answered for: without a network there is nothing to look at.
    await site.cut();
    try {
      await expect(page.goto('/operator')).rejects.toThrow(/ERR_CONNECTION_REFUSED/);
    } finally {
      await site.restore();
    }
  });

  it('is never shown by half of one build and half of another', async () => {
    const { page } = await withTickets('deploy');
    const [first] = await shells(page);
    const scriptOf = (): Promise<string> => page.evaluate('document.scripts[0].src');
    const before = await scriptOf();
    site.deploy();
    // Online the next load is of the new build, with the new build's files.
    await page.reload();
    await page.locator('svg.qr').first().waitFor();
    const after = await scriptOf();
    expect(after).not.toBe(before);
    // The new worker waits while a tab is under the old one: the old shell is still whole.
    await site.cut();
    try {
      await page.reload();
      await page.getByText(/^Offline; as of/).waitFor();
      expect(await page.locator('svg.qr').count()).toBe(2);
    } finally {
      await site.restore();
    }
    // With the last tab gone, the new worker begins, and only its shell is kept.
    const context = page.context();
    await expect.poll(() => shells(page)).toHaveLength(2);
    await page.close();
    const next = await context.newPage();
    const shellsNextTime = async (): Promise<readonly string[]> => {
      await next.goto('about:blank');
      await next.goto('/tickets');
      return shells(next);
    };
    await expect.poll(shellsNextTime).not.toContain(first);
    expect(await shells(next)).toHaveLength(1);
    await site.cut();
    try {
      await next.reload();
      await next.getByText(/^Offline; as of/).waitFor();
      expect(await next.evaluate('document.scripts[0].src')).toBe(after);
    } finally {
      await site.restore();
    }
  });

  it('is one a screen, turned by swipe, button and key, and keeps the screen on while it is shown', async () => {
    const { id } = await service.buy('at-door', 'door', ['A-1-1', 'A-1-2', 'B-1-3']);
    const context = await visitors.context({ as: 'at-door' });
    // The blank page before the first one has neither.
    await context.addInitScript(`if (isSecureContext) {
      globalThis.locks = [];
      navigator.wakeLock.request = (type) => {
        const lock = { type, released: false, release: async () => { lock.released = true; } };
        globalThis.locks.push(lock);
        return Promise.resolve(lock);
      };
      globalThis.copied = [];
      navigator.clipboard.writeText = async (text) => { globalThis.copied.push(text); };
      delete Navigator.prototype.share;
    }`);
    const page = await context.newPage();
    await page.goto(`/performances/door/reservations/${id}`);
    await page.locator('svg.qr').first().waitFor();
    const width = await page.evaluate<number>("document.querySelector('.ticket-strip').clientWidth");
    expect(width).toBeGreaterThan(340);
    const counter = page.locator('.ticket-turn [role=status]');
    const inSight = async (seat: string): Promise<void> => {
      const box = async () => (await page.locator('.ticket', { hasText: seat }).boundingBox())!.x;
      await expect.poll(box).toBeLessThan(60);
      await expect.poll(box).toBeGreaterThanOrEqual(0);
    };
    expect(await page.locator('.ticket-code').first().textContent()).toBe(
      `${id.slice(0, 4)}-${id.slice(4, 8)}`.toUpperCase(),
    );
    await page.getByRole('button', { name: 'Next ticket' }).tap();
    await inSight('seat\u00a02');
    await page.locator('.ticket-strip').press('ArrowRight');
    await expect.poll(() => counter.textContent()).toBe('3 of 3');
    await page.evaluate("document.querySelector('.ticket-strip').scrollBy({ left: -300 })");
    await expect.poll(() => counter.textContent()).toBe('2 of 3');
    // All of a ticket is on a phone's screen at once: its code above all.
    const code = (await page.locator('svg.qr').nth(1).boundingBox())!;
    expect(code.y + code.height).toBeLessThan(844);
    expect(code.width).toBeGreaterThan(280);
    await page.getByRole('button', { name: 'Share' }).tap();
    await page.getByText('Concert and seat copied.').waitFor();
    expect(await page.evaluate('copied')).toEqual([
      expect.stringMatching(/^The End of Winter\n.*\n.*\nStalls A, row.1, seat.2$/),
    ]);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Add to calendar' }).tap();
    expect((await saved).suggestedFilename()).toBe('door.ics');
    expect(await page.evaluate('locks')).toEqual([{ type: 'screen', released: false }]);
    await page.getByRole('link', { name: 'My tickets' }).first().tap();
    await expect.poll(() => page.evaluate('locks')).toEqual([{ type: 'screen', released: true }]);
  });

  it('is on paper one a sheet, black on white', async () => {
    const { page } = await withTickets('slow', ['A-2-1', 'A-2-2', 'A-2-3']);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    const styles = await page.evaluate<readonly (readonly [string, string])[]>(
      `[...document.querySelectorAll('.ticket')].map((one) => {
        const { color, backgroundColor } = getComputedStyle(one);
        return [color, backgroundColor];
      })`,
    );
    expect(new Set(styles.map(String))).toEqual(new Set(['rgb(0, 0, 0),rgb(255, 255, 255)']));
    const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
    expect(pdf.match(/\/Type \/Page\b/g)).toHaveLength(3);
  });
});
