/** Before all browser tests: is there a browser, and are there pages? */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findFirefox, NO_FIREFOX } from './browsers/firefox.ts';
import { findChromium } from './chromium.ts';

const PAGES = fileURLToPath(new URL('../../web/dist/index.html', import.meta.url));

/** Without a browser its tests are skipped on a developer's machine, and fail in continuous integration. */
export default function setup(): void {
  if (findChromium() === undefined) missing('no Chromium on the PATH (Debian: apt-get install chromium)');
  if (findFirefox() === undefined) missing(NO_FIREFOX);
  if (!existsSync(PAGES)) throw new Error('web/dist is missing: npm run build');
}

function missing(what: string): void {
  if (process.env['CI'] === 'true') throw new Error(`${what}: the browser tests are never skipped here`);
  process.stderr.write(`${what}: its browser tests are skipped\n`);
}
