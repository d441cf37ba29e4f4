/** HTTP: the engine's routes against the same routes with nothing behind them, on the same server. */
import { randomBytes } from 'node:crypto';
import type { AccessPattern } from './access-pattern.ts';
import { fixtureSizeOf } from '../rivals/rivals.ts';
import type { Work } from '../rivals/rivals.ts';
import { cpuShares } from '../measure/cpu-share.ts';
import type { HttpLoad } from '../measure/worker-protocol.ts';
import type { ServiceProcess } from '../measure/service-process.ts';
import { startService } from '../measure/service-process.ts';
import type { Session, Sample } from '../session.ts';
import { countable, rotated, runSample } from '../session.ts';
import type { Sizes } from './sizes.ts';
import { medianOf } from '../../load/spread.ts';
import { floorOf } from '../floors.ts';
import type { Verdict } from '../report/verdict.ts';
import { judge, pairsOf } from '../report/verdict.ts';

type Reaches = 'engine' | 'nothing' | 'bare';

/** The operation in a workload's name. */
const KEBAB = { hold: 'hold', topUp: 'top-up' } as const;

const KINDS: readonly Reaches[] = ['engine', 'nothing', 'bare'];

export function samplesOfHttp({ httpRepeats }: Sizes): number {
  return KINDS.length + httpRepeats * KINDS.length;
}

export async function measureHttp(
  session: Session,
  operation: 'hold' | 'topUp',
): Promise<readonly Verdict[]> {
  const secret = randomBytes(32).toString('hex');
  const service = await startService(session.servicePath, { databaseUrl: session.target.url, secret });
  try {
    const barePort = await (await session.worker('second')).serveBare();
    const make = (reaches: Reaches, repeat: number, measure: string) =>
      httpSample(session, { operation, reaches, repeat, measure, service, secret, barePort });
    for (const reaches of KINDS) await make(reaches, 0, `http-${KEBAB[operation]} trial`);
    const samples = { engine: [] as Sample[], nothing: [] as Sample[], bare: [] as Sample[] };
    for (let repeat = 0; repeat < session.sizes.httpRepeats; repeat += 1) {
      for (const reaches of rotated(KINDS, repeat)) {
        samples[reaches].push(await make(reaches, repeat, `http-${KEBAB[operation]}`));
      }
    }
    return [verdictOf(session, operation, samples)];
  } finally {
    await service.stop();
  }
}

interface HttpSample {
  readonly operation: 'hold' | 'topUp';
  readonly reaches: Reaches;
  readonly repeat: number;
  readonly measure: string;
  readonly service: ServiceProcess;
  readonly secret: string;
  readonly barePort: number;
}

async function httpSample(session: Session, given: HttpSample): Promise<Sample> {
  const { operation, reaches, repeat, measure, service, secret, barePort } = given;
  const [worker, second] = [await session.worker('http'), await session.worker('second')];
  const { connections, httpMs: durationMs, rows } = session.sizes;
  const work: Work = { operation, seatsPerHold: 1, rows };
  const pattern: AccessPattern =
    operation === 'topUp' ? { kind: 'one-row' } : { kind: 'each-once', rows, from: 0, step: 1 };
  const load: Omit<HttpLoad, 'fixture'> = {
    kind: 'http',
    operation,
    reaches: reaches === 'engine' ? 'engine' : 'nothing',
    port: reaches === 'bare' ? barePort : service.port,
    secret,
    pattern,
    connections,
    durationMs,
  };
  return runSample(session, {
    measure,
    contender: reaches,
    repeat,
    fixtureSize: fixtureSizeOf(work),
    loadPids: [worker.pid],
    servicePids: [reaches === 'bare' ? second.pid : service.pid],
    run: (fixture) => worker.run({ ...load, fixture }),
    audit: () => worker.audit(),
  });
}

function verdictOf(
  session: Session,
  operation: 'hold' | 'topUp',
  samples: Readonly<Record<Reaches, readonly Sample[]>>,
): Verdict {
  const rates = (reaches: Reaches) =>
    samples[reaches].map((sample) => countable(sample, ({ perSecond }) => perSecond));
  const [nothing, bare] = [medianOf(rates('nothing')), medianOf(rates('bare'))];
  const ofBare =
    nothing === null || bare === null
      ? 'not counted'
      : `${(nothing / bare).toFixed(2)} (bare: ${Math.round(bare).toLocaleString('en-US')}/s)`;
  return judge(
    {
      ...floorOf(`http-${KEBAB[operation]}`),
      ours: `${operation}/grouped over HTTP, ${session.sizes.connections} connections, authenticated and validated`,
      baseline: 'the same route with nothing behind it, same server, authentication and validation',
    },
    pairsOf({ ours: samples.engine, baseline: samples.nothing }, ({ perSecond }) => perSecond),
    [
      `nothing / bare node:http: ${ofBare}`,
      `processors, ours: ${cpuShares(samples.engine)}; baseline: ${cpuShares(samples.nothing)}`,
    ],
  );
}
