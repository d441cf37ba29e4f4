/**
 * The service that `rowlock bench` measures over HTTP: what `rowlock serve` runs, in one process or several, on the
 * benchmark's database. It ends with the process that started it.
 */
import type { ServiceOptions, ServiceReady } from '../../bench/measure/service-process.ts';
import { ignoreTerminal } from '../../bench/measure/terminal-signals.ts';
import { createBoxOffice } from '../../box-office/box-office.ts';
import { HTTP_LIMITS } from '../../http/edge/limits.ts';
import { defaultsOf } from '../options/option.ts';
import { COMMAND_OPTIONS } from '../options/table.ts';
import type { Closers } from '../serve/closers.ts';
import { serveByProcesses } from '../serve/processes/parent.ts';
import { caretakerOptions } from '../serve/processes/shares.ts';
import { serveAlone } from '../serve/serve.ts';
import type { ServiceSettings } from '../serve/service.ts';
import { boxOfficeOptions } from '../serve/service.ts';

const ending = new AbortController();
const closers: Closers = [];

process.once('message', (order: ServiceOptions) => void serve(order));
process.on('disconnect', () => void end());
ignoreTerminal();

async function serve({ databaseUrl, secret, processes = 1, hold }: ServiceOptions): Promise<void> {
  // The environment must not decide what is measured.
  const options = {
    ...defaultsOf(COMMAND_OPTIONS.serve),
    processes,
    hold,
    port: 0,
    // All clients come from a few addresses of this machine.
    streamsPerAddress: HTTP_LIMITS.watchersMax,
    addressRate: 0,
  };
  const settings: ServiceSettings = {
    options,
    databaseUrl,
    servers: {},
    ticketKeys: undefined,
    secret,
    hasTokens: false,
  };
  const isAlone = processes === 1;
  const boxOffice = await createBoxOffice({
    ...(isAlone ? boxOfficeOptions(settings) : caretakerOptions(settings)),
    migrate: false,
  });
  closers.push(() => boxOffice.close());
  const { address, pids } = isAlone
    ? await serveAlone(settings, boxOffice, closers)
    : await serveByProcesses(settings, ending.signal, closers);
  const ready: ServiceReady = { port: Number(new URL(address).port), pids: [process.pid, ...pids] };
  process.send?.(ready);
}

async function end(): Promise<void> {
  ending.abort();
  for (const close of closers.toReversed()) await close();
  process.exit();
}
