/**
 * How long the seat map takes to draw a frame: `npx tsx test/e2e/seat-map-draw.ts`.
 *
 * The stadium of the demo, 50,000 seats, of which 300 change four times a second, in headless Chromium without a
 * graphics card. What is measured is all that runs in the page's animation frames, from the browser's trace: the time
 * that the page's thread worked, which other work on the machine doesn't lengthen, and beside it the time that passed.
 * A second round reads the canvas after each frame, so that the browser must paint the pixels before the frame ends.
 * Exits 1 when a p95 of work is above 8 ms.
 */
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { demoMaps } from '../../web/test/demo-maps.ts';
import { launchChromium } from './chromium.ts';

const GOAL_MS = 8;
const FRAMES_MS = 4_000;

/** What the page of `seat-map-draw/` and the frame clock put there. */
interface MeasuredWindow {
  show: (options: ShowOptions) => Promise<void>;
  change: (count: number) => number;
  chosen?: number[];
}

export interface ShowOptions {
  readonly venue: string;
  readonly view?: 'map' | 'list';
  readonly mine?: readonly number[];
  readonly selected?: readonly number[];
  readonly focus?: readonly number[];
}

/** Builds the page, serves it and opens it; the caller closes it. */
export async function openSeatMapPage(): Promise<{ readonly url: string; close: () => Promise<void> }> {
  const outDir = await mkdtemp(join(tmpdir(), 'rowlock-seat-map-'));
  await build({
    configFile: fileURLToPath(new URL('../../web/vite.config.ts', import.meta.url)),
    root: fileURLToPath(new URL('seat-map-draw', import.meta.url)),
    logLevel: 'error',
    build: { outDir, emptyOutDir: true },
  });
  const maps = demoMaps();
  const types: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css' };
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const map = maps.get(path.slice(1).replace('.json', ''));
    if (map !== undefined) return response.setHeader('content-type', 'application/json').end(map);
    response.setHeader('content-type', types[extname(path)] ?? 'text/html');
    return createReadStream(join(outDir, path === '/' ? 'index.html' : path))
      .on('error', () => response.writeHead(404).end())
      .pipe(response);
  });
  await listen(server);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await rm(outDir, { recursive: true });
    },
  };
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
}

/** Runs in the page before anything else: makes each animation frame wait for the canvas's pixels. */
function waitForPixels(): void {
  const page = globalThis as unknown as {
    requestAnimationFrame: (act: (atMs: number) => void) => number;
    document: { querySelector: (of: string) => { getContext: (kind: '2d') => PixelReader } };
  };
  const request = page.requestAnimationFrame.bind(globalThis);
  page.requestAnimationFrame = (act) =>
    request((atMs) => {
      act(atMs);
      page.document.querySelector('.seat-map-canvas').getContext('2d').getImageData(0, 0, 1, 1);
    });
}

interface PixelReader {
  getImageData: (...box: number[]) => void;
}

/** Moves the map until a moment (`performance.now()`). */
type Drive = (page: Page, untilMs: number) => Promise<void>;

const RUNS: Readonly<
  Record<string, { readonly before: (page: Page) => Promise<void>; readonly drive: Drive }>
> = {
  'pan, sections': { before: async () => {}, drive: pan },
  'pan, many seats': { before: (page) => wheel(page, -115, 4), drive: pan },
  'pan, near': { before: (page) => wheel(page, -115, 9), drive: pan },
  'zoom in and out': { before: async () => {}, drive: zoom },
};

async function wheel(page: Page, by: number, times: number): Promise<void> {
  const { width, height } = page.viewportSize()!;
  await page.mouse.move(width * 0.62, height * 0.55);
  for (let i = 0; i < times; i++) {
    await page.mouse.wheel(0, by);
    await page.waitForTimeout(50);
  }
  await page.waitForTimeout(800);
}

export async function pan(page: Page, untilMs: number): Promise<void> {
  const { width, height } = page.viewportSize()!;
  const [middleX, middleY] = [width / 2, height * 0.6];
  for (let turn = 0; performance.now() < untilMs; turn++) {
    await page.mouse.move(middleX, middleY);
    await page.mouse.down();
    for (let step = 0; step < 40 && performance.now() < untilMs; step++) {
      const angle = (turn + step / 40) * 2.4;
      await page.mouse.move(
        middleX + step * 0.009 * width * Math.cos(angle),
        middleY + step * 0.009 * height * Math.sin(angle),
      );
    }
    await page.mouse.up();
  }
}

export async function zoom(page: Page, untilMs: number): Promise<void> {
  const { width, height } = page.viewportSize()!;
  for (let step = 0; performance.now() < untilMs; step++) {
    if (step % 20 === 0) await page.mouse.move(width * (0.2 + ((step * 37) % 60) / 100), height * 0.6);
    await page.mouse.wheel(0, step % 100 < 50 ? -60 : 60);
  }
}

export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

interface TraceEvent {
  readonly name: string;
  /** Microseconds that passed, and that the thread worked. */
  readonly dur: number;
  readonly tdur: number;
}

/** A frame that worked less than this drew nothing. */
const IDLE_US = 200;

/** The frames that were drawn while `act` ran. */
export async function traceFrames(browser: Browser, page: Page, act: () => Promise<void>): Promise<Frames> {
  await browser.startTracing(page, { categories: ['devtools.timeline'] });
  await act();
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const frames = trace.traceEvents.filter(
    ({ name, tdur }) => name === 'FireAnimationFrame' && tdur >= IDLE_US,
  );
  return { work: frames.map(({ tdur }) => tdur / 1000), passed: frames.map(({ dur }) => dur / 1000) };
}

/** The frames of one run, while hundreds of seats change four times a second. */
async function measure(browser: Browser, page: Page, drive: Drive): Promise<Measured> {
  const updates: number[] = [];
  const frames = await traceFrames(browser, page, async () => {
    const live = setInterval(() => {
      void page
        .evaluate(() => (globalThis as unknown as MeasuredWindow).change(300))
        .then((ms) => updates.push(ms));
    }, 250);
    await drive(page, performance.now() + FRAMES_MS);
    clearInterval(live);
  });
  return { ...frames, updates };
}

/** Milliseconds. */
export interface Frames {
  readonly work: readonly number[];
  readonly passed: readonly number[];
}

interface Measured extends Frames {
  readonly updates: readonly number[];
}

const STADIUM: ShowOptions = { venue: 'bluehill-stadium' };

function cell(values: readonly number[], part: number): string {
  return quantile(values, part).toFixed(1).padStart(6);
}

async function main(): Promise<void> {
  const served = await openSeatMapPage();
  const browser = await launchChromium();
  let slow = false;
  try {
    for (const [width, height, ratio] of [
      [1440, 900, 1],
      [390, 844, 3],
    ] as const) {
      for (const [name, { before, drive }] of Object.entries(RUNS)) {
        for (const withPixels of [false, true]) {
          const page = await browser.newPage({ viewport: { width, height }, deviceScaleFactor: ratio });
          if (withPixels) await page.addInitScript(waitForPixels);
          await page.goto(served.url);
          await page.evaluate((options) => (globalThis as unknown as MeasuredWindow).show(options), STADIUM);
          await page.waitForTimeout(500);
          await before(page);
          const { work, passed, updates } = await measure(browser, page, drive);
          await page.close();
          slow ||= !withPixels && quantile(work, 0.95) > GOAL_MS;
          process.stdout.write(
            `${width}x${height}@${ratio} ${name.padEnd(20)} ${withPixels ? 'with pixels' : 'script     '}` +
              ` work p50${cell(work, 0.5)} p95${cell(work, 0.95)} max${cell(work, 1)} ms,` +
              ` passed p50${cell(passed, 0.5)} p95${cell(passed, 0.95)} ms, ${work.length} frames,` +
              ` update p50${cell(updates, 0.5)} ms\n`,
          );
        }
      }
    }
  } finally {
    await browser.close();
    await served.close();
  }
  process.exitCode = slow ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
