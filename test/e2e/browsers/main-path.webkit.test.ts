/** The main path in WebKitGTK: `npm run test:webkit`. */
import { describe, it } from 'vitest';
import { endRowlockProcesses } from '../../support/rowlock-process.ts';
import { catalogueOf } from '../halls.ts';
import { useService } from '../use-service.ts';
import { walkMainPath } from './main-path.ts';
import { launchWebKit } from './webkit.ts';

endRowlockProcesses();

describe('WebKitGTK', () => {
  const service = useService(catalogueOf({ main: {} }));

  it('goes from the first page to a ticket and a refund', async () => {
    const browser = await launchWebKit();
    try {
      await walkMainPath(browser, service.url);
    } finally {
      await browser.close();
    }
  });
});
