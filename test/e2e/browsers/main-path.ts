/** What every browser must be able to do: from the first page to a ticket, and the money back. */
import { expect } from 'vitest';
import type { Driven } from './driven.ts';
import { click, see, until } from './driven.ts';

/** Buys two seats of the performance `main` in the hall of `halls.ts`, looks at the tickets, and refunds them. */
export async function walkMainPath(browser: Driven, url: string): Promise<void> {
  await browser.go(url);
  await browser.read(`localStorage.setItem('rowlock.language', 'en')`);
  await browser.go(url);
  await click(browser, '.poster-card', 'The End of Winter');
  await click(browser, 'a[href="/performances/main"]');
  await see(browser, '.grade-button', '40 left');
  // The map is painted: its canvas has more than one colour.
  await until(
    browser,
    `(() => {
      const canvas = document.querySelector('.seat-map-canvas');
      const { width, height } = canvas;
      const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
      return new Set(new Uint32Array(data.buffer)).size > 3;
    })()`,
  );
  await click(browser, '.segments button', 'List');
  await click(browser, '.seat-list-section button', 'Stalls B');
  for (const chosen of [1, 2]) {
    await click(browser, '.seat-list-seat.seat-list-is-free');
    await until(browser, `document.querySelectorAll('.chosen-seat').length === ${chosen}`);
  }
  await click(browser, '.pick-panel button', 'Hold 2 seats');
  await click(browser, 'dialog button', 'Continue with this name');
  await click(browser, '.action-bar button', 'Top up ₩220,000 and pay');
  await see(browser, 'h1', 'Booking confirmed');
  await until(browser, `document.querySelectorAll('svg.qr').length === 2`);
  const tokens = await browser.read<readonly string[]>(
    `[...document.querySelectorAll('svg.qr')].map((code) => code.dataset.token)`,
  );
  for (const token of tokens) expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  await click(browser, '.refund button', 'Refund');
  await click(browser, 'dialog button', 'Yes, refund');
  await see(browser, '.state-note', '₩220,000 is back in your wallet.');
  await click(browser, '.state-note a', 'View wallet');
  await see(browser, '.figure-value', '₩220,000');
}
