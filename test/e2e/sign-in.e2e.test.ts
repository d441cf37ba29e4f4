/** Signing in at a real issuer, in a browser, in the middle of what a buyer does. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { accountIdOf } from '../../src/http/sign-in/account.ts';
import type { OidcIssuer } from '../support/oidc-issuer.ts';
import { CLIENT, startOidcIssuer } from '../support/oidc-issuer.ts';
import { statusOfNewConnection } from '../support/processes.ts';
import { endRowlockProcesses } from '../support/rowlock-process.ts';
import { catalogueOf, PRICES } from './halls.ts';
import { describeInBrowser, useBrowser } from './use-browser.ts';
import { useService } from './use-service.ts';

endRowlockProcesses();

describeInBrowser('signing in at an issuer', () => {
  const tests = ['choosing', 'holding', 'paying', 'two-tabs', 'elsewhere', 'operator'];
  let issuer: OidcIssuer;
  let stranger: { readonly server: Server; readonly port: number };

  beforeAll(async () => {
    issuer = await startOidcIssuer(() => [service.url]);
    const server = createServer((_request, reply) => {
      reply.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Elsewhere</title>');
    }).listen(0);
    await once(server, 'listening');
    stranger = { server, port: (server.address() as AddressInfo).port };
  });
  const service = useService(catalogueOf(Object.fromEntries(tests.map((id) => [id, {}]))), {
    env: () => ({
      ROWLOCK_OIDC_ISSUER: issuer.url,
      ROWLOCK_OIDC_CLIENT_ID: CLIENT.id,
      ROWLOCK_OIDC_CLIENT_SECRET: CLIENT.secret,
      ROWLOCK_OIDC_ROLES: 'groups:ticket-admins=rowlock:admin',
    }),
  });
  const visitors = useBrowser(service, () => [
    issuer.url,
    `http://127.0.0.1:${stranger.port}`,
    `http://localhost:${stranger.port}`,
  ]);
  beforeEach(async () => {
    await issuer.restart();
    // Each process remembers for a moment that the issuer was away.
    await expect.poll(() => statusesOf('/sign-in')).toEqual([303]);
  });
  afterAll(async () => {
    stranger?.server.closeAllConnections();
    stranger?.server.close();
    await issuer?.stop();
  });

  const accountOf = (person: string): string => accountIdOf(issuer.url, person);
  const payButton = (page: Page): ReturnType<Page['locator']> => page.locator('.action-bar .button');

  /** At the issuer, as this person. */
  async function beAt(page: Page, person: string): Promise<void> {
    await page.getByLabel('Who are you?').fill(person);
    await page.getByRole('button', { name: 'That is me' }).click();
  }

  /** A browser that has signed in, on this page. */
  async function signedIn(person: string, path: string): Promise<{ page: Page; context: BrowserContext }> {
    const context = await visitors.context();
    const page = await context.newPage();
    await page.goto(`/sign-in?return=${path}`);
    await beAt(page, person);
    await page.waitForURL(service.url + path);
    return { page, context };
  }

  /** What the processes answer, in turn: each status once. */
  async function statusesOf(path: string, headers?: Readonly<Record<string, string>>): Promise<number[]> {
    const asked = Array.from({ length: 4 }, () => statusOfNewConnection(service.url + path, headers));
    return [...new Set(await Promise.all(asked))];
  }

  /** The browser's session ends behind its pages' back. */
  async function endSession(person: string, context: BrowserContext): Promise<void> {
    await service.ask({
      method: 'DELETE',
      path: `/v1/admin/accounts/${accountOf(person)}/sessions`,
      as: 'operator',
      role: 'admin',
    });
    await refused(context);
  }

  /** An ended session is refused by every process: those that did not end it go on for a few seconds. */
  async function refused(context: BrowserContext): Promise<void> {
    const cookie = `rowlock=${(await secretOf(context))!}`;
    await expect.poll(() => statusesOf('/v1/wallet', { cookie })).toEqual([401]);
  }

  const secretOf = async (context: BrowserContext): Promise<string | undefined> =>
    (await context.cookies(service.url)).find(({ name }) => name === 'rowlock')?.value;

  it('keeps the seats that were chosen, and shows who is signed in', async () => {
    issuer.people.set('minji', { name: '김민지', email: 'minji@example.com' });
    const page = await visitors.visit('/performances/choosing');
    await page.evaluate(`sessionStorage.setItem('rowlock.choice.choosing', '["A-1-3"]')`);
    await page.reload();
    const hold = page.getByRole('button', { name: 'Hold 1 seat · ₩150,000' });
    await hold.click();
    const sheet = page.getByRole('dialog', { name: 'Sign in' });
    // What applies, and nothing else.
    expect(await sheet.getByRole('textbox').count()).toBe(0);
    await sheet.getByRole('button', { name: 'Sign in' }).click();
    await beAt(page, 'minji');
    await page.waitForURL(`${service.url}/performances/choosing`);
    await hold.click();
    await page.waitForURL(/\/reservations\//);
    await page.locator('summary', { hasText: 'Settings' }).click();
    expect(await page.locator('.account-name').innerText()).toMatch(/김민지\s+minji@example.com$/);
    await page.goto('/wallet');
    await page.getByText('김민지 · minji@example.com').waitFor();
  });

  it('in the middle of a purchase leads back to the hold, which is still there', async () => {
    const { page, context } = await signedIn('holder', '/wallet');
    const account = accountOf('holder');
    await service.topUp(account, PRICES.R);
    const { id } = await service.hold(account, 'holding', ['A-1-1']);
    await endSession('holder', context);
    const path = `/performances/holding/reservations/${id}`;
    await page.goto(path);
    await page.getByRole('button', { name: 'Sign in again' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Sign in' }).click();
    // The issuer still knows the person, and leads back at once.
    await page.waitForURL(service.url + path);
    await payButton(page).click();
    await page.locator('svg.qr').first().waitFor();
  });

  it('goes on with a payment whose session has ended on its way, and pays once', async () => {
    const { page, context } = await signedIn('payer', '/wallet');
    const account = accountOf('payer');
    await service.topUp(account, 2 * PRICES.R);
    const { id } = await service.hold(account, 'paying', ['A-1-1']);
    const path = `/performances/paying/reservations/${id}`;
    const keys: string[] = [];
    await page.goto(path);
    await payButton(page).waitFor();
    await page.route('**/payment', async (route, request) => {
      keys.push(request.headers()['idempotency-key'] ?? '');
      if (keys.length === 1) await endSession('payer', context);
      await route.continue();
    });
    const before = await secretOf(context);
    await payButton(page).click();
    const sheet = page.getByRole('dialog', { name: 'Sign in again' });
    await sheet.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('svg.qr').first().waitFor();
    expect(await secretOf(context)).not.toBe(before);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
    const rows = await service.sql<{ kind: string }>(
      `select kind::text from ledger_entry where account_id = $1 and kind = 'payment'`,
      [account],
    );
    expect(rows).toHaveLength(1);
  });

  it('in one tab is a sign-in in the other, which goes on once it is looked at', async () => {
    const { page, context } = await signedIn('tabs', '/wallet');
    const account = accountOf('tabs');
    const other = await context.newPage();
    await other.goto('/tickets');
    await endSession('tabs', context);
    await other.reload();
    await other.getByRole('button', { name: 'Sign in again' }).waitFor();
    await page.goto('/sign-in?return=/wallet');
    await page.waitForURL(`${service.url}/wallet`);
    await other.bringToFront();
    await other.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
    await other.getByRole('button', { name: 'Sign in again' }).waitFor({ state: 'detached' });
    // As somebody else: what this tab wants does not happen in the other one's name.
    const held = await page.evaluate(
      async ([performance, expected]) => {
        const response = await fetch(`/v1/performances/${performance}/reservations`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'idempotency-key': 'as-somebody-else',
            'rowlock-account': expected!,
          },
          body: JSON.stringify({ seats: ['A-1-1'] }),
        });
        return response.status;
      },
      ['two-tabs', accountOf('somebody else')],
    );
    expect(held).toBe(401);
    expect(await service.sql('select from session where account_id = $1', [account])).toHaveLength(1);
  });

  it('ends on every device, and at the issuer', async () => {
    const { page } = await signedIn('leaving', '/wallet');
    const { page: phone, context: phoneContext } = await signedIn('leaving', '/wallet');
    await page.locator('summary', { hasText: 'Settings' }).click();
    await page.getByRole('button', { name: 'Sign out on every device' }).click();
    await page.waitForURL((url) => url.origin === issuer.url);
    await page.getByRole('button', { name: 'Sign out there, too' }).click();
    await page.waitForURL(`${service.url}/`);
    expect(await service.sql('select from session where account_id = $1', [accountOf('leaving')])).toEqual(
      [],
    );
    await refused(phoneContext);
    await phone.reload();
    await phone.getByRole('button', { name: 'Sign in again' }).waitFor();
  });

  it.each(['127.0.0.1', 'localhost'])("does not let a page of %s act in the buyer's name", async (host) => {
    const { page, context } = await signedIn(`victim of ${host}`, '/wallet');
    const evil = await context.newPage();
    await evil.goto(`http://${host}:${stranger.port}/`);
    const statuses = await evil.evaluate(async (url) => {
      const body = JSON.stringify({ seats: ['A-1-1'] });
      const send = async (path: string, headers: Record<string, string>): Promise<string> => {
        const answer = await fetch(url + path, {
          method: 'POST',
          mode: 'no-cors',
          credentials: 'include',
          headers,
          body,
        });
        return answer.type;
      };
      const simple = await send('/sign-out/everywhere', { 'content-type': 'text/plain' });
      const asked = await fetch(`${url}/v1/performances/elsewhere/reservations`, {
        method: 'POST',
        credentials: 'include',
        headers: { 'content-type': 'application/json', 'idempotency-key': 'k' },
        body,
      }).catch(() => 'blocked');
      return [simple, asked];
    }, service.url);
    expect(statuses).toEqual(['opaque', 'blocked']);
    await evil.evaluate(`{
      const form = document.createElement('form');
      Object.assign(form, { method: 'post', action: '${service.url}/sign-out/everywhere' });
      document.body.append(form);
      form.submit();
    }`);
    await evil.waitForURL(`${service.url}/sign-out/everywhere`);
    await page.reload();
    await page.locator('summary', { hasText: 'Settings' }).click();
    await page.getByRole('button', { name: 'Sign out', exact: true }).waitFor();
    expect(await service.sql(`select from reservation where performance_id = 'elsewhere'`)).toEqual([]);
    const account = accountOf(`victim of ${host}`);
    expect(await service.sql('select from session where account_id = $1', [account])).toHaveLength(1);
    // What the attempts were answered with.
    expect(visitors.takeFaults().length).toBeGreaterThan(0);
  });

  it('says so while the issuer is down, and lets a buyer look on', async () => {
    const page = await visitors.visit('/wallet');
    await issuer.stop();
    await page.locator('.sign-in-first').getByRole('button', { name: 'Sign in' }).click();
    // Another buyer's sign-in may have seen the issuer half a minute ago.
    await expect
      .poll(async () => {
        await page.goto('/sign-in?return=/wallet').catch(() => undefined);
        return page
          .getByRole('heading')
          .first()
          .innerText({ timeout: 1_000 })
          .catch(() => '');
      })
      .toBe('Signing in is not possible right now');
    await page.getByRole('link', { name: 'Continue without signing in' }).click();
    await page.waitForURL(`${service.url}/wallet`);
    expect(visitors.takeFaults().join()).toMatch(/503: .*\/sign-in/);
  });

  it("opens the operator's pages to a role, and to no other account", async () => {
    issuer.people.set('boss', { groups: ['ticket-admins'] });
    const { page: buyer } = await signedIn('no boss', '/operator');
    await buyer.getByText('no operator role').waitFor();
    const { page } = await signedIn('boss', '/operator');
    await page.getByRole('navigation', { name: 'Operator pages' }).waitFor();
  });
});
