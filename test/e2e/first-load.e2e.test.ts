/** What the first visit to a page costs: requests, bytes, and what moves while it loads (`npm run page-speed` has the times). */
import { expect, it } from 'vitest';
import type { CatalogueDocument } from '../../src/catalogue/import/document/document.ts';
import { endRowlockProcesses } from '../support/rowlock-process.ts';
import { catalogueOf, readStadium, STADIUM_PERFORMANCE } from './halls.ts';
import { loadPage } from './page-load.ts';
import { describeInBrowser, useBrowser } from './use-browser.ts';
import { useService } from './use-service.ts';

endRowlockProcesses();

/** The data comes so late that what it moves can be seen; the processor is as fast as it is. */
const SLOW_NETWORK = { latencyMs: 300, downKbps: 1_500, upKbps: 700, cpuSlowdown: 1 };
const CLS_MAX = 0.05;

function catalogue(): CatalogueDocument {
  const [small, stadium] = [catalogueOf({ small: {} }), readStadium()];
  return {
    venues: [...small.venues, ...stadium.venues],
    concerts: [...small.concerts, ...stadium.concerts],
  };
}

describeInBrowser('the first visit', () => {
  const service = useService(catalogue());
  const visitors = useBrowser(service);
  const assets = (urls: readonly string[]): readonly string[] =>
    urls.map((url) => url.replace(/^\/assets\/(.+)-[\w-]{8}\.(\w+)$/, '$1.$2')).toSorted();
  const ofPerformance = (id: string): readonly string[] =>
    [
      `/performances/${id}`,
      'index.css',
      'index.js',
      'measuring-worker.js',
      `/v1/performances/${id}`,
      `/v1/performances/${id}/seat-map/rows`,
      `/v1/performances/${id}/seats`,
      `/v1/performances/${id}/seats/events`,
    ].toSorted();

  // A visitor who is signed in sends a token with each request: what was preloaded must fit all the same.
  it.each([undefined, 'anna'])('of home asks for each thing once, and nothing moves (as %s)', async (as) => {
    const context = await visitors.context(as === undefined ? {} : { as });
    const load = await loadPage(visitors.browser, `${service.url}/`, {
      ready: '.poster-card',
      conditions: SLOW_NETWORK,
      context,
    });
    expect(assets(load.urls)).toEqual(['/', '/v1/concerts', 'index.css', 'index.js'].toSorted());
    expect(load.bytes).toBeLessThan(80_000);
    expect(load.cls).toBeLessThan(CLS_MAX);
  });

  it.each([
    ['small', 90_000, undefined],
    [STADIUM_PERFORMANCE, 120_000, undefined],
    [STADIUM_PERFORMANCE, 120_000, 'anna'],
  ] as const)('of %s takes less than %d bytes, and nothing moves (as %s)', async (id, bytesMax, as) => {
    const context = await visitors.context(as === undefined ? {} : { as });
    const load = await loadPage(visitors.browser, `${service.url}/performances/${id}`, {
      ready: '.seat-map-canvas',
      conditions: SLOW_NETWORK,
      context,
    });
    const own = as === undefined ? [] : ['/v1/reservations'];
    expect(assets(load.urls)).toEqual([...ofPerformance(id), ...own].toSorted());
    expect(load.bytes).toBeLessThan(bytesMax);
    expect(load.cls).toBeLessThan(CLS_MAX);
  });
});
