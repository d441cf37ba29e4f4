import { existsSync, statSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newTicketKey, publicPartOf } from '../../../test/support/ticket-keys.ts';
import { openTicketKeys } from '../../box-office/buyer/tickets.ts';
import { ConfigError } from '../options/option.ts';
import { givenTicketKeys, ownTicketKeys } from './keys.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rowlock-keys-'));
});
afterAll(() => rm(directory, { recursive: true }));

/** The line for the operator, which must not contain any of the key's private part. */
async function refusalOf(reading: Promise<unknown>, d = 'none'): Promise<string> {
  const error = await reading.then(
    () => new Error('it was taken'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ConfigError);
  const { message } = error as ConfigError;
  expect(message).not.toContain('\n');
  for (let at = 0; at + 8 <= d.length; at += 1) expect(message).not.toContain(d.slice(at, at + 8));
  return message;
}

describe('the configured keys', () => {
  it('are none by default', async () => {
    expect(await givenTicketKeys(undefined)).toBeUndefined();
  });

  it('are read from a file or from the text itself', async () => {
    const set = { keys: [await newTicketKey('2026'), publicPartOf(await newTicketKey('2025'))] };
    const file = join(directory, 'keys.json');
    await writeFile(file, JSON.stringify(set, undefined, 2));
    expect(await givenTicketKeys(file)).toEqual(set);
    expect(await givenTicketKeys(` ${JSON.stringify(set)}\n`)).toEqual(set);
  });

  it('are refused in one line that repeats nothing of them', async () => {
    const key = await newTicketKey();
    const d = key.d!;
    const whole = JSON.stringify({ keys: [key] });
    const file = join(directory, 'bad.json');
    const refused = async (text: string): Promise<string[]> => {
      await writeFile(file, text);
      const fromFile = await refusalOf(givenTicketKeys(file), d);
      return text.startsWith('{') ? [fromFile, await refusalOf(givenTicketKeys(text), d)] : [fromFile];
    };
    const notJson = 'ROWLOCK_TICKET_KEYS: it is not JSON';
    expect(await refused(`${whole.slice(0, -2)},oops]}`)).toEqual([notJson, notJson]);
    expect(await refused(`{"keys":[{"d":"${d}" "x":1}]}`)).toEqual([notJson, notJson]);
    const noSet = 'ROWLOCK_TICKET_KEYS: it must be a JSON Web Key Set: {"keys":[…]} with 1 to 20 keys';
    expect(await refused(JSON.stringify(key))).toEqual([noSet, noSet]);
    expect(await refused('null')).toEqual([noSet]);
    const spoilt = JSON.stringify({ keys: [{ ...key, x: (await newTicketKey()).x }] });
    const notOne = 'ROWLOCK_TICKET_KEYS: key 1 has parts x and d that are not of one key';
    expect(await refused(spoilt)).toEqual([notOne, notOne]);
  });

  it('are refused without repetition when the value is neither JSON nor a file', async () => {
    const { d = '' } = await newTicketKey();
    const neither = 'ROWLOCK_TICKET_KEYS: it is neither JSON nor a file that can be read (ENOENT)';
    expect(await refusalOf(givenTicketKeys(d), d)).toBe(neither);
    expect(await refusalOf(givenTicketKeys(`[{"d":"${d}"}]`), d)).toBe(neither);
    expect(await refusalOf(givenTicketKeys(directory))).toContain('(EISDIR)');
  });
});

describe("an embedded service's own keys", () => {
  it('are made once, readable only by their owner', async () => {
    const made = await ownTicketKeys(directory);
    const file = join(directory, 'ticket-keys.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(existsSync(`${file}.new`)).toBe(false);
    expect(await ownTicketKeys(directory)).toEqual(made);
    expect((await openTicketKeys(made)).sign).toBeDefined();
  });

  it('are not replaced when they are damaged', async () => {
    const file = join(directory, 'ticket-keys.json');
    const kept = (await readFile(file, 'utf8')).slice(0, -20);
    await writeFile(file, kept);
    expect(await refusalOf(ownTicketKeys(directory), kept.slice(20))).toBe(`${file}: it is not JSON`);
    expect(await readFile(file, 'utf8')).toBe(kept);
  });
});
