import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { addOptions, ConfigError } from './option.ts';
import { readOptions } from './read.ts';
import { COMMAND_OPTIONS, VARIABLES } from './table.ts';
import type { CommandOptions } from './table.ts';

const SECRET = 'a secret of thirty-two bytes or so';

let folder = '';
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'rowlock-config-'))));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => void vi.unstubAllEnvs());

function written(text: string, mode = 0o600): string {
  const file = join(folder, 'rowlock.env');
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

function serveOptions(args: readonly string[]): CommandOptions<'serve'> {
  // The machine's own variables must not decide.
  for (const name of VARIABLES.keys()) if (process.env[name] !== undefined) vi.stubEnv(name, '');
  const command = addOptions(new Command().exitOverride(), COMMAND_OPTIONS.serve);
  command.parse(args, { from: 'user' });
  return readOptions(COMMAND_OPTIONS.serve, command, VARIABLES);
}

const read = (text: string, mode?: number): CommandOptions<'serve'> =>
  serveOptions(['--config', written(text, mode)]);

describe('a configuration file', () => {
  it('sets what no flag and no variable sets', () => {
    const file = written(
      `# a comment\n\nPORT=4001\r\nHOST=::1\nROWLOCK_JWT_SECRET=${SECRET}\nROWLOCK_PROCESSES=2 \n`,
    );
    const options = serveOptions(['--config', file, '--host', '127.0.0.2']);
    expect(options).toMatchObject({
      port: 4_001,
      host: '127.0.0.2',
      jwtSecret: SECRET,
      processes: 2,
      poolSize: 20,
    });
  });

  it('is named by a variable, too, and a variable of the environment wins over its line', () => {
    vi.stubEnv('ROWLOCK_CONFIG', written('PORT=4001\nROWLOCK_POOL_SIZE=7'));
    const command = addOptions(new Command().exitOverride(), COMMAND_OPTIONS.serve).parse([], {
      from: 'user',
    });
    vi.stubEnv('PORT', '4002');
    expect(readOptions(COMMAND_OPTIONS.serve, command, VARIABLES)).toMatchObject({
      port: 4_002,
      poolSize: 7,
    });
  });

  it('may set what only another command reads', () => {
    expect(read('ROWLOCK_URL=http://127.0.0.1:4000').port).toBe(3_000);
  });

  it('takes a key set as it is', () => {
    expect(read('ROWLOCK_JWKS={"keys":[]}').jwks).toBe('{"keys":[]}');
  });

  it.each([
    ['PORT', 'line 1 must be NAME=value, or begin with #'],
    ['export PORT=1', 'line 1 must be NAME=value, or begin with #'],
    ['\nPROT=4001', 'line 2: there is no variable PROT'],
    ['ROWLOCK_CONFIG=other.env', 'line 1: there is no variable ROWLOCK_CONFIG'],
    ['PORT=1\nPORT=1', 'line 2: PORT is there twice'],
    ['# first\nDATABASE_URL=', 'line 2: DATABASE_URL is empty: give it a value, or remove the line'],
    ['PORT= 1', 'line 1: PORT must follow its = without a space or a quotation mark'],
    ['HOST="::1"', 'line 1: HOST must follow its = without a space or a quotation mark'],
    ['PORT=1 # first', 'line 1: PORT must have no backslash, no $ and no comment in its value'],
    [
      'ROWLOCK_JWT_SECRET=pa$$word',
      'line 1: ROWLOCK_JWT_SECRET must have no backslash, no $ and no comment in its value',
    ],
    ['PORT=http', 'line 1: PORT must be a whole number from 0 to 65535, not "http"'],
    ['ROWLOCK_JWT_SECRET=hunter2', 'line 1: ROWLOCK_JWT_SECRET must be at least 32 bytes'],
  ])('is refused for %j in one line that names the place', (text, message) => {
    expect(() => read(text)).toThrow(new ConfigError(`${join(folder, 'rowlock.env')} ${message}`));
  });

  it('with a secret is refused when every user of the machine can read it', () => {
    const file = join(folder, 'rowlock.env');
    expect(() => read(`ROWLOCK_JWT_SECRET=${SECRET}`, 0o644)).toThrow(
      new ConfigError(
        `${file} has ROWLOCK_JWT_SECRET in it, and every user of this machine can read it: chmod 600 ${file}`,
      ),
    );
    expect(read(`ROWLOCK_JWT_SECRET=${SECRET}`, 0o640).jwtSecret).toBe(SECRET);
    expect(read('PORT=4001', 0o644).port).toBe(4_001);
  });

  it.each([
    ['nowhere', /^the configuration cannot be read: ENOENT/],
    ['.', /^the configuration cannot be read: EISDIR/],
  ])('that cannot be read is refused: %s', (path, message) => {
    expect(() => serveOptions(['--config', join(folder, path)])).toThrow(message);
  });

  it('has a bounded size', () => {
    expect(() => read('#\n'.repeat(40_000))).toThrow(/has more than 64 KiB$/);
  });
});
