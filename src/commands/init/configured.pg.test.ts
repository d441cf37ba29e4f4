/** From an empty directory to a running service, by the configuration that `rowlock init` writes. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { useDatabase } from '../../../test/support/database.ts';
import {
  endRowlockProcesses,
  makeDataDir,
  runRowlock,
  startRowlock,
} from '../../../test/support/rowlock-process.ts';

endRowlockProcesses();

const database = useDatabase();
let folder = '';
let config = '';
beforeAll(async () => {
  folder = await makeDataDir();
  config = join(folder, 'rowlock.env');
});
afterAll(() => rm(folder, { recursive: true }));

it('a service runs by what rowlock init writes', async () => {
  const env = { DATABASE_URL: database.url };
  const init = await runRowlock(
    ['init', '--directory', folder, '--port', '0', '--public-url', 'https://x.example'],
    { env },
  );
  expect(init).toMatchObject({ code: 0, stderr: '' });
  expect(init.stdout).toContain(`wrote ${config} and ${folder}/ticket-keys.json\n`);
  const service = startRowlock(['serve', '--config', config]);
  const [, url = ''] = await service.printed(/open at (http:\S+)/);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  const keys = (await (await fetch(`${url}/v1/ticket-keys`)).json()) as { keys: unknown[] };
  expect(keys.keys).toHaveLength(1);
  service.kill('SIGTERM');
  const { code, stdout, stderr } = await service.ended;
  expect(code, stderr).toBe(0);
  expect(stdout + stderr).not.toContain('embedded');
});

it('every command takes the file, by a variable too, and names the line that is wrong', async () => {
  const byVariable = { env: { ROWLOCK_CONFIG: config } };
  expect(await runRowlock(['migrate'], byVariable)).toMatchObject({
    code: 0,
    stdout: 'the schema is up to date\n',
  });
  expect((await runRowlock(['audit', '--config', config])).code).toBe(0);
  const doctor = await runRowlock(['doctor', '--config', config, '--json']);
  expect(JSON.parse(doctor.stdout)).toHaveProperty('findings');
  const refused = await runRowlock(['serve'], { env: { ROWLOCK_CONFIG: join(folder, 'ticket-keys.json') } });
  expect(refused).toEqual({
    code: 2,
    stdout: '',
    stderr: `rowlock: ${folder}/ticket-keys.json line 1 must be NAME=value, or begin with #\n`,
  });
});
