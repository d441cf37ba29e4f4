import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import {
  buyOverHttp,
  holdOverHttp,
  OPERATOR,
  topUpOverHttp,
  useServer,
} from '../../../../test/support/http.ts';

interface Second {
  readonly at: string;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly latencyMs: { readonly p50: number; readonly p99: number } | null;
}

describe('GET /v1/admin/activity answers 200', () => {
  const server = useServer();
  const read = async (): Promise<Readonly<Record<string, unknown>>> => {
    const answer = await server.call({ method: 'GET', url: '/v1/admin/activity', ...OPERATOR });
    expect(answer.status).toBe(200);
    return answer.body;
  };

  it('with what this process has done', async () => {
    expect((await read())['seconds']).toEqual([]);
    const performanceId = await plantPerformance(server.database, { price: 700 });
    const url = `/v1/performances/${performanceId}/reservations`;
    const bought = await buyOverHttp(server, performanceId, 'anna', ['A-1-1']);
    const taken = { method: 'POST', url, account: 'ben', key: true, body: { seats: ['A-1-1'] } } as const;
    for (let i = 0; i < 3; i += 1) expect((await server.call(taken)).status).toBe(409);
    const tooFew = { ...taken, body: { bestAvailable: { grade: 'R', quantity: 20 } } };
    expect((await server.call(tooFew)).body['outcome']).toBe('seats_unavailable');
    const held = await holdOverHttp(server, performanceId, 'ben', ['A-1-2']);
    expect(
      (await server.call({ method: 'POST', url: `${held}/payment`, account: 'ben', key: true })).status,
    ).toBe(402);
    expect((await server.call({ method: 'DELETE', url: held, account: 'ben' })).status).toBe(204);
    const other = await buyOverHttp(server, performanceId, 'ben', ['A-1-3']);
    const refund = { method: 'POST', key: true } as const;
    await server.call({ ...refund, url: `${bought}/refund`, account: 'anna' });
    await server.call({ ...refund, url: `${other.replace('/v1', '/v1/admin')}/refund`, ...OPERATOR });
    await topUpOverHttp(server, 'cleo', 1);
    // Reads are not counted.
    await server.call({ method: 'GET', url: '/v1/wallet', account: 'anna' });

    const { at, seconds, ...rest } = await read();
    expect(rest).toEqual({
      process: {
        uptimeSeconds: expect.any(Number),
        strategies: { topUp: 'grouped', hold: 'grouped', pay: 'grouped' },
      },
      now: {
        waiting: 0,
        pool: { total: expect.any(Number), idle: expect.any(Number), waiting: 0 },
        watchers: 0,
        inFlight: { attempts: 0, oldestSeconds: 0 },
      },
    });
    const listed = seconds as readonly Second[];
    const sum = (name: string): number =>
      listed.reduce((total, second) => total + (second as unknown as Record<string, number>)[name]!, 0);
    expect(['held', 'paid', 'toppedUp', 'refunded', 'released', 'revenue'].map(sum)).toEqual([
      3, 2, 3, 2, 1, 0,
    ]);
    // Each top-up, hold and payment was a group of one, even if refused; best-available held no seats.
    expect(sum('groups')).toBe(3 + 2 + 3 + 3 + 1);
    const refused: Record<string, number> = {};
    for (const { outcomes } of listed) {
      for (const [code, times] of Object.entries(outcomes)) refused[code] = (refused[code] ?? 0) + times;
    }
    expect(refused).toEqual({ seat_taken: 3, seats_unavailable: 1, insufficient_balance: 1 });
    for (const second of listed) {
      expect(second.at).toMatch(/:\d\d\.000Z$/);
      expect(Math.abs(Date.parse(second.at) - Date.parse(String(at)))).toBeLessThan(120_000);
      expect(second.latencyMs?.p50).toBeGreaterThan(0);
      expect(second.latencyMs?.p99).toBeGreaterThanOrEqual(second.latencyMs?.p50 ?? 0);
    }
  });
});
