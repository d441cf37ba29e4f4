/** How a service of several processes starts and ends. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, inject, it } from 'vitest';
import { useDatabase } from '../../../../test/support/database.ts';
import { sendAlone, startProcesses, tokenFor } from '../../../../test/support/processes.ts';
import {
  databaseProcesses,
  endRowlockProcesses,
  eventually,
  isServing,
  makeDataDir,
  runRowlock,
  servingProcesses,
  startService,
} from '../../../../test/support/rowlock-process.ts';

endRowlockProcesses();
const database = useDatabase();

const WAITING = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;

describe('a service of several processes that cannot start', () => {
  const env = {
    DATABASE_URL: inject('templateUrl'),
    ROWLOCK_JWT_SECRET: 'a secret of the tests, 32 bytes and more',
    PORT: '0',
  };

  it.each([
    ['0', 'ROWLOCK_PROCESSES must be a whole number from 1 to 64, or auto, not "0"'],
    ['65', 'ROWLOCK_PROCESSES must be a whole number from 1 to 64, or auto, not "65"'],
    ['two', 'ROWLOCK_PROCESSES must be a whole number from 1 to 64, or auto, not "two"'],
    ['30', 'ROWLOCK_POOL_SIZE (20) must be at least ROWLOCK_PROCESSES (30): each process needs a connection'],
  ])('refuses %s processes', async (processes, line) => {
    expect(await runRowlock(['serve'], { env: { ...env, ROWLOCK_PROCESSES: processes } })).toEqual({
      code: 2,
      stdout: '',
      stderr: `rowlock: ${line}\n`,
    });
  });

  it('says in one line that its port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const ended = await runRowlock(['serve', '--processes', '2'], { env: { ...env, PORT: String(port) } });
    other.close();
    expect(ended).toEqual({
      code: 1,
      stdout: '',
      stderr: `rowlock: port ${port} of 127.0.0.1 is taken; stop the program that uses it or choose another PORT\n`,
    });
  });

  it('ends when none of its processes can start, after a few tries', async () => {
    const preloads = [new URL('../../../../test/support/no-start.ts', import.meta.url)];
    const { code, stdout, stderr } = await runRowlock(['serve', '--processes', '2'], { env, preloads });
    const lines = stderr.trim().split('\n');
    expect([code, stdout]).toEqual([1, '']);
    expect(lines.at(-1)).toMatch(
      /^rowlock: no process of the service can start: process \d \(pid \d+\) ended with exit code 7$/,
    );
    expect(lines.filter((line) => line.includes('starting it again'))).toHaveLength(4);
  });
});

describe('the processes of an embedded service', () => {
  it('share its keys, and end with their parent and the database when that is killed', async () => {
    const dataDir = await makeDataDir();
    const service = await startService(dataDir, ['--processes', '2']);
    const read = { method: 'GET', path: '/v1/ticket-keys' } as const;
    const keys = [await sendAlone(service, read), await sendAlone(service, read)];
    expect(keys[0]!.body['keys']).toHaveLength(1);
    expect(keys[1]!.body).toEqual(keys[0]!.body);
    const { body } = await sendAlone(service, { method: 'POST', path: '/v1/dev/tokens' });
    for (let i = 0; i < 4; i += 1) {
      const wallet = { method: 'GET', path: '/v1/wallet', token: String(body['token']) } as const;
      expect((await sendAlone(service, wallet)).refusal).not.toBe('unauthenticated');
    }
    const serving = servingProcesses(service);
    expect(serving).toHaveLength(2);
    service.kill('SIGKILL');
    await eventually(() => !serving.some(isServing) && databaseProcesses(dataDir).length === 0);
  });
});

it('ends at once at a second signal, whatever is in flight', async () => {
  const patient = '60000';
  const service = await startProcesses(database.url, {
    ROWLOCK_REQUEST_DEADLINE_MS: patient,
    ROWLOCK_STATEMENT_TIMEOUT_MS: patient,
    ROWLOCK_LOCK_TIMEOUT_MS: patient,
  });
  const serving = servingProcesses(service);
  const topUp = (key: string): Parameters<typeof sendAlone>[1] => ({
    method: 'POST',
    path: '/v1/wallet/top-ups',
    token: tokenFor('anna'),
    key,
    body: { amount: 1 },
  });
  expect((await sendAlone(service, topUp('first'))).status).toBe(201);
  const blocker = await database.rival.pool.connect();
  await blocker.query('begin');
  await blocker.query(`select from wallet where account_id = 'anna' for update`);
  const inFlight = sendAlone(service, topUp('second')).catch((error: unknown) => error);
  await eventually(async () => (await database.sql(WAITING)).length === 1);
  let code: number | null | undefined;
  void service.ended.then((ended) => (code = ended.code));
  await eventually(() => {
    service.kill('SIGTERM');
    return code !== undefined;
  });
  expect(code).toBe(143);
  expect(await inFlight).toBeInstanceOf(Error);
  await eventually(() => !serving.some(isServing));
  await blocker.query('rollback');
  blocker.release();
});
