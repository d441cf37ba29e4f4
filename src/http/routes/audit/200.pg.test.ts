import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { buyOverHttp, useServer } from '../../../../test/support/http.ts';

describe('POST /v1/admin/audit answers 200', () => {
  const server = useServer();

  it('with the verdict and the violations', async () => {
    await buyOverHttp(server, await plantPerformance(server.database), 'anna', ['A-1-1']);
    const audit = {
      method: 'POST',
      url: '/v1/admin/audit',
      account: 'boss',
      scopes: 'rowlock:admin',
    } as const;
    const clean = await server.call(audit);
    expect(clean.status).toBe(200);
    expect(clean.body).toMatchObject({
      clean: true,
      counts: { performances: 1, seats: 10, reservations: 1, wallets: 1, entries: 2 },
    });
    expect(clean.body['invariants']).toHaveLength(9);
    await server.database.sql(`update wallet set balance = balance + 1`);
    const dirty = await server.call(audit);
    const invariants = dirty.body['invariants'] as {
      number: number;
      violations: number;
      examples: string[];
    }[];
    expect(dirty.body).toMatchObject({ clean: false });
    expect(invariants.filter(({ violations }) => violations > 0)).toMatchObject([
      { number: 3, examples: [expect.stringContaining('anna')] },
    ]);
  });
});
