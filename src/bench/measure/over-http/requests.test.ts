/** The order of each load's requests, and their accounts and tokens, without a service. */
import { describe, expect, it } from 'vitest';
import type { HttpLoad } from '../worker-protocol.ts';
import type { HttpAnswer } from './connection.ts';
import { holds } from './holds.ts';
import type { Message, Requests } from './message.ts';
import { purchases, REQUESTS_PER_PURCHASE } from './purchases.ts';
import { topUps } from './top-ups.ts';

const LOAD: Omit<HttpLoad, 'port' | 'pattern'> = {
  requests: 'hold',
  to: 'service',
  secret: 'a secret of the tests, thirty-two bytes or more',
  fixture: { performanceId: 'p-1', accountPrefix: 'buyer-', seatsPerHold: 1 },
  connections: 1,
  durationMs: Infinity,
};
const MADE: HttpAnswer = { status: 201, body: '{"id":"7d0b6f0e-0d5c-4b57-9f0e-2d6d8a1b7c44","amount":1000}' };
const REFUSED: HttpAnswer = { status: 409, body: '{"outcome":"seat_taken"}' };

interface Sent extends Message {
  readonly head: string;
  readonly body: unknown;
  readonly token: string;
}

/** Sends some of the requests one after another, to a service that answers as told. */
async function sentBy(
  requests: Requests,
  count: number,
  answers: (message: number) => HttpAnswer = () => MADE,
): Promise<{ readonly sent: readonly Sent[]; readonly successes: readonly number[] }> {
  const sent: Sent[] = [];
  const successes: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const made = await requests.send(n, (message) => {
      const [head = '', body = ''] = message.bytes.toString().split('\r\n\r\n');
      const token = /^authorization: Bearer (.*)$/m.exec(head)![1]!.trim();
      return Promise.resolve(answers(sent.push({ ...message, head, token, body: JSON.parse(body) }) - 1));
    });
    successes.push(made);
  }
  return { sent, successes };
}

const accountsOf = (sent: readonly Sent[]): Set<string> =>
  new Set(sent.map(({ journaled }) => journaled.accountId));
const tokensOf = (sent: readonly Sent[]): Set<string> => new Set(sent.map(({ token }) => token));
const subjectOf = (token: string): unknown =>
  (JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { sub: unknown }).sub;

describe('holds', () => {
  const crowd = { ...LOAD, pattern: { kind: 'shuffled', rows: 50, times: 4, seed: 1 } } as const;

  it('ask for each seat as often as the pattern says, shuffled, each by another account', async () => {
    const requests = holds(crowd);
    expect(requests.count).toBe(200);
    const { sent } = await sentBy(requests, 200);
    const labels = sent.map(({ body }) => (body as { seats: string[] }).seats.join());
    const wanted = Array.from({ length: 50 }, (_, i) => `A-1-${i + 1}`);
    for (const label of wanted) expect(labels.filter((one) => one === label)).toHaveLength(4);
    expect(labels.slice(0, 50)).not.toEqual(wanted);
    expect(accountsOf(sent).size).toBe(200);
    expect(sent.map(({ token }) => subjectOf(token))).toEqual([...accountsOf(sent)]);
  });

  it('have tokens that no earlier load had, under the same prefix', async () => {
    const [first, second] = [await sentBy(holds(crowd), 200), await sentBy(holds(crowd), 200)];
    expect(tokensOf([...first.sent, ...second.sent]).size).toBe(400);
    expect(accountsOf([...first.sent, ...second.sent]).size).toBe(400);
    expect(first.sent.every(({ journaled }) => journaled.accountId.startsWith('buyer-'))).toBe(true);
  });

  it('count as a success only when they are made', async () => {
    const { successes } = await sentBy(holds(crowd), 3, (message) => (message === 1 ? REFUSED : MADE));
    expect(successes).toEqual([1, 0, 1]);
  });
});

it('tops up one wallet with one token and a key for each', async () => {
  const requests = topUps({ ...LOAD, pattern: { kind: 'one-row' } });
  expect(requests.count).toBe(Infinity);
  const { sent } = await sentBy(requests, 20);
  expect([...accountsOf(sent)]).toEqual(['buyer-0']);
  expect(tokensOf(sent).size).toBe(1);
  expect(new Set(sent.map(({ journaled }) => journaled.key)).size).toBe(20);
});

describe('purchases', () => {
  const load = { ...LOAD, pattern: { kind: 'each-once', rows: 4, from: 0, step: 1 } } as const;

  it('hold, top up and pay, by one buyer with one token, each purchase by another', async () => {
    const { sent, successes } = await sentBy(purchases(load), 4);
    expect(successes).toEqual([3, 3, 3, 3]);
    expect(sent.map(({ journaled }) => journaled.op)).toEqual(
      Array.from({ length: 4 }, () => ['hold', 'topUp', 'pay']).flat(),
    );
    for (let n = 0; n < 4; n += 1) {
      const own = sent.slice(n * REQUESTS_PER_PURCHASE, (n + 1) * REQUESTS_PER_PURCHASE);
      expect([accountsOf(own).size, tokensOf(own).size]).toEqual([1, 1]);
    }
    expect(tokensOf(sent).size).toBe(4);
    const paid = sent[2]!;
    const id = '7d0b6f0e-0d5c-4b57-9f0e-2d6d8a1b7c44';
    expect(paid.head).toContain(`POST /v1/performances/p-1/reservations/${id}/payment HTTP/1.1`);
    expect(paid.journaled).toMatchObject({ reservationId: id });
  });

  it.each([
    [0, ['hold']],
    [1, ['hold', 'topUp']],
    [2, ['hold', 'topUp', 'pay']],
  ])('end at a refusal of message %i, and count as no success', async (refused, ops) => {
    const { sent, successes } = await sentBy(purchases(load), 1, (message) =>
      message === refused ? REFUSED : MADE,
    );
    expect(sent.map(({ journaled }) => journaled.op)).toEqual(ops);
    expect(successes).toEqual([0]);
  });
});
