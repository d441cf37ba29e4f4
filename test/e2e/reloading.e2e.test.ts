/** What a buyer has begun: over a reload, and in many tabs. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { endRowlockProcesses } from '../support/rowlock-process.ts';
import { catalogueOf } from './halls.ts';
import { describeInBrowser, useBrowser } from './use-browser.ts';
import { useService } from './use-service.ts';

endRowlockProcesses();

describeInBrowser('a buyer who has chosen seats', () => {
  const service = useService(catalogueOf({ kept: {}, taken: {}, held: {}, tabs: {} }));
  const visitors = useBrowser(service);

  /** Chooses these seats of section A in the list; every name begins with the row. */
  async function choose(page: Page, seats: readonly (readonly [row: number, seat: number])[]): Promise<void> {
    await page.getByRole('button', { name: 'List', exact: true }).click();
    await page.getByRole('button', { name: 'Stalls A' }).click();
    for (const [row, seat] of seats) {
      await page.getByRole('button', { name: `Stalls A, row ${row}, seat ${seat},` }).click();
    }
  }

  const chosen = async (page: Page): Promise<readonly string[]> => {
    const names = await page.locator('.chosen-seat .fill').allTextContents();
    return names.map((name) => name.replaceAll('\u00a0', ' '));
  };

  it('finds them after a reload, in this tab and for this performance only', async () => {
    const page = await visitors.visit('/performances/kept', { screen: 'desktop', as: 'keeper' });
    await choose(page, [
      [2, 3],
      [2, 4],
    ]);
    await page.reload();
    await page.locator('.chosen-seat').nth(1).waitFor();
    expect(await chosen(page)).toEqual(['Stalls A, row 2, seat 3', 'Stalls A, row 2, seat 4']);
    await page.goto('/performances/taken');
    await page.locator('.grade-button').first().waitFor();
    expect(await chosen(page)).toEqual([]);
    const other = await page.context().newPage();
    await other.goto('/performances/kept');
    await other.locator('.grade-button').first().waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.reload();
    await page.locator('.grade-button').first().waitFor();
  });

  it('learns by name which of them is gone meanwhile, and keeps the rest', async () => {
    const page = await visitors.visit('/performances/taken', { screen: 'desktop', as: 'slow' });
    await choose(page, [
      [2, 3],
      [2, 4],
    ]);
    await page.goto('/wallet');
    await service.hold('quick', 'taken', ['A-2-3']);
    await page.goto('/performances/taken');
    await page.locator('.loss-note').getByText('Stalls A, row 2, seat 3 has been taken').waitFor();
    expect(await chosen(page)).toEqual(['Stalls A, row 2, seat 4']);
  });

  it('has none chosen once they are held', async () => {
    const page = await visitors.visit('/performances/held', { screen: 'desktop', as: 'holder' });
    await choose(page, [[1, 1]]);
    await page.getByRole('button', { name: 'Hold 1 seat' }).click();
    await page.locator('.pay').waitFor();
    await page.goto('/performances/held');
    await page.locator('.grade-button').first().waitFor();
    expect(await chosen(page)).toEqual([]);
    expect(await page.locator('.loss-note').count()).toBe(0);
  });

  it('may open seven tabs over HTTP/1.1: each loads, and each is live', async () => {
    const context = await visitors.context({ screen: 'desktop', as: 'many' });
    const pages: Page[] = [];
    for (let tab = 0; tab < 7; tab++) {
      const page = await context.newPage();
      await page.goto('/performances/tabs');
      await page.locator('.grade-button').first().waitFor();
      pages.push(page);
    }
    await service.hold('quick', 'tabs', ['A-2-3', 'A-2-4']);
    for (const page of pages) {
      await page.locator('.grade-button[data-grade=R]', { hasText: '38 left' }).waitFor();
    }
    // Six connections are all that the browser has; a request of the page still finds one.
    await pages[6]!.goto('/wallet');
    await pages[6]!.locator('.figure-value').waitFor();
  });
});
