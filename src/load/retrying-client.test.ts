import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JournalLine } from '../audit/journal/format.ts';
import { readJournal } from '../audit/journal/format.ts';
import type { ServiceClient } from './http-client.ts';
import { openServiceClient } from './http-client.ts';
import { openJournal } from './journal.ts';
import { createTally, NO_ANSWER } from './tally.ts';
import type { Tally } from './tally.ts';
import { createRetryingClient, CrowdStopped } from './retrying-client.ts';

const TOP_UP = { op: 'topUp', accountId: 'demo-1', key: 'k-1', amount: 1_000 } as const;
const SENT = {
  method: 'POST',
  path: '/v1/wallet/top-ups',
  token: 't',
  key: 'k-1',
  body: { amount: 1_000 },
} as const;
const TOPPED_UP = { accountId: 'demo-1', seq: 1, amount: 1_000, balanceAfter: 1_000 };

let directory = '';
let server: Server | undefined;
let client: ServiceClient;
let tally: Tally;
let stop: AbortController;
let seen: Pick<IncomingMessage, 'method' | 'url' | 'headers'>[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rowlock-retrying-'));
  tally = createTally();
  stop = new AbortController();
  seen = [];
});
afterEach(() => {
  client.close();
  server?.close();
  server?.closeAllConnections();
  rmSync(directory, { recursive: true });
});

/** Asks for a top-up of a service that answers so, and returns what the journal says of it. */
async function askOf(...answers: readonly RequestListener[]) {
  const waiting = [...answers];
  server = createServer((request, response) => {
    seen.push(request);
    request.resume().on('end', () => waiting.shift()?.(request, response));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  client = openServiceClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 4);
  const path = join(directory, 'journal.jsonl');
  const journal = openJournal(path, { accountPrefix: 'demo-' });
  const retrying = createRetryingClient({ client, journal, tally, stop });
  const answer = await retrying.ask(TOP_UP, SENT).finally(() => journal.close());
  const lines: JournalLine[] = [];
  for await (const line of readJournal(path)) if (line.t !== 'journal') lines.push(line);
  return { answer, lines };
}

function json(status: number, body: unknown): RequestListener {
  return (_request, response) => {
    response
      .writeHead(status, { 'content-type': 'application/json', 'retry-after': '0' })
      .end(JSON.stringify(body));
  };
}
const noAnswer: RequestListener = (request) => request.socket.destroy();
const at = expect.any(Number) as number;

describe('a retrying client', () => {
  it('sends token, key and body, and notes the facts of a success', async () => {
    const { answer, lines } = await askOf(json(201, TOPPED_UP));
    expect(answer).toMatchObject({ status: 201, refusal: undefined, body: TOPPED_UP });
    expect(seen[0]).toMatchObject({
      method: 'POST',
      url: '/v1/wallet/top-ups',
      headers: { authorization: 'Bearer t', 'idempotency-key': 'k-1', 'content-type': 'application/json' },
    });
    expect(lines).toEqual([
      { t: 'sent', id: 1, at, ...TOP_UP },
      {
        t: 'answer',
        id: 1,
        at,
        status: 201,
        outcome: 'topped_up',
        seq: 1,
        amount: 1_000,
        balanceAfter: 1_000,
      },
    ]);
  });

  it('retries with the same key after "try again" or no answer', async () => {
    const { answer, lines } = await askOf(
      json(503, { outcome: 'contended' }),
      noAnswer,
      json(201, TOPPED_UP),
    );
    expect(answer?.status).toBe(201);
    expect(seen.map(({ headers }) => headers['idempotency-key'])).toEqual(['k-1', 'k-1', 'k-1']);
    expect(lines.map((line) => ('outcome' in line ? line.outcome : line.t))).toEqual([
      'sent',
      'contended',
      'sent',
      'sent',
      'topped_up',
    ]);
    expect(tally.summary()[0]?.outcomes).toEqual([
      ['contended', 1],
      [NO_ANSWER, 1],
      ['topped_up', 1],
    ]);
    expect(tally.summary()[0]).toMatchObject({
      winners: { count: 1 },
      losers: { count: 1 },
      all: { count: 2 },
    });
  });

  it('takes a refusal as final', async () => {
    const { answer, lines } = await askOf(json(409, { outcome: 'balance_limit_exceeded' }));
    expect(answer).toMatchObject({ status: 409, refusal: 'balance_limit_exceeded' });
    expect(lines).toHaveLength(2);
  });

  it('reports the status of an answer that is no JSON', async () => {
    const { answer, lines } = await askOf((_request, response) => response.writeHead(502).end('<html>'));
    expect(answer).toMatchObject({ status: 502, refusal: 'status 502' });
    expect(lines[1]).toMatchObject({ status: 502, outcome: 'status 502' });
  });

  it('sends nothing once the crowd is stopped', async () => {
    stop.abort();
    await expect(askOf(json(201, TOPPED_UP))).rejects.toBeInstanceOf(CrowdStopped);
    expect(seen).toEqual([]);
  });

  it('stops the crowd when the service no longer answers', async () => {
    const silence = Array.from({ length: 100 }, () => noAnswer);
    await expect(askOf(...silence)).rejects.toBeInstanceOf(CrowdStopped);
    expect(stop.signal.aborted).toBe(true);
    expect(seen.length).toBeGreaterThan(2);
  });
});
