import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { useDatabase } from '../../../test/support/database.ts';
import { compiled } from '../../../test/support/program.ts';
import { eventually } from '../../../test/support/rowlock-process.ts';
import { openHttpConnection } from './over-http/connection.ts';
import { withService } from './service-process.ts';

const servicePath = compiled(new URL('../../commands/bench/service.ts', import.meta.url));
const database = useDatabase({ poolSize: 1 });

const isRunning = (pid: number): boolean => existsSync(`/proc/${pid}`);

it.runIf(process.platform === 'linux')(
  'serves by as many processes as are wanted, and all of them end with the work',
  async () => {
    const target = { url: database.url } as Parameters<typeof withService>[0]['target'];
    const served: (readonly number[])[] = [];
    for (const processes of [1, 2]) {
      await withService({ servicePath, target }, { processes }, async ({ port, pids }) => {
        const connection = await openHttpConnection(port);
        const ready = await connection.exchange('GET /readyz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n');
        connection.close();
        expect(ready.status).toBe(200);
        expect(pids.every(isRunning)).toBe(true);
        served.push(pids);
      });
      await eventually(() => !served.flat().some(isRunning));
    }
    // The parent of several is one more.
    expect(served.map((pids) => new Set(pids).size)).toEqual([1, 3]);
  },
  120_000,
);
