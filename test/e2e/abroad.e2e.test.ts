/** A hall in another currency and another time zone than the reader's. */
import { expect, it } from 'vitest';
import { endRowlockProcesses } from '../support/rowlock-process.ts';
import { catalogueOf } from './halls.ts';
import { describeInBrowser, useBrowser } from './use-browser.ts';
import { useService } from './use-service.ts';

endRowlockProcesses();

describeInBrowser('a hall in Berlin', () => {
  // Midnight of New Year in Berlin; the reader is in Seoul, where it is 8 in the morning.
  const midnight = { startsAt: '2031-01-01T00:00:00+01:00', prices: { R: 1_250, S: 705 } };
  const catalogue = catalogueOf({ eve: midnight, gone: { ...midnight, seatLimit: 20 } });
  const service = useService({
    ...catalogue,
    currency: 'EUR',
    venues: catalogue.venues.map((venue) => ({ ...venue, timeZone: 'Europe/Berlin' })),
  });
  const visitors = useBrowser(service);

  it.each([
    ['en', 'Wed, 1 January 2031 00:00 CET (your time: 08:00)', 'Wed 1 Jan 2031'],
    ['ko', '2031년 1월 1일 (수) 오전 12:00 독일 시간 (내 시각 오전 8:00)', '2031년 1월 1일 (수)'],
  ] as const)("has its own days and times, beside the reader's (%s)", async (language, time, day) => {
    const page = await visitors.visit('/', { language });
    const card = page.locator('.poster-card');
    await card.waitFor();
    expect((await card.innerText()).replaceAll('\u00a0', ' ')).toContain(day);
    await page.goto('/performances/eve');
    const head = page.locator('.hall-head p');
    await head.waitFor();
    expect((await head.innerText()).replaceAll('\u00a0', ' ')).toContain(time);
  });

  it('shows, tops up and takes cents', async () => {
    const page = await visitors.visit('/wallet', { as: 'anna' });
    const other = page.getByLabel('Another amount');
    // A decimal comma is no amount here, and no group.
    await other.fill('12,50');
    expect(await page.getByRole('button', { name: 'Top up', exact: true }).isDisabled()).toBe(true);
    await other.fill('12.50');
    await page.getByRole('button', { name: 'Top up €12.50' }).tap();
    await page.getByText('€12.50 added to your wallet').waitFor();
    await page.goto('/performances/eve');
    await page.getByRole('button', { name: 'Best 2 together: S' }).tap();
    await page.getByRole('button', { name: 'Hold 2 seats · €14.10' }).tap();
    await page.getByRole('button', { name: 'Top up €1.60 and pay' }).tap();
    await page.getByRole('heading', { name: 'Booking confirmed' }).waitFor();
    // Of 12.50 and 1.60, two seats at 7.05 take all.
    const wallets = await service.sql(`select balance::int as balance from wallet where account_id = 'anna'`);
    expect(wallets).toEqual([{ balance: 0 }]);
  });

  it('is called sold out on the home page once it is', async () => {
    await service.sql(
      `update performance set sale_closes_at = now(), imported_closes_at = now() where performance_id = 'eve'`,
    );
    await service.sql(
      `update seat set state = 'sold', price = list_price, reservation_id = gen_random_uuid() where performance_id = 'gone'`,
    );
    const page = await visitors.visit('/');
    const badge = page.locator('.poster-card .badge');
    await expect
      .poll(async () => {
        await page.reload();
        return badge.innerText();
      })
      .toBe('Sold out');
  });
});
