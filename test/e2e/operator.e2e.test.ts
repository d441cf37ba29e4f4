import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { AuditReport } from '../../src/audit/report.ts';
import { endRowlockProcesses, runRowlock } from '../support/rowlock-process.ts';
import { catalogueOf, PRICES } from './halls.ts';
import { describeInBrowser, useBrowser } from './use-browser.ts';
import { useService } from './use-service.ts';

endRowlockProcesses();

interface Sales {
  readonly seats: { readonly free: number; readonly held: number; readonly sold: number };
  readonly reservations: { readonly held: number; readonly confirmed: number; readonly refunded: number };
  readonly revenue: number;
  readonly payments: number;
  readonly refunds: number;
}

describeInBrowser('the operator', () => {
  const service = useService(catalogueOf({ shown: {}, sale: {}, numbers: {}, refunded: {}, files: {} }));
  const visitors = useBrowser(service);
  const asOperator = { screen: 'desktop', as: 'operator', role: 'admin' } as const;

  it('signs in, pauses a sale and opens it again, and buyers see it at once', async () => {
    const buyer = await visitors.visit('/performances/sale', { as: 'buyer' });
    await buyer.locator('.grade-button').first().waitFor();
    const page = await visitors.visit('/operator/performances/sale', { screen: 'desktop' });
    await page.getByRole('textbox', { name: 'Name' }).fill('operator');
    await page.getByRole('button', { name: 'Sign in with a development token' }).click();
    await page.getByRole('button', { name: /^Pause/ }).click();
    await buyer.getByRole('heading', { name: 'Sales are paused' }).waitFor();
    await page.getByRole('button', { name: /^Resume/ }).click();
    await buyer.locator('.grade-button').first().waitFor();
    await page.getByRole('button', { name: /^Close/ }).click();
    const question = page.getByRole('dialog');
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'detached' });
    const close = page.getByRole('button', { name: /^Close/ });
    expect(await close.evaluate((button) => button.matches(':focus'))).toBe(true);
    await close.click();
    await question.getByRole('button', { name: 'Close' }).click();
    await buyer.getByRole('heading', { name: 'Sales have ended' }).waitFor();
    await page.getByRole('button', { name: /^Reopen/ }).waitFor();
  });

  it('shows the same numbers as the service and the audit', async () => {
    await service.buy('anna', 'numbers', ['A-1-1', 'A-1-2', 'B-1-1']);
    const { id } = await service.buy('ben', 'numbers', ['A-2-1', 'A-2-2']);
    await service.ask({
      method: 'POST',
      path: `/v1/performances/numbers/reservations/${id}/refund`,
      as: 'ben',
    });
    await service.hold('cleo', 'numbers', ['B-4-1']);
    const sales = await service.ask<Sales>({
      method: 'GET',
      path: '/v1/admin/performances/numbers/sales',
      as: 'operator',
      role: 'admin',
    });
    expect(sales).toMatchObject({
      seats: { free: 76, held: 1, sold: 3 },
      reservations: { held: 1, confirmed: 1, refunded: 1 },
      revenue: 2 * PRICES.R + PRICES.S,
      refunds: 2 * PRICES.R,
    });
    const page = await visitors.visit('/operator/performances/numbers', asOperator);
    await page.locator('.figure').first().waitFor();
    expect(await figuresOf(page)).toEqual({
      Revenue: '₩410,000 ₩710,000 paid − ₩300,000 refunded',
      Sold: '3 4% · in 1 reservation',
      Held: '1 in 1 reservation',
      Free: '76 of 80 seats',
    });
    // A sale while the page is open.
    await service.buy('dora', 'numbers', ['B-2-1']);
    await expect
      .poll(() => figuresOf(page))
      .toMatchObject({
        Revenue: expect.stringMatching(/^₩520,000 /),
        Sold: expect.stringMatching(/^4 /),
      });
  });

  it('runs the audit, which is clean and counts as the command does', async () => {
    await service.buy('anna', 'shown', ['A-1-1']);
    const page = await visitors.visit('/operator/audit', asOperator);
    await page.getByRole('button', { name: 'Run the audit' }).click();
    await page.getByRole('heading', { name: 'Everything is in order' }).waitFor();
    const { stdout } = await runRowlock(['audit', '--json', '--data-dir', service.dataDir]);
    const { clean, counts } = JSON.parse(stdout) as AuditReport;
    expect(clean).toBe(true);
    expect(await page.locator('.state-note').textContent()).toContain(
      `${counts.performances} performances, ${counts.seats} seats, ${counts.reservations} reservations, ` +
        `${counts.wallets} wallets, ${counts.entries} ledger entries`,
    );
    await page.goto('/operator');
    // Over all performances the sales are what the ledger has.
    const [ledger] = await service.sql<{ revenue: string; sold: number }>(
      `select
         (select -sum(e.amount) from ledger_entry as e where e.kind <> 'top_up') as revenue,
         (select count(*)::int from seat as s where s.state = 'sold') as sold`,
    );
    const revenue = `₩${Number(ledger?.revenue).toLocaleString('en-GB')}`;
    await expect.poll(async () => (await figuresOf(page))['Revenue']).toMatch(new RegExp(`^${revenue} `));
    expect((await figuresOf(page))['Seats sold']).toMatch(new RegExp(`^${ledger?.sold} `));
  });

  it('looks up an account whose id is an e-mail address', async () => {
    await service.buy('kim@example.com', 'shown', ['A-1-2']);
    const page = await visitors.visit('/operator/reservations', asOperator);
    await page.getByRole('textbox', { name: 'Account' }).fill('kim@example.com');
    await page.getByRole('textbox', { name: 'Account' }).press('Enter');
    await page.locator('.op-reservation').first().waitFor();
    expect(await page.getByRole('textbox', { name: 'Account' }).inputValue()).toBe('kim@example.com');
  });

  it('looks a reservation up and refunds it once, on a page without a secure context', async () => {
    const { id, amount } = await service.buy('late-buyer', 'refunded', ['A-1-1', 'A-1-2']);
    const page = await (await visitors.context(asOperator)).newPage();
    // As over plain HTTP in the venue's own network.
    await page.addInitScript('delete Crypto.prototype.randomUUID; delete Navigator.prototype.locks');
    await page.goto('/operator/reservations');
    await page.getByRole('textbox', { name: 'Account' }).fill('late-buyer');
    await page.getByRole('textbox', { name: 'Account' }).press('Enter');
    await page.getByRole('heading', { name: 'Stalls A, row 1, seats 1 and 2' }).waitFor();
    const keys: string[] = [];
    await page.route('**/refund', async (route, request) => {
      keys.push(request.headers()['idempotency-key'] ?? '');
      if (keys.length > 1) return route.continue();
      await route.fetch();
      return route.abort();
    });
    await page.getByRole('button', { name: 'Refund', exact: true }).click();
    const question = page.getByRole('dialog');
    await question.getByText('₩300,000').first().waitFor();
    await question.getByRole('checkbox', { name: 'Stalls A, row 1, seat 2' }).waitFor();
    await question.getByText('These seats go on sale again').waitFor();
    await question.getByRole('button', { name: 'Refund', exact: true }).click();
    await page.locator('.op-reservation').getByText('Refunded', { exact: true }).waitFor();
    expect(new Set(keys).size).toBe(1);
    const entries = await service.sql<{ kind: string; amount: string }>(
      'select e.kind, e.amount from ledger_entry as e where e.reservation_id = $1 order by e.seq',
      [id],
    );
    expect(entries).toEqual([
      { kind: 'payment', amount: String(-amount) },
      { kind: 'refund', amount: String(amount) },
    ]);
  });

  it('downloads the sales and the check-in list', async () => {
    const kept = await service.buy('anna', 'files', ['A-1-1', 'A-1-2']);
    const given = await service.buy('ben', 'files', ['B-1-1']);
    await service.ask({
      method: 'POST',
      path: `/v1/performances/files/reservations/${given.id}/refund`,
      as: 'ben',
    });
    const page = await visitors.visit('/operator/performances/files', asOperator);
    const save = async (name: string): Promise<readonly string[]> => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name }).click(),
      ]);
      expect(download.suggestedFilename()).toMatch(/^(sales|check-in-list)-files.*\.csv$/);
      const text = await readFile(await download.path(), 'utf8');
      return text
        .replace(/^\uFEFF/, '')
        .trim()
        .split(/\r?\n/);
    };
    const sales = await save('Sales (CSV)');
    expect(sales[0]).toBe(
      'at,venueTime,timeZone,kind,reservationId,accountId,concert,section,row,seat,label,amount,price,currency',
    );
    const kindAndSeats = sales.slice(1).map((line) => line.split(',').slice(3));
    expect(kindAndSeats.map(([kind, id, account, , , , , seat]) => [kind, id, account, seat])).toEqual([
      ['payment', kept.id, 'anna', 'A-1-1'],
      ['payment', kept.id, 'anna', 'A-1-2'],
      ['payment', given.id, 'ben', 'B-1-1'],
      ['refund', given.id, 'ben', 'B-1-1'],
    ]);
    const checkIn = await save('Check-in list (CSV)');
    expect(checkIn.slice(1).map((line) => line.split(',').slice(0, 3))).toEqual([
      ['A-1-1', kept.id, 'anna'],
      ['A-1-2', kept.id, 'anna'],
    ]);
    await page.getByText(/2 valid tickets/).waitFor();
  });

  it('makes a concert with the form, and buyers find it', async () => {
    const page = await visitors.visit('/operator/create', asOperator);
    const fields = {
      'Title in Korean': '봄밤',
      'Title in English': 'Spring Night',
      'Name in Korean': '작은 극장',
      'Name in English': 'Little Theatre',
      Starts: '2040-05-01T19:30',
      'Sale opens': '2020-01-01T10:00',
      'Price of R (KRW)': '70000',
    };
    for (const [label, value] of Object.entries(fields)) {
      await page.getByLabel(label, { exact: true }).fill(value);
    }
    await page.getByRole('button', { name: 'Review' }).click();
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { name: 'Imported' }).waitFor();
    await page.getByRole('link', { name: 'Box office' }).click();
    await page.getByRole('link', { name: 'Spring Night' }).click();
    await page.getByRole('link', { name: /Little Theatre/ }).click();
    await page.getByRole('button', { name: 'Best 2 together: R' }).waitFor();
    await page.getByText('200 left').first().waitFor();
  });

  it('refuses a file in another encoding, and takes UTF-8 with its mark', async () => {
    const page = await visitors.visit('/operator/import', asOperator);
    const choose = (name: string, buffer: Buffer): Promise<void> =>
      page.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/json', buffer });
    const area = page.getByRole('textbox');
    await choose('marked.json', Buffer.from('\uFEFF{"venues": [], "concerts": []}'));
    await expect.poll(() => area.inputValue()).toBe('{"venues": [], "concerts": []}');
    await choose('cp949.json', Buffer.from([0x22, 0xb0, 0xdc, 0xbf, 0xef, 0x22]));
    await page.getByText('cp949.json is not UTF-8').waitFor();
    expect(await area.inputValue()).toBe('{"venues": [], "concerts": []}');
    await choose('mended.json', Buffer.from('"겨울"'));
    await expect.poll(() => area.inputValue()).toBe('"겨울"');
    expect(await page.getByText('is not UTF-8').count()).toBe(0);
  });

  it('is closed to buyers', async () => {
    const page = await visitors.visit('/operator', { screen: 'desktop', as: 'buyer' });
    await page.getByText('You are signed in as a buyer.').waitFor();
    expect(await page.locator('.op-performance').count()).toBe(0);
  });
});

describeInBrowser('the operator of a process that has sold nothing yet', () => {
  const service = useService(catalogueOf({ activity: {} }));
  const visitors = useBrowser(service);

  it('sees what it does as it happens', async () => {
    const page = await visitors.visit('/operator/activity', {
      screen: 'desktop',
      as: 'operator',
      role: 'admin',
    });
    await page.locator('.figure').first().waitFor();
    const lastMinute = () => figuresOf(page);
    const holdsAndSales = (number: string) => {
      const begins = expect.stringMatching(new RegExp(`^${number} `));
      return { Holds: begins, Sales: begins };
    };
    await expect.poll(lastMinute).toMatchObject(holdsAndSales('0'));
    await service.buy('busy', 'activity', ['A-1-1']);
    await service.buy('busy', 'activity', ['A-1-2']);
    await expect.poll(lastMinute).toMatchObject(holdsAndSales('2'));
    await page.locator('.u-wrap canvas').first().waitFor();
  });
});

/** The numbers at the top of the page: by name, with their notes. */
async function figuresOf(page: Page): Promise<Readonly<Record<string, string>>> {
  const figures = await page.locator('.figure').all();
  const read = await Promise.all(
    figures.map(async (figure) => {
      const [name = '', value = '', note] = await figure.locator('p').allTextContents();
      return [name, note === undefined ? value : `${value} ${note}`] as const;
    }),
  );
  return Object.fromEntries(read);
}
