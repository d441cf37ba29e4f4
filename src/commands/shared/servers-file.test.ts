import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../options/option.ts';
import { addToServersFile, readServersFile } from './servers-file.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'rowlock-servers-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

const ONE = 'postgres://user:secret-1@one:5432/rowlock';
const TWO = 'postgres://user:secret-2@two:5432/rowlock';

function refusalOf(document: unknown): string {
  const file = join(directory, 'bad.json');
  writeFileSync(file, typeof document === 'string' ? document : JSON.stringify(document));
  try {
    readServersFile(file);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    const { message } = error as Error;
    expect(message).not.toMatch(/secret|\n/);
    return message.replace(`${file}: `, '').replace(file, 'FILE');
  }
  throw new Error('the file was read');
}

describe('the file of servers', () => {
  it('is written for its owner only, and read as it was written', () => {
    const file = join(directory, 'servers.json');
    addToServersFile(file, 'seoul-1', ONE);
    addToServersFile(file, 'seoul-2', TWO);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ servers: { 'seoul-1': ONE, 'seoul-2': TWO } });
    expect(readServersFile(file)).toEqual({ 'seoul-1': ONE, 'seoul-2': TWO });
    expect(() => addToServersFile(file, 'seoul-3', ONE)).toThrow('an address of its own for "seoul-3"');
  });

  it('is none by default', () => expect(readServersFile(undefined)).toEqual({}));

  it.each([
    [`{"servers": {"a": "${ONE}" oops`, 'FILE must be JSON like'],
    [[], '"servers" must be addresses by name'],
    [{ servers: [ONE] }, '"servers" must be addresses by name'],
    [{ servers: {}, home: ONE }, 'no member but "servers", not "home"'],
    [{ servers: { home: ONE } }, 'are not "home", not "home"'],
    [{ servers: { 'Seoul 1': ONE } }, 'begin with a letter'],
    [{ servers: { '1': ONE } }, 'begin with a letter'],
    [{ servers: { a: 'mysql://user:secret@one/db' } }, 'must have for "a" an address like postgres://'],
    [{ servers: { a: 5 } }, 'must have for "a" an address'],
    [{ servers: { a: ONE, b: ONE } }, 'an address of its own for "b"'],
    [
      { servers: Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`s${i}`, `${ONE}${i}`])) },
      'at most 63 besides the home',
    ],
  ])('%j is refused', (document, message) => expect(refusalOf(document)).toContain(message));

  it('that is missing is refused', () => {
    expect(() => readServersFile(join(directory, 'none.json'))).toThrow('cannot be read (ENOENT)');
  });
});
