import type { JSONWebKeySet } from 'jose';
import { compactVerify, createLocalJWKSet } from 'jose';
import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { endRowlockProcesses } from '../support/rowlock-process.ts';
import { catalogueOf, PRICES } from './halls.ts';
import { seatOnMap } from './map-seats.ts';
import { describeInBrowser, useBrowser } from './use-browser.ts';
import { useService } from './use-service.ts';

endRowlockProcesses();

describeInBrowser('buying', () => {
  const service = useService(
    catalogueOf({
      phone: {},
      korean: {},
      keyboard: {},
      'keyboard-map': {},
      limited: { seatLimit: 3 },
      refunds: {},
      deadline: { refundableUntil: '2020-01-01T00:00:00+09:00' },
      release: {},
      languages: {},
    }),
  );
  const visitors = useBrowser(service);

  async function codesOf(page: Page): Promise<readonly string[]> {
    await page.locator('svg.qr').first().waitFor();
    const codes = await page.locator('svg.qr').all();
    return Promise.all(codes.map(async (code) => (await code.getAttribute('data-token')) ?? ''));
  }

  /** What the check at the entrance reads from the codes, with nothing but the published keys. */
  async function readAtTheDoor(codes: readonly string[]): Promise<readonly Record<string, unknown>[]> {
    const keys = createLocalJWKSet(
      await service.ask<JSONWebKeySet>({ method: 'GET', path: '/v1/ticket-keys' }),
    );
    return Promise.all(
      codes.map(async (code) => {
        const { payload } = await compactVerify(code, keys, { algorithms: ['EdDSA'] });
        return JSON.parse(new TextDecoder().decode(payload)) as Record<string, unknown>;
      }),
    );
  }

  it('two seats together takes at most eight taps on a phone, from the first page to the codes', async () => {
    const page = await visitors.visit('/');
    let taps = 0;
    const tap = async (target: Locator): Promise<void> => {
      await target.tap();
      taps += 1;
    };
    await tap(page.getByRole('link', { name: 'The End of Winter' }));
    await tap(page.locator('a[href="/performances/phone"]'));
    await tap(page.getByRole('button', { name: 'Best 2 together: R' }));
    await tap(page.getByRole('button', { name: 'Continue with this name' }));
    await page.getByRole('heading', { name: 'Best 2 together in R' }).waitFor();
    await tap(page.getByRole('button', { name: 'Hold 2 seats · ₩300,000' }));
    await tap(page.getByRole('button', { name: 'Top up ₩300,000 and pay' }));
    await page.getByRole('heading', { name: 'Booking confirmed' }).waitFor();
    const codes = await codesOf(page);
    expect(taps).toBeLessThanOrEqual(8);
    const tickets = await readAtTheDoor(codes);
    expect(tickets.map(({ p }) => p)).toEqual(['phone', 'phone']);
    const seats = tickets.map(({ s }) => String(s).split('-'));
    expect(seats[0]!.slice(0, 2)).toEqual(seats[1]!.slice(0, 2));
    expect(Math.abs(Number(seats[0]![2]) - Number(seats[1]![2]))).toBe(1);
    // A code changed to name another seat is refused.
    const [head, , signature] = codes[0]!.split('.');
    const body = Buffer.from(JSON.stringify({ ...tickets[0], s: 'A-9-9' })).toString('base64url');
    await expect(readAtTheDoor([`${head}.${body}.${signature}`])).rejects.toThrow(/signature/);
  });

  it('by tapping seats on the map, all of it in Korean', async () => {
    const page = await visitors.visit('/performances/korean', { language: 'ko' });
    await page.getByRole('button', { name: '가장 좋은 2자리 나란히: R' }).waitFor();
    // On a phone the seats are too small for fingers at first.
    await page.getByRole('button', { name: '확대' }).tap();
    const [first, second] = [
      await seatOnMap(page, '1층 A구역 2열 ', '5번'),
      await seatOnMap(page, '1층 A구역 2열 ', '6번'),
    ];
    await page.touchscreen.tap(first.x, first.y);
    await page.touchscreen.tap(second.x, second.y);
    await page.getByRole('button', { name: '2석 잡기 · 300,000원' }).tap();
    await page.getByRole('button', { name: '이 이름으로 계속' }).tap();
    await page.getByRole('button', { name: '300,000원 충전하고 결제하기' }).tap();
    await page.getByRole('heading', { name: '예매가 완료되었어요' }).waitFor();
    const tickets = await readAtTheDoor(await codesOf(page));
    expect(tickets.map(({ s }) => s)).toEqual(['A-2-5', 'A-2-6']);
    expect(await page.locator('.ticket-seat').allTextContents()).toEqual([
      '1층 A구역 2열 5번',
      '1층 A구역 2열 6번',
    ]);
  });

  it('needs no mouse: from the first page to the ticket by keyboard, seats chosen in the list', async () => {
    const page = await visitors.visit('/', { screen: 'desktop' });
    await page.locator('.poster-card').waitFor();
    await press(page, page.getByRole('link', { name: 'The End of Winter' }));
    await press(page, page.locator('a[href="/performances/keyboard"]'));
    await press(page, page.getByRole('button', { name: 'List', exact: true }), 'Space');
    await press(page, page.getByRole('button', { name: 'Stalls B' }));
    await tabTo(page, page.getByRole('button', { name: 'Stalls B, row 1, seat 1,' }));
    for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight', 'Space', 'ArrowRight', 'Enter']) {
      await page.keyboard.press(key);
    }
    await press(page, page.getByRole('button', { name: 'Hold 2 seats · ₩220,000' }));
    // The focus is in the sheet, at the next step.
    await focused(page.getByRole('button', { name: 'Continue with this name' }));
    await page.keyboard.press('Enter');
    await press(page, page.getByRole('button', { name: 'Top up ₩220,000 and pay' }));
    const tickets = await readAtTheDoor(await codesOf(page));
    expect(tickets.map(({ s }) => s)).toEqual(['B-2-3', 'B-2-4']);
    await focused(page.getByRole('heading', { name: 'Booking confirmed' }));
  });

  it('chooses seats on the map itself by keyboard', async () => {
    const page = await visitors.visit('/performances/keyboard-map', { screen: 'desktop', as: 'keys' });
    await page.locator('.grade-button').first().waitFor();
    await tabTo(page, page.getByRole('application', { name: /Seat map/ }));
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.locator('.chosen-seat').waitFor();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Space');
    await expect.poll(() => page.locator('.chosen-seat').count()).toBe(2);
    await page.keyboard.press('Space');
    await expect.poll(() => page.locator('.chosen-seat').count()).toBe(1);
  });

  it('gives the focus back when the sign-in is closed or done', async () => {
    const page = await visitors.visit('/performances/keyboard-map', { screen: 'desktop' });
    const best = page.getByRole('button', { name: 'Best 2 together: R' });
    const sheet = page.getByRole('dialog', { name: 'Sign in' });
    await press(page, best);
    await press(page, sheet.getByRole('button', { name: 'Close' }));
    await sheet.waitFor({ state: 'detached' });
    await focused(best);
    const menu = page.locator('.menu summary');
    await menu.focus();
    await page.keyboard.press('Enter');
    await press(page, page.getByRole('button', { name: 'Sign in' }));
    await focused(sheet.getByRole('button', { name: 'Continue with this name' }));
    await page.keyboard.press('Enter');
    await sheet.waitFor({ state: 'detached' });
    await focused(menu);
  });

  it('stops at the seat limit, in a sentence', async () => {
    await service.buy('limit', 'limited', ['A-1-1', 'A-1-2']);
    const page = await visitors.visit('/performances/limited', { as: 'limit' });
    const three = page.locator('.stepper output');
    await expect.poll(() => three.textContent()).toBe('1');
    await page.getByRole('button', { name: 'Zoom in' }).tap();
    const seat = await seatOnMap(page, 'Stalls A, row 3, ', 'seat 5,');
    await page.touchscreen.tap(seat.x, seat.y);
    await page.locator('.chosen-seat').waitFor();
    const other = await seatOnMap(page, 'Stalls A, row 3, ', 'seat 6,');
    await page.touchscreen.tap(other.x, other.y);
    await page.getByText("You've reached the seat limit (1 seat)").waitFor();
    // Bought by another device meanwhile: the service has the last word.
    await service.buy('limit', 'limited', ['B-1-1']);
    await page.getByRole('button', { name: 'Hold 1 seat · ₩150,000' }).tap();
    await page.getByText('Each account may have up to 3 seats, and you have 3.').first().waitFor();
  });

  it('shows the reader what is theirs, gives seats back until the deadline, and keeps a history', async () => {
    const held = await service.buy('refunder', 'refunds', ['A-1-1', 'A-1-2']);
    const page = await visitors.visit('/tickets', { as: 'refunder' });
    await page.getByRole('link', { name: /The End of Winter/ }).tap();
    await page.getByRole('button', { name: 'Refund', exact: true }).tap();
    await page.getByRole('button', { name: 'Cancel' }).tap();
    await page.getByRole('button', { name: 'Refund', exact: true }).tap();
    await page.getByRole('button', { name: 'Yes, refund' }).tap();
    await page.getByText('₩300,000 is back in your wallet.').waitFor();
    expect(await page.locator('svg.qr').count()).toBe(0);
    await page.getByRole('link', { name: 'View wallet' }).tap();
    await page.locator('.entry').first().waitFor();
    const entries = await page.locator('.entry').allTextContents();
    const read = /^(Refund|Payment|Top-up).*?([+−]₩[\d,]+)balance (₩[\d,]+)$/;
    expect(entries.map((entry) => read.exec(entry)?.slice(1))).toEqual([
      ['Refund', '+₩300,000', '₩300,000'],
      ['Payment', '−₩300,000', '₩0'],
      ['Top-up', '+₩300,000', '₩300,000'],
    ]);
    expect(await page.locator('.figure-value').textContent()).toBe('₩300,000');
    expect(await statesOf('refunds')).not.toContain('s');
    expect(held.amount).toBe(2 * PRICES.R);
  });

  it('says when the time for refunds has passed', async () => {
    const { id } = await service.buy('late', 'deadline', ['A-1-1']);
    const page = await visitors.visit(`/performances/deadline/reservations/${id}`, { as: 'late' });
    await page.getByRole('heading', { name: 'The refund deadline has passed.' }).waitFor();
    expect(await page.getByRole('button', { name: 'Refund', exact: true }).count()).toBe(0);
  });

  it('releases held seats, and tops up the wallet', async () => {
    const { id } = await service.hold('releaser', 'release', ['B-4-1']);
    const page = await visitors.visit('/wallet', { as: 'releaser' });
    await page.getByRole('button', { name: '₩50,000' }).tap();
    await page.getByRole('button', { name: 'Top up ₩50,000' }).tap();
    await page.getByText('₩50,000 added to your wallet').waitFor();
    // The second tap of two, when the first has been answered.
    await page.locator('form .button-wide').tap({ force: true });
    expect(await page.locator('form .button-wide').isDisabled()).toBe(true);
    await expect.poll(() => page.locator('.figure-value').textContent()).toBe('₩50,000');
    await page.goto(`/performances/release/reservations/${id}`);
    // What the wallet has already is not topped up again.
    await page.getByRole('button', { name: 'Top up ₩60,000 and pay' }).waitFor();
    await page.getByRole('button', { name: 'Release seats' }).tap();
    await page.getByRole('heading', { name: 'Seats released' }).waitFor();
    expect(await statesOf('release')).not.toContain('h');
  });

  it.each(['/concerts/nothing', '/performances/nothing'])(
    'says that %s leads nowhere, and where to go instead',
    async (path) => {
      const page = await visitors.visit(path);
      await page.getByRole('heading', { name: 'Page not found' }).first().waitFor();
      await page.getByRole('link', { name: 'See concerts' }).tap();
      await page.getByRole('link', { name: 'The End of Winter' }).waitFor();
    },
  );

  it('speaks the language of the reader, and remembers a change of it and of the theme', async () => {
    const page = await visitors.visit('/performances/languages', { language: 'ko' });
    await page.getByRole('heading', { name: '겨울의 끝' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('ko');
    await page.locator('.menu summary').tap();
    await page.getByRole('button', { name: 'English' }).tap();
    await page.getByRole('button', { name: 'Dark' }).tap();
    await page.reload();
    await page.getByRole('heading', { name: 'The End of Winter' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
    for (const path of ['/', '/concerts/winter', '/performances/languages', '/tickets', '/wallet']) {
      await page.goto(path);
      await page.locator('h1').first().waitFor();
      const words = (await page.locator('#content, footer, .top-bar').allInnerTexts()).join(' ');
      expect(words.match(/[\p{Script=Hangul}]+/gu) ?? [], path).toEqual([]);
    }
  });

  async function statesOf(performanceId: string): Promise<string> {
    const path = `/v1/performances/${performanceId}/seats`;
    return (await service.ask<{ seats: string }>({ method: 'GET', path })).seats;
  }
});

async function focused(target: Locator): Promise<void> {
  await target.waitFor();
  await expect.poll(() => target.evaluate((element) => element.matches(':focus'))).toBe(true);
}

/** Goes forward by Tab until the target has the focus. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let presses = 0; presses < 80; presses++) {
    if (await target.evaluate((element) => element.matches(':focus'))) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${String(target)}`);
}

async function press(page: Page, target: Locator, key = 'Enter'): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press(key);
}
