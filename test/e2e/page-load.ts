/** Measures the first load of a page with an empty cache: bytes, requests, paints and layout shifts. */
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';

export interface PageLoad {
  /** Largest contentful paint. */
  readonly lcpMs: number;
  /** When the seat map had drawn its seats; null on a page without a map. */
  readonly mapMs: number | null;
  /** Cumulative layout shift. */
  readonly cls: number;
  /** The longest task of the page's thread; 0 when none took 50 ms. */
  readonly longestTaskMs: number;
  /** As transferred: compressed, with headers. */
  readonly bytes: number;
  /** Of every request; a stream of events is one. */
  readonly urls: readonly string[];
}

export interface Conditions {
  readonly latencyMs: number;
  readonly downKbps: number;
  readonly upKbps: number;
  /** How many times slower than this machine. */
  readonly cpuSlowdown: number;
}

/** Lighthouse's mobile conditions as the browser applies them to each request ("slow 4G"), on a phone's processor. */
export const SLOW_4G: Conditions = { latencyMs: 562.5, downKbps: 1_474.56, upKbps: 675, cpuSlowdown: 4 };

/** What the observers leave in the page. */
interface Observed {
  lcpMs: number;
  cls: number;
  longestTaskMs: number;
}

/** Runs in the page before anything else. */
function observe(): void {
  const observed = { lcpMs: 0, cls: 0, longestTaskMs: 0 };
  (globalThis as unknown as { observedLoad: Observed }).observedLoad = observed;
  // As web-vitals counts: the worst window of shifts, at most 5 s long, with less than 1 s between two shifts.
  let shifts = { sum: 0, beganMs: 0, lastMs: 0 };
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { startTime: atMs, duration } = entry;
      const entryType: string = entry.entryType;
      if (entryType === 'largest-contentful-paint') observed.lcpMs = atMs;
      if (entryType === 'longtask') observed.longestTaskMs = Math.max(observed.longestTaskMs, duration);
      if (entryType !== 'layout-shift') continue;
      if (atMs - shifts.lastMs > 1_000 || atMs - shifts.beganMs > 5_000)
        shifts = { sum: 0, beganMs: atMs, lastMs: atMs };
      const { value } = entry as unknown as { readonly value: number };
      shifts = { ...shifts, sum: shifts.sum + value, lastMs: atMs };
      observed.cls = Math.max(observed.cls, shifts.sum);
    }
  });
  for (const type of ['largest-contentful-paint', 'longtask', 'layout-shift'])
    observer.observe({ type, buffered: true } as Parameters<typeof observer.observe>[0]);
}

/** After the page has painted what it waits for, it stays quiet for so long. */
const QUIET_MS = 1_500;

/** Loads the page in a context of its own, without anything cached, until it shows `ready`. */
export async function loadPage(
  browser: Browser,
  url: string,
  { ready, conditions, context }: { ready: string; conditions?: Conditions; context?: BrowserContext },
): Promise<PageLoad> {
  const visitor = context ?? (await browser.newContext(PHONE));
  const page = await visitor.newPage();
  try {
    await page.addInitScript(observe);
    const session = await visitor.newCDPSession(page);
    const transfer = await watchTransfer(session);
    if (conditions !== undefined) await slowDown(session, conditions);
    await page.goto(url, { waitUntil: 'commit' });
    await page.locator(ready).first().waitFor({ timeout: 60_000 });
    const hasMap = (await page.locator('.seat-map-canvas').count()) > 0;
    if (hasMap) await page.waitForFunction(() => performance.getEntriesByName('seat-map').length > 0);
    await page.waitForTimeout(QUIET_MS);
    return { ...(await readLoad(page)), bytes: transfer.bytes, urls: transfer.urls };
  } finally {
    if (context === undefined) await visitor.close();
    else await page.close();
  }
}

const PHONE = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
  locale: 'en-GB',
  timezoneId: 'Asia/Seoul',
} as const;

async function slowDown(session: CDPSession, conditions: Conditions): Promise<void> {
  const { latencyMs, downKbps, upKbps, cpuSlowdown } = conditions;
  const bytesPerSecond = (kbps: number): number => (kbps * 1024) / 8;
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: latencyMs,
    downloadThroughput: bytesPerSecond(downKbps),
    uploadThroughput: bytesPerSecond(upKbps),
  });
  await session.send('Emulation.setCPUThrottlingRate', { rate: cpuSlowdown });
}

async function watchTransfer(session: CDPSession): Promise<{ bytes: number; urls: string[] }> {
  const transfer = { bytes: 0, urls: [] as string[] };
  session.on('Network.requestWillBeSent', ({ request }) => {
    if (!request.url.startsWith('data:')) transfer.urls.push(new URL(request.url).pathname);
  });
  session.on('Network.loadingFinished', ({ encodedDataLength }) => (transfer.bytes += encodedDataLength));
  await session.send('Network.enable');
  return transfer;
}

async function readLoad(page: Page): Promise<Omit<PageLoad, 'bytes' | 'urls'>> {
  return page.evaluate(() => {
    const { observedLoad } = globalThis as unknown as { observedLoad: Observed };
    const map = performance.getEntriesByName('seat-map')[0];
    return { ...observedLoad, mapMs: map?.startTime ?? null };
  });
}
