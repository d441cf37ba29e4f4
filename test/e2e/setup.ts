/** Before all browser tests: is there a browser, and are there pages? */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findChromium } from './chromium.ts';

const PAGES = fileURLToPath(new URL('../../web/dist/index.html', import.meta.url));

/** Without a browser the tests are skipped on a developer's machine, and fail in continuous integration. */
export default function setup(): void {
  if (findChromium() === undefined) {
    const missing = 'no Chromium on the PATH (Debian: apt-get install chromium)';
    if (process.env['CI'] === 'true') throw new Error(`${missing}: the browser tests are never skipped here`);
    process.stderr.write(`${missing}: the browser tests are skipped\n`);
    return;
  }
  if (!existsSync(PAGES)) throw new Error('web/dist is missing: npm run build');
}
