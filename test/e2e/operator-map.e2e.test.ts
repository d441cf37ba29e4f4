/** The operator's map, the sale's buttons and the audit page: what they show, and the way back. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { endRowlockProcesses } from '../support/rowlock-process.ts';
import { catalogueOf, PRICES } from './halls.ts';
import { seatOnMap } from './map-seats.ts';
import { describeInBrowser, useBrowser } from './use-browser.ts';
import { useService } from './use-service.ts';

endRowlockProcesses();

const asOperator = { screen: 'desktop', as: 'operator', role: 'admin' } as const;

describeInBrowser('the operator', () => {
  const service = useService(
    catalogueOf({
      map: {},
      found: {},
      undone: {},
      ahead: { sale: { opensAt: '2039-01-01T00:00:00+09:00' } },
      broken: {},
    }),
  );
  const visitors = useBrowser(service);

  const saleOf = async (performanceId: string): Promise<string> => {
    const path = `/v1/performances/${performanceId}`;
    return (await service.ask<{ sale: string }>({ method: 'GET', path })).sale;
  };

  /** How much of a piece of a row is neither the ground nor nearly so. */
  async function inkIn(page: Page, row: string): Promise<number> {
    const { x, y } = await seatOnMap(page, `Stalls A, ${row}, `, 'seat 3,');
    await page.mouse.move(1, 1);
    const box = (await page.locator('.seat-map-canvas').boundingBox())!;
    return page.locator('.seat-map-canvas').evaluate(
      (canvas: unknown, [atX, atY]) => {
        const { width, clientWidth, getContext } = canvas as {
          width: number;
          clientWidth: number;
          getContext: (kind: '2d') => { getImageData: (...box: number[]) => { data: Uint8Array } };
        };
        const ratio = width / clientWidth;
        const piece = [atX, atY, 120, 14].map((px) => Math.round(px * ratio));
        const { data } = getContext.call(canvas, '2d').getImageData(...piece);
        let ink = 0;
        for (let i = 0; i < data.length; i += 4) if (data[i]! + data[i + 1]! + data[i + 2]! < 600) ink++;
        return ink / (data.length / 4);
      },
      [x - box.x, y - box.y] as const,
    );
  }

  it('sees sold seats solid, held ones hatched and free ones as an outline', async () => {
    const inRow = (row: number): readonly string[] =>
      [2, 3, 4, 5, 6, 7, 8, 9].map((seat) => `A-${row}-${seat}`);
    await service.buy('anna', 'map', inRow(1));
    await service.hold('ben', 'map', inRow(2));
    const page = await visitors.visit('/operator/performances/map', asOperator);
    await page.waitForFunction(() => performance.getEntriesByName('seat-map').length > 0);
    await page.getByRole('button', { name: 'Zoom in' }).click();
    const sold = await inkIn(page, 'row 1');
    const held = await inkIn(page, 'row 2');
    const free = await inkIn(page, 'row 3');
    expect(sold).toBeGreaterThan(held * 1.2);
    expect(held).toBeGreaterThan(free * 1.2);
    const legend = page.locator('.seat-map-states li');
    expect(await legend.allTextContents()).toEqual(['sold', 'held', 'free']);
  });

  it('learns whose a seat is by choosing it on the map', async () => {
    const { id } = await service.buy('anna', 'found', ['A-2-3', 'B-1-1']);
    const page = await visitors.visit('/operator/performances/found', asOperator);
    await page.waitForFunction(() => performance.getEntriesByName('seat-map').length > 0);
    const sold = await seatOnMap(page, 'Stalls A, row 2, ', 'seat 3,');
    await page.mouse.click(sold.x, sold.y);
    const chosen = page.locator('.op-chosen');
    await chosen.getByRole('heading', { name: 'Stalls A, row 2, seat 3' }).waitFor();
    // The seat's own price, not the reservation's.
    await chosen.getByText('₩150,000', { exact: true }).waitFor();
    await chosen.getByRole('link', { name: 'anna', exact: true }).waitFor();
    const free = await seatOnMap(page, 'Stalls A, row 2, ', 'seat 5,');
    await page.mouse.click(free.x, free.y);
    await chosen.getByText('This seat is free').waitFor();
    // Somebody takes it while it is shown.
    await service.hold('dora', 'found', ['A-2-5']);
    await chosen.getByRole('link', { name: 'dora' }).waitFor();
    await page.mouse.click(sold.x, sold.y);
    await chosen.getByRole('link', { name: id }).click();
    await page.locator('.op-reservation').getByText('Confirmed').waitFor();
  });

  it('finds a reservation by what a ticket says: section, row and seat', async () => {
    const { amount } = await service.buy('kim', 'found', ['B-3-4', 'A-3-4']);
    expect(amount).toBe(PRICES.R + PRICES.S);
    const page = await visitors.visit('/operator/reservations', { ...asOperator, screen: 'phone' });
    const form = page.locator('form', { has: page.getByRole('heading', { name: 'Find by seat' }) });
    await form.getByLabel('Performance').selectOption('found');
    await form.getByLabel('Section').selectOption('B');
    await form.getByLabel('Row').fill('3');
    await form.getByLabel('Seat', { exact: true }).fill('4');
    await form.getByRole('button', { name: 'Find' }).click();
    await page.locator('.op-reservation').getByText('₩260,000').waitFor();
    await page.locator('.op-chosen').getByText('₩110,000').waitFor();
    await form.getByLabel('Seat', { exact: true }).fill('99');
    await form.getByRole('button', { name: 'Find' }).click();
    await page.getByText('The seat map has no such seat.').waitFor();
  });

  it('takes a pause back with one click, and sees a note until then', async () => {
    const page = await visitors.visit('/operator/performances/undone', asOperator);
    await page.getByRole('button', { name: /^Pause/ }).click();
    const note = page.getByRole('status').filter({ hasText: 'Sales are paused' });
    await note.waitFor();
    expect(await saleOf('undone')).toBe('paused');
    await note.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => saleOf('undone')).toBe('open');
    await page.getByText('On sale').waitFor();
    await expect.poll(() => note.count()).toBe(0);
    await page.getByRole('button', { name: /^Pause/ }).click();
    await note.getByRole('button', { name: 'Dismiss' }).click();
    await page.getByRole('button', { name: /^Resume/ }).waitFor();
    expect(await note.count()).toBe(0);
    expect(await saleOf('undone')).toBe('paused');
  });

  it('is asked before a sale is paused or resumed ahead of its time, which nothing takes back', async () => {
    const page = await visitors.visit('/operator/performances/ahead', asOperator);
    await page.getByRole('button', { name: /^Pause/ }).click();
    const question = page.getByRole('dialog');
    await question.getByText('Sales will not open at the announced time').waitFor();
    expect(await saleOf('ahead')).toBe('not_yet');
    await question.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Paused').first().waitFor();
    await page.getByRole('button', { name: /^Open now/ }).click();
    await question.getByText('before the announced time').waitFor();
    expect(await saleOf('ahead')).toBe('paused');
  });

  it('sees that totals are not complete yet', async () => {
    const page = await (await visitors.context(asOperator)).newPage();
    let passOn = (): void => undefined;
    const passedOn = new Promise<void>((resolve) => (passOn = resolve));
    await page.route('**/v1/admin/performances/broken/sales', async (route) => {
      await passedOn;
      await route.continue();
    });
    await page.goto('/operator');
    const totals = page.locator('.op-figures');
    await totals.getByText(/^So far \d of 5 performances counted/).waitFor();
    expect(await totals.getByText(/so far · /).count()).toBe(3);
    passOn();
    await expect.poll(() => totals.getByText(/so far/i).count()).toBe(0);
  });

  it.each(['en', 'ko'] as const)('reads every kind of violation of the audit in %s', async (language) => {
    const bought = await service.buy('honest', 'broken', ['A-1-1', 'A-1-2']).catch(() => undefined);
    if (bought !== undefined) {
      // No program could write these: the guards are taken away first.
      await service.sql(`
        alter table wallet drop constraint wallet_balance_check;
        alter table seat drop constraint seat_state_matches_its_claim;
        update wallet set balance = balance + 1 where account_id = 'honest';
        update seat set state = 'free', reservation_id = null
        where performance_id = 'broken' and seat_number = 1;
        delete from seat where performance_id = 'broken' and seat_number = 80`);
    }
    const page = await visitors.visit('/operator/audit', { ...asOperator, language, screen: 'phone' });
    await page.getByRole('button', { name: language === 'ko' ? '지금 감사하기' : 'Run the audit' }).click();
    const violated = page.locator('.op-invariant', { has: page.locator('[data-tone="danger"]') });
    await violated.first().waitFor();
    const named = await violated.locator('.fill > p:first-child').allTextContents();
    const titles = {
      ko: [
        '확정된 예약은 좌석 판매·결제와 일치하고, 환불도 예약과 일치한다',
        '잔액은 거래 내역의 합이며 빠진 번호가 없다',
        '회차의 좌석은 좌석 배치도와 정확히 같다',
      ],
      en: [
        'Every confirmed reservation is sold and paid once; every refund matches one',
        'A balance is the sum of its ledger, without gaps',
        'A performance has exactly its map’s seats',
      ],
    };
    expect(named.map((title) => title.replace("'", '’'))).toEqual(
      expect.arrayContaining(titles[language].map((title) => title)),
    );
    await page
      .getByText(language === 'ko' ? /^위반 \d+건$/ : /^\d+ violations?$/)
      .first()
      .waitFor();
    // Long ids don't widen a phone's page.
    const text = await violated.locator('li').allTextContents();
    expect(text.join('\n')).toContain('honest');
    const [wide, screen] = (await page.evaluate(
      '[document.documentElement.scrollWidth, innerWidth]',
    )) as number[];
    expect(wide).toBeLessThanOrEqual(screen!);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const copy = language === 'ko' ? '위반 내용 복사' : 'Copy the violations';
    await violated.first().getByRole('button', { name: copy }).click();
    await page.getByText(language === 'ko' ? '복사했습니다' : 'Copied').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toContain(text[0]!);
  });
});
