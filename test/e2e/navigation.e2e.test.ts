import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { endRowlockProcesses } from '../support/rowlock-process.ts';
import { catalogueOf } from './halls.ts';
import { describeInBrowser, useBrowser } from './use-browser.ts';
import { useService } from './use-service.ts';

endRowlockProcesses();

describeInBrowser('going from page to page', () => {
  const { venues, concerts } = catalogueOf({ date: {} });
  const over = {
    ...catalogueOf({
      over: { startsAt: '2021-05-01T19:00:00+09:00', sale: { opensAt: '2021-04-01T10:00:00+09:00' } },
    }).concerts[0]!,
    id: 'over',
    title: { ko: '지난 봄', en: 'Last Spring' },
  };
  const others = Array.from({ length: 40 }, (_, i) => ({
    ...concerts[0]!,
    id: `other-${i}`,
    performances: [],
  }));
  const service = useService({ venues, concerts: [over, ...concerts, ...others] });
  const visitors = useBrowser(service);
  const scrolledTo = (page: Page): Promise<number> => page.evaluate<number>('scrollY');

  it('begins at the top, and goes back to where the reader was', async () => {
    const page = await visitors.visit('/', { screen: 'desktop' });
    const last = page.locator('a[href="/concerts/other-39"]');
    await last.scrollIntoViewIfNeeded();
    const before = await scrolledTo(page);
    expect(before).toBeGreaterThan(500);
    await last.click();
    await page.waitForURL('**/concerts/*');
    await page.getByRole('heading', { name: 'The End of Winter' }).waitFor();
    expect(await scrolledTo(page)).toBe(0);
    expect(await page.title()).toBe('The End of Winter · Rowlock');
    expect(await page.evaluate('document.activeElement.tagName')).toBe('H1');
    await page.goBack();
    await last.waitFor();
    await expect.poll(() => scrolledTo(page)).toBe(before);
  });

  it('stays, and adds nothing to the history, when a link leads to the page itself', async () => {
    const page = await visitors.visit('/', { screen: 'desktop' });
    await page.locator('a[href="/tickets"]').first().click();
    await page.waitForURL('**/tickets');
    const before = await page.evaluate<number>('history.length');
    await page.locator('a[href="/tickets"]').first().click();
    expect(await page.evaluate<number>('history.length')).toBe(before);
    expect(new URL(page.url()).pathname).toBe('/tickets');
    await page.goBack();
    await page.locator('a[href="/concerts/winter"]').waitFor();
  });

  it('lists what is over apart, and sells nothing of it', async () => {
    const page = await visitors.visit('/', { screen: 'desktop' });
    const [coming, past] = [page.locator('.poster-grid').first(), page.locator('.poster-grid').last()];
    await coming.locator('a[href="/concerts/winter"]').waitFor();
    expect(await coming.locator('.poster-card').count()).toBe(41);
    expect(await page.getByRole('heading', { name: 'Past concerts' }).count()).toBe(1);
    expect(await past.locator('.poster-card').allInnerTexts()).toEqual([
      expect.stringMatching(/Last Spring[^]*Ended/),
    ]);
  });

  it('shows the operator from the top, and the buyer again', async () => {
    const page = await visitors.visit('/', { screen: 'desktop' });
    await page.locator('.poster-card').last().waitFor();
    await page.getByRole('link', { name: 'Operator console' }).click();
    await page.waitForURL('**/operator');
    await page.getByRole('link', { name: 'Box office' }).waitFor();
    expect(await scrolledTo(page)).toBe(0);
    expect(await page.title()).toBe('Operator sign-in · Rowlock');
    await page.getByRole('link', { name: 'Box office' }).click();
    await page.getByRole('heading', { name: 'Concerts', exact: true }).waitFor();
    expect(await page.title()).toBe('Concerts · Rowlock');
  });

  it('leaves a click with a modifier key, and a link to the documentation, to the browser', async () => {
    const page = await visitors.visit('/', { screen: 'desktop' });
    const link = page.locator('a[href="/concerts/winter"]');
    const [opened] = await Promise.all([
      page.context().waitForEvent('page'),
      link.click({ modifiers: ['ControlOrMeta'] }),
    ]);
    expect(opened.url()).toMatch(/\/concerts\/winter$/);
    expect(new URL(page.url()).pathname).toBe('/');
    await page.getByRole('link', { name: 'API documentation' }).click();
    await page.getByText('Hold seats').first().waitFor();
  });

  it.each([
    ['/concerts/winter/', 'The End of Winter'],
    ['/concerts/winter/seats', 'Page not found'],
  ])('knows what stands at %s', async (path, heading) => {
    const page = await visitors.visit(path);
    await page.getByRole('heading', { name: heading }).first().waitFor();
    await page.getByRole('link', { name: 'Rowlock' }).tap();
    await page.getByRole('heading', { name: 'Concerts', exact: true }).waitFor();
  });

  it.each(['/concerts/%', '/operator/accounts/%'])('finds no page at %s', async (path) => {
    const page = await visitors.visit('/');
    const link = `Object.assign(document.createElement('a'), { href: '${path}' })`;
    await page.evaluate(`document.body.appendChild(${link}).click()`);
    await page.getByRole('heading', { name: 'Page not found' }).first().waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Concerts', exact: true }).waitFor();
  });

  it.each(['kim@example.com', 'auth0:kim', 'a/b%2Fc'])('reads the account %s in an address', async (id) => {
    const asOperator = { screen: 'desktop', as: 'operator', role: 'admin' } as const;
    const page = await visitors.visit(`/operator/accounts/${encodeURIComponent(id)}`, asOperator);
    await page.getByRole('textbox', { name: 'Account' }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Account' }).inputValue()).toBe(id);
  });

  it('begins another page for another id', async () => {
    const asOperator = { screen: 'desktop', as: 'operator', role: 'admin' } as const;
    const page = await visitors.visit('/operator/accounts/kim', asOperator);
    const account = page.getByRole('textbox', { name: 'Account' });
    await account.fill('lee');
    await page.getByRole('textbox', { name: 'Account' }).press('Enter');
    await page.waitForURL('**/operator/accounts/lee');
    await page.goBack();
    await expect.poll(() => account.inputValue()).toBe('kim');
  });

  it('says so when the operator’s pages cannot be loaded', async () => {
    const page = await visitors.visit('/', { screen: 'desktop' });
    await page.route('**/assets/operator-*.js', (route) => route.abort());
    await page.getByRole('link', { name: 'Operator console' }).click();
    await page.getByText('The operator’s pages could not be loaded.').waitFor();
    await page.unroute('**/assets/operator-*.js');
    await page.getByRole('button', { name: 'Reload' }).click();
    await page.getByRole('link', { name: 'Box office' }).waitFor();
  });
});
