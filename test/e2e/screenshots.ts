/**
 * Pictures of every page, at 390 and 1440 pixels, light and dark: `npm run screenshots [-- DIRECTORY [NAME...]]`.
 *
 * Starts a service of its own with the demo's concerts, lets a small crowd buy in one of them, and goes through the
 * pages as a buyer and as an operator. The language is Korean; with ROWLOCK_LANGUAGE=en it is English.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import { ROWLOCK, startDemoService } from './demo-service.ts';
import { anySeatOnMap } from './map-seats.ts';
import type { ServiceClient } from './service-client.ts';
import { createServiceClient } from './service-client.ts';

const LANGUAGE = process.env['ROWLOCK_LANGUAGE'] === 'en' ? 'en' : 'ko';
/** Several small crowds, so that the charts have something to show. */
const WAVES = 8;
const BUYERS = 30;
const PERFORMANCE = 'starlight-2030-03-01';
const STADIUM = 'comet-2030-06-15';
const OTHER_EVENING = 'starlight-2030-03-02';
const NOT_YET = 'starlight-2030-03-03';
const BUYER = 'quiet-otter-42';

interface Shot {
  readonly name: string;
  readonly as?: 'buyer' | 'admin';
  readonly path: (stand: Stand) => string;
  /** What to wait for, and to do before the picture. */
  readonly ready: (page: Page) => Promise<void>;
  /** Only what is on the screen, not the whole page: for sheets and bars at its edge. */
  readonly screenOnly?: boolean;
}

/** What the pictures show of the buyer. */
interface Stand {
  readonly ticket: string;
  readonly checkout: string;
  readonly released: string;
}

const seen =
  (selector: string) =>
  async (page: Page): Promise<void> => {
    await page.locator(selector).first().waitFor();
    await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' });
    await page.waitForTimeout(600);
  };

const SHOTS: readonly Shot[] = [
  { name: 'home', path: () => '/', ready: seen('.poster-card') },
  { name: 'concert', path: () => '/concerts/starlight-philharmonic', ready: seen('.performance-row') },
  { name: 'map', path: () => `/performances/${PERFORMANCE}`, ready: seen('.grade-button'), screenOnly: true },
  {
    name: 'map-chosen',
    as: 'buyer',
    path: () => `/performances/${PERFORMANCE}`,
    ready: chooseTwo,
    screenOnly: true,
  },
  { name: 'map-whole-page', path: () => `/performances/${PERFORMANCE}`, ready: seen('.grade-button') },
  {
    name: 'list',
    path: () => `/performances/${PERFORMANCE}`,
    ready: async (page) => {
      await page.locator('.segments button').nth(1).click();
      await page.locator('.seat-list-section button').first().click();
      await seen('.seat-list-seat')(page);
    },
    screenOnly: true,
  },
  { name: 'stadium', path: () => `/performances/${STADIUM}`, ready: seen('.grade-button'), screenOnly: true },
  { name: 'not-yet', path: () => `/performances/${NOT_YET}`, ready: seen('.opening') },
  {
    name: 'sign-in',
    path: () => `/performances/${PERFORMANCE}`,
    ready: async (page) => {
      await page.locator('.grade-button:enabled').first().click();
      await seen('dialog.sheet')(page);
    },
    screenOnly: true,
  },
  { name: 'checkout', as: 'buyer', path: ({ checkout }) => checkout, ready: seen('.pay'), screenOnly: true },
  { name: 'checkout-page', as: 'buyer', path: ({ checkout }) => checkout, ready: seen('.pay') },
  { name: 'released', as: 'buyer', path: ({ released }) => released, ready: seen('.state-note') },
  { name: 'ticket', as: 'buyer', path: ({ ticket }) => ticket, ready: seen('svg.qr') },
  {
    name: 'refund',
    as: 'buyer',
    path: ({ ticket }) => ticket,
    ready: async (page) => {
      await page.locator('.refund button').click();
      await seen('dialog.sheet')(page);
    },
    screenOnly: true,
  },
  { name: 'tickets', as: 'buyer', path: () => '/tickets', ready: seen('.ticket-row') },
  { name: 'wallet', as: 'buyer', path: () => '/wallet', ready: seen('.entry') },
  { name: 'menu', as: 'buyer', path: () => '/', ready: openMenu, screenOnly: true },
  { name: 'signed-out', path: () => '/tickets', ready: seen('.sign-in-first') },
  { name: 'not-found', path: () => '/concerts/none/none', ready: seen('h1') },
  { name: 'operator-sign-in', path: () => '/operator', ready: seen('form') },
  { name: 'operator-sales', as: 'admin', path: () => '/operator', ready: seen('.op-performance') },
  {
    name: 'operator-performance',
    as: 'admin',
    path: () => `/operator/performances/${PERFORMANCE}`,
    ready: async (page) => {
      await seen('.op-map canvas')(page);
      await seen('.u-wrap')(page);
    },
  },
  { name: 'operator-activity', as: 'admin', path: () => '/operator/activity', ready: seen('.u-wrap') },
  { name: 'operator-lookup', as: 'admin', path: () => '/operator/reservations', ready: seen('form') },
  {
    name: 'operator-account',
    as: 'admin',
    path: () => `/operator/accounts/${BUYER}`,
    ready: seen('.op-reservation'),
  },
  {
    name: 'operator-audit',
    as: 'admin',
    path: () => '/operator/audit',
    ready: async (page) => {
      await page.locator('main .button').click();
      await seen('.state-note')(page);
    },
  },
  { name: 'operator-create', as: 'admin', path: () => '/operator/create', ready: seen('form') },
  { name: 'operator-import', as: 'admin', path: () => '/operator/import', ready: seen('h1') },
];

async function chooseTwo(page: Page): Promise<void> {
  await seen('.grade-button')(page);
  const box = (await page.locator('.seat-map-canvas').boundingBox())!;
  // The first tap comes nearer, further ones choose.
  await page.mouse.click(box.x + box.width / 2, box.y + box.height * 0.53);
  await page.locator('.seat-map-button').first().click();
  await page.waitForTimeout(600);
  for (let chosen = 0; chosen < 2; chosen++) {
    const { x, y } = await anySeatOnMap(page, LANGUAGE === 'ko' ? '선택 가능' : 'available');
    await page.mouse.click(x, y);
    await page.waitForTimeout(400);
  }
  await page.mouse.move(1, 1);
  await seen('.chosen-seat')(page);
}

async function openMenu(page: Page): Promise<void> {
  await seen('.poster-card')(page);
  await page.locator('.menu summary').click();
  await page.waitForTimeout(300);
}

const SCREENS = {
  390: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
  1440: { viewport: { width: 1440, height: 900 }, deviceScaleFactor: 1 },
} as const;

/** A small crowd: `rowlock demo`. */
async function storm(url: string, seed: number): Promise<void> {
  const journal = join(tmpdir(), `rowlock-screenshots-${process.pid}.jsonl`);
  const crowd = ['--buyers', String(BUYERS), '--performance', PERFORMANCE, '--seed', String(seed)];
  const [program, ...args] = ROWLOCK;
  const demo = ['demo', '--url', url, ...crowd, '--journal', journal, '--data-dir', tmpdir()];
  await once(spawn(program, [...args, ...demo], { stdio: 'ignore' }), 'exit');
  await rm(journal, { force: true });
}

/** Some sales, some holds, and what the buyer of the pictures has. */
async function prepare(url: string, service: ServiceClient): Promise<Omit<Stand, 'checkout'>> {
  for (let wave = 1; wave <= WAVES; wave++) await storm(url, wave);
  const ticket = await service.holdBest(BUYER, PERFORMANCE, 'S', 2);
  await service.topUp(BUYER, ticket.amount + 35_000);
  await service.pay(BUYER, PERFORMANCE, ticket);
  const released = await service.holdBest(BUYER, STADIUM, 'VIP', 2);
  await service.ask({
    method: 'DELETE',
    path: `/v1/performances/${STADIUM}/reservations/${released.id}`,
    as: BUYER,
  });
  for (let other = 0; other < 12; other++) {
    await service.holdBest(`holder-${other}`, PERFORMANCE, 'R', 1 + (other % 3)).catch(() => undefined);
  }
  return {
    ticket: pathOf(PERFORMANCE, ticket.id),
    released: pathOf(STADIUM, released.id),
  };
}

function pathOf(performanceId: string, reservationId: string): string {
  return `/performances/${performanceId}/reservations/${reservationId}`;
}

/** A hold that is new: every round of pictures takes longer than the last one's would live. */
async function holdAnew(service: ServiceClient, last: string | undefined): Promise<string> {
  // Without it there is nothing to release, or time has done it.
  if (last !== undefined)
    await service.ask({ method: 'DELETE', path: `/v1${last}`, as: BUYER }).catch(() => {});
  return pathOf(OTHER_EVENING, (await service.holdBest(BUYER, OTHER_EVENING, 'R', 2)).id);
}

async function takeAll(
  browser: Browser,
  url: string,
  directory: string,
  names: readonly string[],
): Promise<void> {
  const service = createServiceClient(() => url);
  const prepared = await prepare(url, service);
  const shots = names.length === 0 ? SHOTS : SHOTS.filter(({ name }) => names.includes(name));
  let checkout: string | undefined;
  const sessions = {
    buyer: { ...(await service.signIn(BUYER)), role: 'buyer' },
    admin: { ...(await service.signIn('operator', 'admin')), role: 'admin' },
  };
  for (const [width, screen] of Object.entries(SCREENS)) {
    for (const theme of ['light', 'dark'] as const) {
      checkout = await holdAnew(service, checkout);
      const stand = { ...prepared, checkout };
      for (const shot of shots) {
        const stored = [
          { name: 'rowlock.language', value: LANGUAGE },
          ...(shot.as === undefined
            ? []
            : [{ name: 'rowlock.session', value: JSON.stringify(sessions[shot.as]) }]),
        ];
        const context = await browser.newContext({
          ...screen,
          baseURL: url,
          timezoneId: 'Asia/Seoul',
          colorScheme: theme,
          reducedMotion: 'reduce',
          storageState: { cookies: [], origins: [{ origin: url, localStorage: stored }] },
        });
        const page = await context.newPage();
        const file = join(directory, `${shot.name}-${width}-${theme}.png`);
        try {
          await page.goto(shot.path(stand));
          await shot.ready(page);
        } catch (error) {
          process.exitCode = 1;
          process.stderr.write(`${file}: ${(error as Error).message}\n`);
        }
        await page.screenshot({ path: file, fullPage: shot.screenOnly !== true });
        await context.close();
      }
    }
  }
}

const [directory = 'results/screenshots', ...names] = process.argv.slice(2);
await mkdir(directory, { recursive: true });
const service = await startDemoService();
try {
  const browser = await launchChromium();
  try {
    await takeAll(browser, service.url, directory, names);
  } finally {
    await browser.close();
  }
} finally {
  await service.end();
}
process.stdout.write(`the pictures are in ${directory}\n`);
