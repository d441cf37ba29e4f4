/** What each job sees of the operator's pages: everything that it may do, and nothing that the service would refuse. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { isOperator } from '../../src/domain/scopes.ts';
import { endRowlockProcesses } from '../support/rowlock-process.ts';
import { catalogueOf } from './halls.ts';
import { describeInBrowser, useBrowser } from './use-browser.ts';
import { useService } from './use-service.ts';

endRowlockProcesses();

interface Job {
  readonly scope: string;
  readonly tabs: readonly string[];
  /** Names of the buttons on the performance's page. */
  readonly buttons: readonly string[];
  readonly sees: readonly string[];
}

const PAUSE = /^Pause/;

const JOBS: readonly Job[] = [
  { scope: 'rowlock:door', tabs: ['Performances'], buttons: ['Check-in list (CSV)'], sees: [] },
  { scope: 'rowlock:door@own', tabs: ['Performances'], buttons: ['Check-in list (CSV)'], sees: [] },
  {
    scope: 'rowlock:box-office',
    tabs: ['Performances', 'Reservations'],
    buttons: ['Check-in list (CSV)'],
    sees: ['map'],
  },
  {
    scope: 'rowlock:box-office@own',
    tabs: ['Performances', 'Reservations'],
    buttons: ['Check-in list (CSV)'],
    sees: ['map'],
  },
  {
    scope: 'rowlock:finance',
    tabs: ['Sales', 'Activity', 'Audit', 'Log'],
    buttons: ['Sales (CSV)'],
    sees: ['revenue'],
  },
  { scope: 'rowlock:finance@own', tabs: ['Sales', 'Log'], buttons: ['Sales (CSV)'], sees: ['revenue'] },
  {
    scope: 'rowlock:catalogue',
    tabs: ['Performances', 'New concert', 'Import'],
    buttons: ['Hide concert'],
    sees: [],
  },
  {
    scope: 'rowlock:sale@own',
    tabs: ['Performances'],
    buttons: ['Pause', 'Close', 'Cancel this performance…'],
    sees: [],
  },
  {
    scope: 'rowlock:admin@own',
    tabs: ['Sales', 'Reservations', 'Log'],
    buttons: ['Pause', 'Close', 'Sales (CSV)', 'Check-in list (CSV)', 'Cancel this performance…'],
    sees: ['revenue', 'map'],
  },
];

const BUTTONS = [
  'Pause',
  'Close',
  'Sales (CSV)',
  'Check-in list (CSV)',
  'Hide concert',
  'Cancel this performance…',
];

describeInBrowser('the operator’s pages', () => {
  const service = useService(catalogueOf({ own: {}, other: {} }));
  const visitors = useBrowser(service);

  it.each(JOBS)('offer $scope what it may do, and nothing else', async ({ scope, tabs, buttons, sees }) => {
    const page = await visitors.visit('/operator', { screen: 'desktop' });
    const refused: string[] = [];
    page.on('response', (response) => {
      if (response.status() === 403) refused.push(response.url());
    });
    await signIn(page, scope);
    const navigation = page.getByRole('navigation', { name: 'Operator pages' });
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await navigation.getByRole('link').allTextContents()).toEqual(tabs);
    const isBound = scope.includes('@');
    await page.locator('.op-performance').first().waitFor();
    expect(await page.locator('.op-performance').count()).toBe(isBound ? 1 : 2);
    for (const tab of tabs) {
      await navigation.getByRole('link', { name: tab }).click();
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('networkidle');
    }
    await navigation.getByRole('link').first().click();
    await page.locator('.op-performance h2 a[href$="/own"]').click();
    await page.locator('.op-map').waitFor();
    await page.waitForLoadState('networkidle');
    const offered: string[] = [];
    for (const name of BUTTONS) {
      const button = page.getByRole('button', { name: name === 'Pause' ? PAUSE : name });
      if ((await button.count()) > 0) offered.push(name);
    }
    expect(offered).toEqual(BUTTONS.filter((name) => buttons.includes(name)));
    const texts = {
      revenue: page.locator('.op-figures'),
      map: page.getByText('Choose a seat to see whose it is.'),
    };
    for (const [name, text] of Object.entries(texts)) {
      expect(await text.count(), name).toBe(sees.includes(name) ? 1 : 0);
    }
    expect(refused).toEqual([]);
  });

  it('say so to somebody who opens a page that is not theirs', async () => {
    const page = await visitors.visit('/operator/audit', { screen: 'desktop' });
    await signIn(page, 'rowlock:door@own');
    await page.getByRole('heading', { name: 'Your token’s scopes don’t open this page.' }).waitFor();
  });

  it('let a buyer’s token in no more than no token', async () => {
    const page = await visitors.visit('/operator', { screen: 'desktop' });
    await signIn(page, 'rowlock:top-up');
    await page.getByText('You are signed in as a buyer.').waitFor();
  });

  it('block an account, release its holds and keep a log of it', async () => {
    await service.hold('hoarder', 'own', ['A-1-1']);
    await service.hold('hoarder', 'other', ['A-1-1']);
    const page = await visitors.visit('/operator/accounts/hoarder', {
      screen: 'desktop',
      as: 'boss',
      role: 'admin',
    });
    await page.getByRole('button', { name: 'Block this account…' }).click();
    const question = page.getByRole('dialog');
    await question.getByRole('textbox', { name: 'Reason' }).fill('hoards');
    await question.getByRole('button', { name: 'Block account' }).click();
    await page.getByText('2 holds released.').waitFor();
    await page.getByText('Blocked since').waitFor();
    await expect(service.hold('hoarder', 'own', ['A-1-1'])).rejects.toThrow('account_blocked');
    await page.getByRole('link', { name: 'Log' }).click();
    const entries = page.locator('[data-action]');
    await entries.first().waitFor();
    const actions = await entries.evaluateAll((all) => all.map((entry) => entry.getAttribute('data-action')));
    expect(actions.slice(0, 3)).toEqual(['hold_released', 'hold_released', 'account_blocked']);
    await page.getByText('hoards').waitFor();
    await page.getByRole('combobox', { name: 'Performance' }).selectOption('other');
    await expect.poll(() => entries.count()).toBe(1);
  });

  /** As a page of a service with tokens keeps one that was pasted. */
  async function signIn(page: Page, scope: string): Promise<void> {
    const secret = (await readFile(join(service.dataDir, 'jwt-secret'), 'utf8')).trim();
    const token = await new SignJWT({ scope })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('somebody')
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(secret));
    const scopes = [scope];
    const session = {
      token,
      accountId: 'somebody',
      role: isOperator(scopes) ? 'admin' : 'buyer',
      scopes,
      isPrivileged: true,
    };
    // The page of a development service takes names only.
    await page.evaluate(
      `localStorage.setItem('rowlock.session', ${JSON.stringify(JSON.stringify(session))})`,
    );
    await page.reload();
  }
});
