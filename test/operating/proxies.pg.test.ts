/** The samples of proxies in `deploy/`, each in front of a running service: live seats, forwarded addresses, limits, TLS. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plantPerformance } from '../support/catalogue.ts';
import { useDatabase } from '../support/database.ts';
import { until } from '../support/gate.ts';
import { startProcesses, tokenFor } from '../support/processes.ts';
import { endRowlockProcesses } from '../support/rowlock-process.ts';
import type { Service } from '../support/rowlock-process.ts';
import type { Browser } from './browser.ts';
import { openBrowser } from './browser.ts';
import { PROXIES, startProxy } from './proxy.ts';
import type { Proxy } from './proxy.ts';
import { describeWith } from './tools.ts';

/** The buyer's address, which no proxy has. */
const BUYER = '127.0.0.9';

endRowlockProcesses();

const programs = [
  ['nginx', describeWith({ nginx: 'nginx', openssl: 'openssl' })],
  ['Caddy', describeWith({ caddy: 'caddy', openssl: 'openssl' })],
  ['HAProxy', describeWith({ haproxy: 'haproxy', openssl: 'openssl' })],
] as const;

for (const [name, describeProxy] of programs) {
  describeProxy(`behind ${name}`, () => {
    const database = useDatabase();
    let service: Service;
    let proxy: Proxy;
    let browser: Browser;
    beforeAll(async () => {
      service = await startProcesses(database.url, {
        ROWLOCK_PROCESSES: '1',
        ROWLOCK_TRUSTED_PROXIES: '127.0.0.1',
      });
      proxy = await startProxy(PROXIES[name], new URL(service.url).host);
      browser = openBrowser(proxy, BUYER);
    });
    afterAll(async () => {
      browser?.close();
      await proxy?.stop();
      service?.kill('SIGTERM');
      await service?.ended;
    });

    const post = (path: string, body: unknown, scope?: string): ReturnType<Browser['send']> =>
      browser.send('POST', path, {
        headers: {
          authorization: `Bearer ${tokenFor('anna', scope)}`,
          'content-type': 'application/json',
          'idempotency-key': `key-${path}-${JSON.stringify(body).length}`,
        },
        body: JSON.stringify(body),
      });

    it('pages come over TLS, and say that they do', async () => {
      const { status, headers, text } = await browser.send('GET', '/healthz');
      expect(status, text).toBe(200);
      expect(headers['strict-transport-security']).toMatch(/^max-age=\d+/);
    });

    it('a change of a seat arrives while the stream stays open', async () => {
      const performanceId = await plantPerformance(database);
      const live = await browser.stream(`/v1/performances/${performanceId}/seats/events`);
      expect(live.headers).toMatchObject({
        ':status': 200,
        'content-type': 'text/event-stream; charset=utf-8',
      });
      await until(async () => live.text().includes('\n\n'));
      const before = live.text().length;
      const held = await post(`/v1/performances/${performanceId}/reservations`, { seats: ['A-1-1'] });
      expect(held.status, held.text).toBe(201);
      await until(async () => live.text().slice(before).includes('"held":[1]'));
    });

    it("the service sees the buyer's address, and none that the buyer names", async () => {
      const forged = '203.0.113.7';
      await browser.send('GET', '/v1/concerts?forged', {
        headers: {
          'x-forwarded-for': forged,
          forwarded: `for=${forged}`,
          'x-real-ip': forged,
          'x-forwarded-host': 'evil.example',
          'x-forwarded-proto': 'http',
        },
      });
      const [line] = await service.printed(/^\{.*"\/v1\/concerts.*$/m);
      expect(JSON.parse(line)).toMatchObject({ address: BUYER });
      expect(line).not.toContain(forged);
    });

    it('metrics are not to be reached', async () => {
      for (const path of ['/metrics', '/metrics/', '/metrics?a=1']) {
        const { status, headers } = await browser.send('GET', path);
        expect([path, status]).toEqual([path, 404]);
        // The service's own answer would be a problem.
        expect(headers['content-type'] ?? '').not.toContain('problem');
      }
    });

    it('a body that is longer than the service accepts ends at the proxy', async () => {
      const within = await post('/v1/wallet/top-ups', { amount: 1, note: 'x'.repeat(60_000) });
      expect(JSON.parse(within.text)).toMatchObject({ outcome: 'invalid_request', status: 400 });
      const longer = await post('/v1/wallet/top-ups', { amount: 1, note: 'x'.repeat(70_000) });
      // Caddy finds the length out while it passes the body on.
      expect(longer.status).toBe(name === 'Caddy' ? 502 : 413);
      expect(longer.text).not.toContain('invalid_request');
    });

    it('an import of some megabytes reaches the service', async () => {
      const answer = await post('/v1/admin/catalogue', { note: 'x'.repeat(5_000_000) }, 'rowlock:admin');
      expect(JSON.parse(answer.text)).toMatchObject({ outcome: 'invalid_request', status: 400 });
    });
  });
}
