import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const OPENED_IN_VAIN = `
  import { createBoxOffice } from ${JSON.stringify(new URL('box-office.ts', import.meta.url).href)};
  const nobody = '127.0.0.1:1';
  await createBoxOffice({ databaseUrl: \`postgres://rowlock@\${nobody}/rowlock\`, redisUrl: \`redis://\${nobody}\` })
    .catch((error) => console.log(error.code));
`;

it('lets its process end when it cannot be opened, even with a Redis to reconnect to', async () => {
  const args = ['--import', 'tsx', '--input-type', 'module', '--eval', OPENED_IN_VAIN];
  // A process that does not end by itself is killed, which is an error.
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 50_000 });
  expect(stdout).toBe('ECONNREFUSED\n');
});
