/** Visitors in a browser. A page's errors fail the test during which they occur, whatever that test checks. */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { findChromium, launchChromium } from './chromium.ts';
import type { RunningService } from './use-service.ts';

export interface Looks {
  /** `phone` is 390 pixels wide with touch; `desktop` is 1,440 pixels wide with a mouse. */
  readonly screen?: 'phone' | 'desktop';
  readonly language?: 'ko' | 'en';
  readonly theme?: 'light' | 'dark';
  /** The account that is signed in already. */
  readonly as?: string;
  readonly role?: 'buyer' | 'admin';
}

export interface Visitors {
  /** A visitor's own browser: its storage, its tabs. */
  context(looks?: Looks, options?: BrowserContextOptions): Promise<BrowserContext>;
  /** A tab in a browser of its own, on this path. */
  visit(path: string, looks?: Looks): Promise<Page>;
  /** The faults of this test so far, which then fail it no more: those that it caused. */
  takeFaults(): readonly string[];
  readonly browser: Browser;
}

/** As `describe`, skipped where there is no browser (`setup.ts` says so, and fails instead in continuous integration). */
export const describeInBrowser = describe.skipIf(findChromium() === undefined);

const SCREENS = {
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
  desktop: { viewport: { width: 1440, height: 900 } },
} as const;

/**
 * `elsewhere` are origins that visitors go to on purpose: an issuer, somebody else's page; `args` are further arguments of
 * the browser.
 */
export function useBrowser(
  service: Pick<RunningService, 'url' | 'signIn'>,
  elsewhere: () => readonly string[] = () => [],
  args: readonly string[] = [],
): Visitors {
  let browser: Browser;
  const contexts: BrowserContext[] = [];
  const faults: string[] = [];

  beforeAll(async () => {
    browser = await launchChromium(args);
  });
  afterEach(async () => {
    for (const open of contexts.splice(0)) await open.close();
    expect(faults.splice(0)).toEqual([]);
  });
  afterAll(() => browser?.close());

  async function context(looks: Looks = {}, options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const { screen = 'phone', language = 'en', theme = 'light', as: account, role = 'buyer' } = looks;
    const session = account === undefined ? undefined : { ...(await service.signIn(account, role)), role };
    const made = await browser.newContext({
      ...SCREENS[screen],
      baseURL: service.url,
      locale: language === 'ko' ? 'ko-KR' : 'en-GB',
      timezoneId: 'Asia/Seoul',
      colorScheme: theme,
      reducedMotion: 'reduce',
      ...(session !== undefined && { storageState: storageWith(service.url, session) }),
      ...options,
    });
    made.setDefaultTimeout(60_000);
    noteFaults(made, [service.url, ...elsewhere()], faults);
    contexts.push(made);
    return made;
  }

  return {
    context,
    async visit(path, looks) {
      const page = await (await context(looks)).newPage();
      await page.goto(path);
      return page;
    },
    takeFaults: () => faults.splice(0),
    get browser() {
      return browser;
    },
  };
}

function storageWith(url: string, session: object): NonNullable<BrowserContextOptions['storageState']> {
  const localStorage = [{ name: 'rowlock.session', value: JSON.stringify(session) }];
  return { cookies: [], origins: [{ origin: url, localStorage }] };
}

/** The browser's own line for a failed or missing answer, which a test may cause on purpose. */
const FAILED_REQUEST = /^Failed to load resource: /;

/** Errors in the console (also of the Content-Security-Policy), exceptions, missing files, requests to other origins. */
export function noteFaults(context: BrowserContext, urls: readonly string[], faults: string[]): void {
  context.on('weberror', (error) => faults.push(`exception: ${error.error().message}`));
  context.on('console', (message) => {
    if (message.type() !== 'error' || FAILED_REQUEST.test(message.text())) return;
    faults.push(`console: ${message.text()}`);
  });
  context.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (!urls.includes(origin) && protocol !== 'data:' && protocol !== 'blob:') {
      faults.push(`third party: ${request.url()}`);
    }
  });
  context.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (response.status() >= 400 && !pathname.startsWith('/v1/')) {
      faults.push(`${response.status()}: ${response.url()}`);
    }
  });
}
