/** The browser of the machine: playwright-core brings none of its own. */
import type { Browser } from 'playwright-core';
import { chromium } from 'playwright-core';
import { findProgram } from './browsers/driven.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'] as const;

/** Chromium on the PATH; undefined when there is none. */
export const findChromium = (): string | undefined => findProgram(...NAMES);

/** Without a screen and with a profile of its own, which is gone when the browser is closed; `args` are further arguments. */
export async function launchChromium(args: readonly string[] = []): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error(`none of ${NAMES.join(', ')} is on the PATH`);
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...args,
    ],
  });
}
