/** The seat map on small screens: what a tap shows, where zooming leads, and what lies over it. */
import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { CatalogueDocument } from '../../src/catalogue/import/document/document.ts';
import { endRowlockProcesses } from '../support/rowlock-process.ts';
import { catalogueOf, readStadium, STADIUM_PERFORMANCE } from './halls.ts';
import { anySeatOnMap } from './map-seats.ts';
import { describeInBrowser, useBrowser } from './use-browser.ts';
import { useService } from './use-service.ts';

endRowlockProcesses();

/** The least distance between seats that fingers hit. */
const FINGER_PX = 26;
const BAR_PX = 60;

function catalogue(): CatalogueDocument {
  const [small, stadium] = [catalogueOf({ folded: {} }), readStadium()];
  return {
    venues: [...small.venues, ...stadium.venues],
    concerts: [...small.concerts, ...stadium.concerts],
  };
}

/** What the page drew on its canvases, and a clock that can run fast. */
interface Watched {
  texts: { readonly text: string; readonly x: number; readonly y: number; readonly onMap: boolean }[];
  frames: number;
  hurry: boolean;
}

/** Runs in the page before anything else. */
function watchCanvases(): void {
  const page = globalThis as unknown as {
    watched: Watched;
    CanvasRenderingContext2D: { prototype: Drawing };
  };
  page.watched = { texts: [], frames: 0, hurry: false };
  const { prototype } = page.CanvasRenderingContext2D;
  const { fillText, strokeRect } = prototype;
  prototype.fillText = function (text, x, y) {
    page.watched.texts.push({ text, x, y, onMap: this.canvas.className === 'seat-map-canvas' });
    fillText.call(this, text, x, y);
  };
  prototype.strokeRect = function (...box) {
    if (this.canvas.className === 'seat-map-overview') page.watched.frames++;
    strokeRect.apply(this, box);
  };
  const now = performance.now.bind(performance);
  let ahead = 0;
  performance.now = () => now() + (page.watched.hurry ? (ahead += 5) : ahead);
}

interface Drawing {
  readonly canvas: { readonly className: string };
  fillText: (this: Drawing, text: string, x: number, y: number) => void;
  strokeRect: (this: Drawing, ...box: [number, number, number, number]) => void;
}

/** Runs in the page: changes the theme while the map is hidden, shows it again, and tells how wide the overview is drawn. */
async function themeOfHiddenMap(): Promise<{ readonly wide: number; readonly drawn: number }> {
  const page = globalThis as unknown as MapPage;
  const until = async (isDone: () => boolean): Promise<void> => {
    while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  const map = page.document.querySelector('.seat-map');
  const canvas = page.document.querySelector('.seat-map-canvas');
  const overview = page.document.querySelector('.seat-map-overview');
  const request = page.requestAnimationFrame.bind(page);
  let frames = 0;
  // Hidden only while a frame is drawn: the map learns that it has no room from the browser, which tells it after a frame.
  page.requestAnimationFrame = (draw) =>
    request((nowMs) => {
      map.style.display = 'none';
      draw(nowMs);
      map.style.display = '';
      frames += 1;
    });
  overview.width = 0;
  page.document.documentElement.dataset['theme'] = 'dark';
  // One frame makes the painter, the next would make the overview; the first may have been asked for before.
  await until(() => frames >= 1);
  for (let next = 0; next < 3; next++) await new Promise(request);
  page.requestAnimationFrame = request;
  map.style.display = 'none';
  await until(() => canvas.width === 0);
  map.style.display = '';
  await until(() => overview.width > 0);
  return { wide: overview.clientWidth, drawn: overview.width / page.devicePixelRatio };
}

interface MapPage {
  requestAnimationFrame(draw: (nowMs: number) => void): number;
  readonly devicePixelRatio: number;
  readonly document: {
    readonly documentElement: { readonly dataset: Record<string, string> };
    querySelector(selector: string): {
      width: number;
      readonly clientWidth: number;
      readonly style: { display: string };
    };
  };
}

function watchedIn(page: Page): Promise<Watched> {
  return page.evaluate(() => (globalThis as unknown as { watched: Watched }).watched);
}

describeInBrowser('the seat map on a small screen', () => {
  const service = useService(catalogue());
  const visitors = useBrowser(service);

  async function open(performanceId: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await visitors.context({}, options);
    await context.addInitScript(watchCanvases);
    const page = await context.newPage();
    await page.goto(`/performances/${performanceId}`);
    await page.waitForFunction(() => performance.getEntriesByName('seat-map').length > 0);
    return page;
  }

  /** Taps a section of the stadium below the pitch, where rows are level. */
  async function tapSection(page: Page): Promise<void> {
    const { x, y, width, height } = (await page.locator('.seat-map-canvas').boundingBox())!;
    await page.touchscreen.tap(x + width * 0.45, y + height * 0.82);
    await page.locator('.seat-map-place:not([hidden])').waitFor();
  }

  it('shows seats far enough apart for a finger, with their numbers and rows, after a tap', async () => {
    const page = await open(STADIUM_PERFORMANCE);
    expect((await watchedIn(page)).frames).toBe(0);
    await tapSection(page);
    const { x, width } = (await page.locator('.seat-map-canvas').boundingBox())!;
    const pointed = page.locator('.seat-map-pointed');
    const at = await anySeatOnMap(page, 'available');
    const seats: { readonly name: string; readonly from: number }[] = [];
    for (let across = 20; across < width - 20; across++) {
      await page.mouse.move(x + across, at.y);
      const name = (await pointed.textContent()) ?? '';
      if (name !== '' && name !== seats.at(-1)?.name) seats.push({ name, from: across });
    }
    expect(seats.length).toBeGreaterThan(4);
    const between = seats.slice(2, -1).map(({ from }, i) => from - seats[i + 1]!.from);
    expect(Math.min(...between)).toBeGreaterThanOrEqual(FINGER_PX - 1);
    const { texts, frames } = await watchedIn(page);
    // Seats are numbered on the squares, rows at the edge of the map itself.
    expect(texts.filter(({ text, onMap }) => !onMap && /^2\d$/.test(text)).length).toBeGreaterThan(10);
    const rows = texts.filter(({ text, x: left, onMap }) => onMap && left < 30 && /^\d+$/.test(text));
    expect(new Set(rows.map(({ text }) => text)).size).toBeGreaterThan(3);
    // The overview frames what is seen.
    expect(frames).toBeGreaterThan(0);
  });

  it('goes to a place of the overview', async () => {
    const page = await open(STADIUM_PERFORMANCE);
    await tapSection(page);
    const before = await page.locator('.seat-map-place').textContent();
    await page.locator('.seat-map-overview').scrollIntoViewIfNeeded();
    await page.locator('.seat-map-overview').tap({ position: { x: 17, y: 28 } });
    await expect.poll(() => page.locator('.seat-map-place').textContent()).not.toBe(before);
  });

  it('draws its overview once it is seen again, when the theme has changed just before it was hidden', async () => {
    const page = await open(STADIUM_PERFORMANCE);
    const widths = await page.evaluate(themeOfHiddenMap);
    expect(widths.wide).toBeGreaterThan(0);
    expect(widths.drawn).toBe(widths.wide);
  });

  it('ends at seats, not on the empty pitch, when the middle of the stadium is magnified', async () => {
    const page = await open(STADIUM_PERFORMANCE);
    for (let step = 0; step < 12; step++) await page.getByRole('button', { name: 'Zoom in' }).tap();
    const { x, y, width, height } = (await page.locator('.seat-map-canvas').boundingBox())!;
    // However far the reader drags.
    await page.mouse.move(x + width / 2, y + height * 0.8);
    await page.mouse.down();
    await page.mouse.move(x + width / 2, y + height * 0.1, { steps: 5 });
    await page.mouse.up();
    await page.mouse.move(x + width / 2, y + height * 0.1);
    await page.mouse.down();
    for (let drag = 0; drag < 4; drag++) await page.mouse.move(x + width / 2, y + 2_000 * (drag + 1));
    await page.mouse.up();
    await anySeatOnMap(page, 'available');
  });

  it("has the grade's colour where seats are not drawn yet", async () => {
    const page = await open(STADIUM_PERFORMANCE);
    // From now on every frame is out of time before it has drawn a single square.
    await page.evaluate(() => ((globalThis as unknown as { watched: Watched }).watched.hurry = true));
    await tapSection(page);
    const coloured = (): Promise<number> =>
      page.locator('.seat-map-canvas').evaluate((canvas: unknown) => {
        const { width, height, getContext } = canvas as {
          width: number;
          height: number;
          getContext: (kind: '2d') => { getImageData: (...box: number[]) => { data: Uint8Array } };
        };
        const { data } = getContext.call(canvas, '2d').getImageData(0, height / 2, width, height / 2);
        let found = 0;
        for (let i = 0; i < data.length; i += 4) {
          const [red, green, blue] = [data[i]!, data[i + 1]!, data[i + 2]!];
          if (Math.max(red, green, blue) - Math.min(red, green, blue) > 40) found++;
        }
        return found / (data.length / 4);
      });
    await expect.poll(coloured).toBeGreaterThan(0.5);
  });

  it.each([
    ['a phone on its side', { viewport: { width: 844, height: 390 } }],
    ['a page at 200 %', { viewport: { width: 195, height: 422 } }],
    ['text at 200 %', {}],
  ] as const)('is not covered by the panel on %s', async (what, options) => {
    const page = await open('folded', options);
    if (what === 'text at 200 %')
      await page.evaluate(`document.documentElement.style.setProperty('font-size', '200%')`);
    const top = `document.querySelector('.seat-map').getBoundingClientRect().top`;
    await page.evaluate(`scrollBy(0, ${top} - ${BAR_PX})`);
    const map = (await page.locator('.seat-map').boundingBox())!;
    const panel = (await page.locator('.pick-panel').boundingBox())!;
    expect(map.height).toBeGreaterThanOrEqual(180);
    expect(panel.y).toBeGreaterThanOrEqual(map.y + map.height - 1);
  });

  it('folds and unfolds the panel, and holds from the folded one', async () => {
    const page = await open('folded', { viewport: { width: 844, height: 390 } });
    const best = page.getByRole('button', { name: 'Best 2 together: R' });
    expect(await best.isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Best seats together' }).tap();
    await best.waitFor();
    await page.getByRole('button', { name: 'Fold' }).tap();
    expect(await best.isVisible()).toBe(false);
    await page.getByRole('button', { name: 'List', exact: true }).tap();
    await page.getByRole('button', { name: 'Stalls A' }).tap();
    await page.getByRole('button', { name: 'Stalls A, row 1, seat 3,' }).tap();
    await page.getByRole('button', { name: 'Your seats · 1 seat' }).waitFor();
    await page.getByRole('button', { name: 'Hold 1 seat' }).waitFor();
  });
});
