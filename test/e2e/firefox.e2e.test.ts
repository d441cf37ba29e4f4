/** The main path in Debian's Firefox. Without one it is skipped, but not where `CI` is `true` (`setup.ts`). */
import { describe, it } from 'vitest';
import { endRowlockProcesses } from '../support/rowlock-process.ts';
import { findFirefox, launchFirefox } from './browsers/firefox.ts';
import { walkMainPath } from './browsers/main-path.ts';
import { catalogueOf } from './halls.ts';
import { useService } from './use-service.ts';

endRowlockProcesses();

describe.skipIf(findFirefox() === undefined)('Firefox', () => {
  const service = useService(catalogueOf({ main: {} }));

  it('goes from the first page to a ticket and a refund', async () => {
    const browser = await launchFirefox();
    try {
      await walkMainPath(browser, service.url);
    } finally {
      await browser.close();
    }
  });
});
