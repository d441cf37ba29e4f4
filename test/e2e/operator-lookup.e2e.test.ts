/** Looking people up by name or e-mail address, and what the box office and an administrator can do about what is kept. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { endRowlockProcesses } from '../support/rowlock-process.ts';
import { catalogueOf } from './halls.ts';
import { describeInBrowser, useBrowser } from './use-browser.ts';
import { useService } from './use-service.ts';

endRowlockProcesses();

const MINJI = 'oidc-5f0c2e_minji@issuer';

describeInBrowser('looking people up', () => {
  const service = useService(catalogueOf({ own: {} }));
  const visitors = useBrowser(service);
  const refused: string[] = [];

  beforeAll(async () => {
    await plant(MINJI, '김민지', 'minji@example.com');
    await plant('oidc-minsu', '김민수', 'minsu@example.com');
    await plant('oidc-anna', 'Anna Lindqvist', 'anna@elsewhere.example');
    for (let i = 1; i <= 21; i += 1) await plant(`crowd-${i}`, `Crowd ${i}`, null);
    await service.hold(MINJI, 'own', ['A-1-1']);
  });

  for (const screen of ['phone', 'desktop'] as const) {
    it(`finds them by the beginning of either on a ${screen}, and comes back to what was found`, async () => {
      const page = await visitors.visit('/operator/reservations', { screen, as: 'operator', role: 'admin' });
      await find(page, '김민');
      await page.getByText('2 accounts found.').waitFor();
      const found = page.locator('.op-found');
      expect(await found.locator('strong').allInnerTexts()).toEqual(['김민수', '김민지']);
      await find(page, 'MINJI@');
      await page.getByText('1 account found.').waitFor();
      expect(await sidewaysOf(page)).toBe(0);
      // Browsers and proxies remember addresses.
      expect(page.url()).toBe(`${service.url}/operator/reservations`);
      await found.focus();
      await page.keyboard.press('Enter');
      const person = page.getByRole('region', { name: 'Person' });
      await person.getByText('김민지').waitFor();
      await person.getByText('minji@example.com').waitFor();
      await page.locator('.op-reservation').waitFor();
      expect(await sidewaysOf(page)).toBe(0);
      await page.goBack();
      await page.getByText('1 account found.').waitFor();
      expect(await field(page).inputValue()).toBe('MINJI@');
    });
  }

  it('says that there are more, that there is none, and why it cannot look', async () => {
    const page = await visitors.visit('/operator/reservations', {
      screen: 'phone',
      as: 'operator',
      role: 'admin',
    });
    await find(page, 'crowd');
    await page.getByText('The first 20 accounts.').waitFor();
    expect(await page.locator('.op-found').count()).toBe(20);
    await find(page, 'lindqvist');
    await page.getByText('No account found.').waitFor();
    await field(page).fill('x');
    expect(await field(page).evaluate((input) => input.matches(':invalid'))).toBe(true);
    await page.context().setOffline(true);
    await find(page, 'anna');
    await page.locator('[data-outcome="offline"]').first().waitFor();
    await page.context().setOffline(false);
    await page.getByText('1 account found.').waitFor();
  });

  it('erases what is kept, after a question, and the log has it', async () => {
    await plant('leaver', 'Lea Ver', 'lea@example.com');
    await service.sql(
      `insert into session (session_key, account_id, scopes, created_at, last_used_at, idle_ends_at, ends_at)
       select sha256(i::text::bytea), 'leaver', '{}', now.at, now.at, now.at + interval '1 hour', now.at + interval '1 day'
       from generate_series(1, 2) as i, (select clock_timestamp() as at) as now`,
    );
    const page = await visitors.visit('/operator/accounts/leaver', {
      screen: 'phone',
      as: 'boss',
      role: 'admin',
    });
    const person = page.getByRole('region', { name: 'Person' });
    await person.getByRole('button', { name: 'Sign out on every device…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
    await person.getByText('2 sessions ended.').waitFor();
    const erase = person.getByRole('button', { name: 'Erase name and e-mail…' });
    await erase.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await person.getByText('lea@example.com').waitFor();
    await erase.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Erase' }).click();
    await person.getByText('No name or e-mail address is stored').waitFor();
    await person.getByText('Name and e-mail address erased.').waitFor();
    expect(await person.getByRole('button').count()).toBe(0);
    expect(await page.locator('#person').evaluate((heading) => heading.matches(':focus'))).toBe(true);
    expect(await person.innerText()).not.toContain('lea@example.com');
    expect(await service.sql(`select from profile where account_id = 'leaver'`)).toEqual([]);
    await page.getByRole('link', { name: 'Log' }).click();
    await page.getByText('Name and e-mail erased').waitFor();
    await page.getByText('Signed out everywhere').waitFor();
    await page.getByText('Sessions ended').first().waitFor();
  });

  it('offers the box office no more than it may do', async () => {
    const page = await visitAs('rowlock:box-office');
    await find(page, 'anna');
    await page.locator('.op-found').click();
    const person = page.getByRole('region', { name: 'Person' });
    await person.getByRole('button', { name: 'Sign out on every device…' }).waitFor();
    expect(await person.getByRole('button').count()).toBe(1);
    const bound = await visitAs('rowlock:box-office@own');
    await bound.getByRole('heading', { name: 'Find by seat' }).waitFor();
    expect(await bound.getByRole('search').count()).toBe(0);
    expect(refused).toEqual([]);
  });

  const field = (page: Page): ReturnType<Page['getByRole']> =>
    page.getByRole('searchbox', { name: 'Name or e-mail address' });

  async function find(page: Page, query: string): Promise<void> {
    await field(page).fill(query);
    await field(page).press('Enter');
  }

  /** How far the page can be moved sideways. */
  async function sidewaysOf(page: Page): Promise<unknown> {
    return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  }

  async function plant(accountId: string, name: string, email: string | null): Promise<void> {
    await service.sql(
      `insert into profile (account_id, name, email, name_key, email_key, updated_at)
       values ($1, $2, $3, lower($2), lower($3), clock_timestamp())`,
      [accountId, name, email],
    );
  }

  /** A page of somebody with this scope and no other. */
  async function visitAs(scope: string): Promise<Page> {
    const secret = (await readFile(join(service.dataDir, 'jwt-secret'), 'utf8')).trim();
    const token = await new SignJWT({ scope })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('somebody')
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(secret));
    const session = { token, accountId: 'somebody', role: 'admin', scopes: [scope], isPrivileged: true };
    const localStorage = [{ name: 'rowlock.session', value: JSON.stringify(session) }];
    const storageState = { cookies: [], origins: [{ origin: service.url, localStorage }] };
    const context = await visitors.context({ screen: 'desktop' }, { storageState });
    const page = await context.newPage();
    page.on('response', (response) => {
      if (response.status() === 403) refused.push(response.url());
    });
    await page.goto('/operator/reservations');
    return page;
  }
});
