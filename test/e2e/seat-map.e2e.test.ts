import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { CatalogueDocument, PerformanceDocument } from '../../src/catalogue/document.ts';
import { DEMO_CATALOGUE, endRowlockProcesses, startRowlock } from '../support/rowlock-process.ts';
import { sectionDocument, venueDocument } from '../support/catalogue-documents.ts';
import { catalogueOf, PRICES } from './halls.ts';
import { seatOnMap } from './map-seats.ts';
import { pan, quantile, traceFrames, zoom } from './seat-map-draw.ts';
import { describeInBrowser, useBrowser } from './use-browser.ts';
import { useService } from './use-service.ts';

endRowlockProcesses();

/** An event waits a quarter of a second at most; the rest is for a machine that has other work to do. */
const LIVE_MS_MAX = 5_000;
/** The goal is 8 ms (`seat-map-draw.ts` judges by it); a machine that has other work to do fails only by far. */
const DRAW_MS_MAX = 40;
const STADIUM_SEATS = 50_000;

function readStadium(): CatalogueDocument {
  const demo = JSON.parse(readFileSync(DEMO_CATALOGUE, 'utf8')) as CatalogueDocument;
  const [stadium] = demo.concerts.filter(({ id }) => id === 'comet-stadium-night');
  const performances = stadium!.performances.slice(0, 1).map(openSince2020);
  return {
    venues: demo.venues.filter(({ id }) => id === performances[0]!.venue),
    concerts: [{ ...stadium!, performances }],
  };
}

function openSince2020(performance: PerformanceDocument): PerformanceDocument {
  return { ...performance, sale: { opensAt: '2020-01-01T00:00:00+09:00' } };
}

/** The small hall, the stadium of the demo, and a cellar of two seats. */
function catalogue(): CatalogueDocument {
  const stadium = readStadium();
  const small = catalogueOf({
    race: {},
    unheard: {},
    watched: {},
    storm: {},
    opening: { sale: { opensAt: '2039-01-01T00:00:00+09:00' } },
    paused: {},
    ended: {},
    few: { venue: 'cellar', prices: { R: PRICES.R } },
  });
  return {
    venues: [...small.venues, ...stadium.venues, venueDocument('cellar', [sectionDocument('A', [2])])],
    concerts: [...small.concerts, ...stadium.concerts],
  };
}

describeInBrowser('the seat map', () => {
  const service = useService(catalogue());
  const visitors = useBrowser(service);

  const listButton = (page: Page): Locator => page.getByRole('button', { name: 'List', exact: true });
  const holdButton = (page: Page): Locator => page.getByRole('button', { name: 'Hold 1 seat' });

  /** A buyer who has chosen the seat in the list. */
  async function choose(performanceId: string, as: string, seat: string): Promise<Page> {
    const page = await visitors.visit(`/performances/${performanceId}`, { as });
    await listButton(page).tap();
    await page.getByRole('button', { name: 'Stalls A' }).tap();
    await page.getByRole('button', { name: `Stalls A, ${seat},` }).tap();
    await page.locator('.chosen-seat').waitFor();
    return page;
  }

  async function holdersOf(performanceId: string): Promise<readonly string[]> {
    const rows = await service.sql<{ account_id: string }>(
      `select r.account_id from reservation as r where r.performance_id = $1 and r.state = 'held'
       order by r.account_id`,
      [performanceId],
    );
    return rows.map(({ account_id }) => account_id);
  }

  async function takeOffer(page: Page): Promise<void> {
    await page.locator('.loss-note').getByText('Somebody was a moment quicker').waitFor();
    await page.getByRole('button', { name: /^Take A, row [123], seat [456] instead$/ }).tap();
    await holdButton(page).tap();
    await page.getByRole('heading', { name: 'Checkout' }).waitFor();
  }

  it('lets two buyers want one seat: one has it, the other is told gently and offered the nearest', async () => {
    const pages = await Promise.all([
      choose('race', 'anna', 'row 2, seat 5'),
      choose('race', 'ben', 'row 2, seat 5'),
    ]);
    await Promise.all(pages.map((page) => holdButton(page).dispatchEvent('click')));
    await Promise.all(pages.map((page) => page.locator('.loss-note, .time-left').first().waitFor()));
    const losers: Page[] = [];
    for (const page of pages) if ((await page.locator('.loss-note').count()) === 1) losers.push(page);
    expect(losers).toHaveLength(1);
    expect(await holdersOf('race')).toHaveLength(1);
    await takeOffer(losers[0]!);
    expect(await holdersOf('race')).toEqual(['anna', 'ben']);
  });

  it('tells a buyer the same who asked before the map had heard of it', async () => {
    const page = await choose('unheard', 'ben', 'row 2, seat 5');
    await page.route(
      '**/v1/performances/unheard/reservations',
      async (route) => {
        await service.hold('anna', 'unheard', ['A-2-5']);
        await route.continue();
      },
      { times: 1 },
    );
    await holdButton(page).tap();
    await takeOffer(page);
    expect(await holdersOf('unheard')).toEqual(['anna', 'ben']);
  });

  it('shows what others do within a second, without a reload', async () => {
    const list = await visitors.visit('/performances/watched', { as: 'watcher', screen: 'desk' });
    await listButton(list).click();
    await list.getByRole('button', { name: 'Stalls A' }).click();
    const map = await visitors.visit('/performances/watched', { as: 'watcher', screen: 'desk' });
    await map.getByText('40 left').first().waitFor();
    const { x, y } = await seatOnMap(map, 'Stalls A, row 2, ', 'seat 5,');
    await map.mouse.move(1, 1);
    const picture = async (): Promise<string> => {
      const shot = await map.screenshot({ clip: { x: x - 12, y: y - 12, width: 24, height: 24 } });
      return shot.toString('base64');
    };
    const free = await picture();
    let loads = 0;
    for (const page of [list, map]) page.on('load', () => (loads += 1));

    const held = await service.hold('anna', 'watched', ['A-2-5']);
    const heldAtMs = performance.now();
    await list.locator('.seat-list-is-held').waitFor();
    const delayMs = performance.now() - heldAtMs;
    await expect.poll(picture).not.toBe(free);
    const asHeld = await picture();
    await service.charge('anna', held.amount);
    await service.pay('anna', 'watched', held);
    await list.locator('.seat-list-is-sold').waitFor();
    await expect.poll(picture).not.toBe(asHeld);
    const path = `/v1/performances/watched/reservations/${held.id}/refund`;
    await service.ask({ method: 'POST', path, as: 'anna' });
    await expect.poll(() => list.locator('.seat-list-is-sold').count()).toBe(0);
    await expect.poll(picture).toBe(free);
    process.stderr.write(`a hold was seen ${delayMs.toFixed(0)} ms after its answer\n`);
    expect(delayMs).toBeLessThan(LIVE_MS_MAX);
    expect(loads).toBe(0);
  });

  it('keeps up with a storm, in which a purchase succeeds or fails honestly', async () => {
    const watcher = await visitors.visit('/performances/storm', { as: 'watcher', screen: 'desk' });
    await listButton(watcher).click();
    for (const name of ['Stalls A', 'Stalls B']) await watcher.getByRole('button', { name }).click();
    const buyer = await visitors.visit('/performances/storm', { as: 'stormy' });
    const best = buyer.getByRole('button', { name: 'Best 2 together: S' });
    await best.waitFor();
    const crowd = ['--buyers', '60', '--performance', 'storm', '--url', service.url];
    const journal = join(service.dataDir, 'storm.jsonl');
    const demo = startRowlock(['demo', ...crowd, '--journal', journal, '--data-dir', service.dataDir]);
    await demo.printed(/60 buyers storm/);
    await best.dispatchEvent('click');
    const held = buyer.getByRole('heading', { name: 'Checkout' });
    const refused = buyer.locator('.problem-note[data-outcome="seats_unavailable"], .grade-button:disabled');
    await held.or(refused.first()).first().waitFor();
    const isHeld = await held.isVisible();
    if (isHeld) {
      await buyer.locator('.action-bar .button').tap();
      await buyer.locator('svg.qr').first().waitFor();
    }
    const { code, stdout } = await demo.ended;
    expect(code, stdout).toBe(0);
    const [own] = await service.sql<{ seats: number }>(
      `select count(*)::int as seats from reservation as r join seat as s
         on s.performance_id = r.performance_id and s.reservation_id = r.reservation_id
       where r.account_id = 'stormy' and s.state = 'sold'`,
    );
    expect(own?.seats).toBe(isHeld ? 2 : 0);
    const seatMap = await service.ask<{ seats: readonly { label: string }[] }>({
      method: 'GET',
      path: '/v1/performances/storm/seat-map',
    });
    const truth = async (): Promise<readonly string[]> => {
      const path = '/v1/performances/storm/seats';
      const { seats } = await service.ask<{ seats: string }>({ method: 'GET', path });
      return seatMap.seats.map(({ label }, index) => `${label} ${seats[index]}`).toSorted();
    };
    await expect.poll(async () => isDeepStrictEqual(await listed(watcher), await truth())).toBe(true);
    expect(await listed(watcher)).toEqual(await truth());
    expect((await truth()).filter((seat) => seat.endsWith('s')).length).toBeGreaterThan(20);
  });

  it('opens by itself when the time has come', async () => {
    await service.sql(
      `update performance set sale_opens_at = clock_timestamp() + interval '4 seconds' where performance_id = 'opening'`,
    );
    const page = await visitors.visit('/performances/opening');
    let loads = 0;
    page.on('load', () => (loads += 1));
    await expect.poll(() => page.locator('.opening .countdown').textContent()).toMatch(/^0:0[1-4]$/);
    await page.getByText('The sale has not opened yet.').waitFor();
    await page.getByRole('button', { name: 'Best 2 together: R' }).waitFor();
    expect(await page.locator('.opening').count()).toBe(0);
    expect(loads).toBe(0);
  });

  it('stops while the sale is paused, keeps what was chosen, and says when it has ended', async () => {
    const page = await choose('paused', 'patient', 'row 1, seat 1');
    await service.setSale('paused', 'paused');
    await page.getByRole('heading', { name: 'The sale is paused' }).waitFor();
    expect(await holdButton(page).count()).toBe(0);
    await service.setSale('paused', 'open');
    await holdButton(page).waitFor();
    await service.setSale('paused', 'closed');
    await page.getByRole('heading', { name: 'The sale has ended' }).waitFor();
    expect(await page.locator('.pick-panel').count()).toBe(0);
  });

  it('says when every seat is held, and when all are sold', async () => {
    const page = await visitors.visit('/performances/few');
    await page.locator('.grade-button').first().waitFor();
    const held = await service.hold('first', 'few', ['A-1-1', 'A-1-2']);
    await page.getByRole('heading', { name: 'Every seat is being held right now' }).waitFor();
    await service.charge('first', held.amount);
    await service.pay('first', 'few', held);
    await page.getByRole('heading', { name: 'Sold out' }).waitFor();
    await page.getByRole('link', { name: 'See the other performances' }).tap();
    await page.locator('a[href="/performances/few"] .badge[data-sale="sold_out"]').waitFor();
  });

  it('draws 50,000 seats, pans and zooms', async () => {
    const page = await visitors.visit('/performances/comet-2030-06-15', { screen: 'desk' });
    await page.locator('.seat-map-canvas').waitFor();
    const left = async (): Promise<number> => {
      const counts = await page.locator('.seat-map-grades .seat-map-left').allTextContents();
      return counts.reduce((sum, words) => sum + Number(words.replaceAll(/\D/g, '')), 0);
    };
    await expect.poll(left).toBe(STADIUM_SEATS);
    const whole = await page.locator('.seat-map-canvas').screenshot();
    const { work } = await traceFrames(visitors.browser, page, async () => {
      await zoom(page, Date.now() + 2_000);
      await pan(page, Date.now() + 2_000);
    });
    const p95Ms = quantile(work, 0.95);
    process.stderr.write(
      `the stadium drew ${work.length} frames, p50 ${quantile(work, 0.5).toFixed(1)} ms, p95 ${p95Ms.toFixed(1)} ms\n`,
    );
    expect(work.length).toBeGreaterThan(20);
    expect(p95Ms).toBeLessThan(DRAW_MS_MAX);
    expect((await page.locator('.seat-map-canvas').screenshot()).equals(whole)).toBe(false);
    await page.getByRole('button', { name: 'Show everything' }).click();
    await service.holdBest('far', 'comet-2030-06-15', 'B', 4);
    await expect.poll(left).toBe(STADIUM_SEATS - 4);
  });
});

/** The seats of the open sections as the list shows them: label and the letter of the state, in order. */
async function listed(page: Page): Promise<readonly string[]> {
  const seats = await page.locator('.seat-list-seat').evaluateAll((buttons) =>
    buttons.map((button) => {
      const [, section, row, seat] =
        /Stalls (.+), row (.+), seat (.+?),/.exec(button.getAttribute('aria-label') ?? '') ?? [];
      const state = /seat-list-is-(\w)/.exec(button.className)?.[1] ?? '';
      return `${section}-${row}-${seat} ${state}`;
    }),
  );
  return seats.toSorted();
}
