/** What a buyer's browser must load before it shows anything, as `npm run build` made it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { PAGES_DIR } from '../../src/http/pages.ts';

const SCRIPT_BYTES_MAX = 100_000;

function read(file: string): string {
  return readFileSync(join(PAGES_DIR, file), 'utf8');
}

/** The scripts of the page, and those that they import before they run; what `import()` loads later is not among them. */
function scriptsOf(page: string): ReadonlySet<string> {
  const scripts = new Set(
    [...read(page).matchAll(/(?:src|href)="\.?\/([^"]+\.js)"/g)].map(([, file]) => file!),
  );
  // A set that grows while it is walked is walked to its end.
  for (const script of scripts) {
    for (const [, file] of read(script).matchAll(/\b(?:from|import)\s*["'`]\.\/([^"'`]+\.js)["'`]/g))
      scripts.add(join(script, '..', file!));
  }
  return scripts;
}

it('is under 100 kB of script, compressed', () => {
  const sizes = [...scriptsOf('index.html')].map((script) => gzipSync(read(script)).byteLength);
  expect(sizes.length).toBeGreaterThan(0);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(SCRIPT_BYTES_MAX);
});
