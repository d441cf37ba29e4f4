import { mkdtemp, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { plantPerformance } from '../support/catalogue.ts';
import { listenFor } from '../support/event-stream.ts';
import { tokenOf, useServer } from '../support/http.ts';
import { newTicketKey } from '../support/ticket-keys.ts';
import { compileProgram, runProgram } from './generate.ts';
import type { Maker } from './purchase.ts';
import { PROGRAMS } from './purchase.ts';

const key = await newTicketKey();

/** Beside the packages, so that a client finds the runtime that it imports. */
const FOLDERS = fileURLToPath(new URL('../../node_modules/.generated-client-', import.meta.url));

describe('a client generated from the OpenAPI document', () => {
  const server = useServer({ ticketKeys: { keys: [key] } });

  async function folder(): Promise<string> {
    const path = await mkdtemp(FOLDERS);
    onTestFinished(() => rm(path, { recursive: true }));
    return path;
  }

  it.each(Object.keys(PROGRAMS) as readonly Maker[])('buys and refunds: %s', async (maker) => {
    const performanceId = await plantPerformance(server.database, { seats: 4, price: 30_000 });
    const { app, port } = await listenFor(server);
    const document = (await app.inject('/openapi.json')).payload;
    const program = await compileProgram(maker, PROGRAMS[maker], document, await folder());
    const token = await tokenOf(`buyer-${maker}`, { scope: 'rowlock:top-up' });
    expect(await runProgram(program, `http://127.0.0.1:${port}`, token, performanceId)).toEqual({
      performanceId,
      held: expect.objectContaining({ performanceId, seats: ['A-1-1', 'A-1-2'], amount: 60_000 }),
      taken: ['A-1-2'],
      balances: [60_000, 0, 60_000],
      tickets: ['A-1-1', 'A-1-2'],
      state: 'refunded',
    });
    await app.close();
  });

  it('does not compile against a document in which a field has another name', async () => {
    const document = (await server.app.inject('/openapi.json')).payload.replaceAll(
      '"balanceAfter"',
      '"balance"',
    );
    const compiled = compileProgram('oazapfts', PROGRAMS.oazapfts, document, await folder());
    await expect(compiled).rejects.toThrow(/balanceAfter/);
  });
});
