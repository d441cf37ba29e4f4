/** Pages whose script does not come: never a blank page. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { endRowlockProcesses } from '../support/rowlock-process.ts';
import { catalogueOf } from './halls.ts';
import { useSite } from './site.ts';
import { describeInBrowser, useBrowser } from './use-browser.ts';
import { useService } from './use-service.ts';

endRowlockProcesses();

describeInBrowser('a page whose script does not load', () => {
  const service = useService(catalogueOf({ one: {} }));
  const site = useSite(service);
  const visitors = useBrowser(site);
  const reload = (page: Page): ReturnType<Page['getByRole']> => page.getByRole('link', { name: 'Reload' });

  it.each(['/', '/operator', '/performances/one'])('says so at %s, and loads again', async (path) => {
    const page = await (await visitors.context()).newPage();
    const script = /\/assets\/index-.*\.js$/;
    await page.route(script, (route) => route.abort());
    await page.goto(path);
    await expect.poll(() => reload(page).isVisible()).toBe(true);
    await page.getByText('This page hasn’t loaded yet.').waitFor();
    await page.unroute(script);
    await reload(page).tap();
    await page.locator('.top-bar, form').first().waitFor();
    expect(await reload(page).count()).toBe(0);
    expect(new URL(page.url()).pathname).toBe(path);
  });

  it('says nothing of it while the script is on its way', async () => {
    const page = await (await visitors.context()).newPage();
    let open = (): void => undefined;
    const gone = new Promise<void>((resolve) => (open = resolve));
    await page.route(/\/assets\/index-.*\.js$/, async (route) => {
      await gone;
      await route.continue();
    });
    await page.goto('/', { waitUntil: 'commit' });
    // Nothing is painted before the style sheet is there; with it, the words are hidden.
    await page.locator('.late').waitFor({ state: 'attached' });
    await page.locator('.late').waitFor({ state: 'hidden', timeout: 5_000 });
    open();
    await page.locator('.poster-card').waitFor();
    expect(await reload(page).count()).toBe(0);
  });

  it('asks for JavaScript where there is none', async () => {
    const page = await (await visitors.context({}, { javaScriptEnabled: false })).newPage();
    await page.goto('/operator');
    await page.locator('noscript p', { hasText: 'Please turn on JavaScript' }).waitFor({ timeout: 10_000 });
    expect(await page.locator('.late').isVisible()).toBe(false);
  });

  it('offers the new version in a tab that was open before a deploy', async () => {
    const page = await visitors.visit('/', { screen: 'desktop' });
    await page.locator('.poster-card').waitFor();
    site.deploy();
    await page.getByRole('link', { name: 'Operator console' }).click();
    await page.getByText('The operator’s pages could not be loaded.').waitFor();
    for (const fault of visitors.takeFaults()) expect(fault).toMatch(/^404: .*\/assets\/operator-/);
    await page.getByRole('button', { name: 'Reload' }).click();
    await page.getByRole('link', { name: 'Box office' }).waitFor();
  });

  it('says so when the operator’s script never comes', async () => {
    const page = await visitors.visit('/', { screen: 'desktop' });
    await page.locator('.poster-card').waitFor();
    await page.clock.install();
    await page.route('**/assets/operator-*.js', () => undefined);
    const asked = page.waitForRequest('**/assets/operator-*.js');
    await page.getByRole('link', { name: 'Operator console' }).click();
    await asked;
    await page.clock.runFor(21_000);
    await page.getByText('The operator’s pages could not be loaded.').waitFor();
  });
});
