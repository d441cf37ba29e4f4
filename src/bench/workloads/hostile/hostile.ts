/**
 * A sale under attack: accounts that never pay hold whatever they can, so that nobody else gets it. It measures how many seats
 * honest buyers get, against the same sale without an attack, and how many of them a limit turns away.
 */
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { openServiceClient } from '../../../load/http-client.ts';
import { medianOf } from '../../../load/spread.ts';
import type { HoldRules } from '../../fixture.ts';
import { SEAT_LIMIT } from '../../fixture.ts';
import { floorOf } from '../../floors.ts';
import type { ServiceProcess } from '../../measure/service-process.ts';
import { withService } from '../../measure/service-process.ts';
import type { Fixture } from '../../measure/worker-protocol.ts';
import type { Verdict } from '../../report/verdict.ts';
import { judge, pairsOf } from '../../report/verdict.ts';
import type { LoadResult, Sample, Session } from '../../session.ts';
import { countable, rotated, runSample } from '../../session.ts';
import type { Sizes } from '../sizes.ts';
import type { Person, Sale, Visit } from './people.ts';
import { attack, buy, giveMoney, newcomer } from './people.ts';
import { createTally } from './tally.ts';

/** What is compared: the attack, no attack, and the attack on a sale without a budget of unpaid holds. */
const SIDES = ['attacked', 'calm', 'without budget'] as const;
type Side = (typeof SIDES)[number];

const HOLD_BUDGET = 3;
const SEATS_PER_BUYER = 2;
/** Attackers could hold the hall so many times over, at once. */
const ATTACKERS_PER_SEAT = 1.5 / SEAT_LIMIT;
/** In times of a hold: how long the attackers have the hall to themselves, how long buyers keep arriving, and the end. */
const BUYERS_FROM = 1;
const BUYERS_UNTIL = 5;
const SALE_ENDS = 8;
const CONNECTIONS = 256;

export function samplesOfHostile({ hostileRepeats }: Sizes): number {
  return hostileRepeats * SIDES.length;
}

export async function measureHostile(session: Session): Promise<readonly Verdict[]> {
  const { hostileRepeats: repeats, hostileSeats: seats } = session.sizes;
  const samples: Record<Side, Sample[]> = { attacked: [], calm: [], 'without budget': [] };
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    for (const side of rotated(SIDES, repeat)) {
      samples[side].push(
        await withService(session, {}, (service) => sampleOf(session, service, side, repeat)),
      );
    }
  }
  const pairs = { ours: samples.attacked, baseline: samples.calm };
  const attackers = Math.round(seats * ATTACKERS_PER_SEAT);
  const ours = `a hall of ${seats} seats over HTTP, ${attackers} accounts that hold ${SEAT_LIMIT} seats again and again and never pay`;
  const shareSold = medianOf(
    samples['without budget'].map((sample) => countable(sample, ({ successes }) => successes / seats)),
  );
  return [
    judge(
      { ...floorOf('hostile-seats'), ours: `seats sold: ${ours}`, baseline: 'the same without the attack' },
      pairsOf(pairs, ({ successes }) => successes),
      [`without a budget of unpaid holds buyers get ${((shareSold ?? 0) * 100).toFixed(0)} % of the seats`],
    ),
    judge(
      {
        ...floorOf('hostile-served'),
        ours: `buyers whom no limit turned away: ${ours}`,
        baseline: 'all buyers',
      },
      samples.attacked.map((sample) => ({
        ours: countable(
          sample,
          ({ outcomes }) => (outcomes['buyer: all'] ?? 0) - (outcomes['buyer: limited'] ?? 0),
        ),
        baseline: countable(sample, ({ outcomes }) => outcomes['buyer: all'] ?? 0),
      })),
    ),
  ];
}

async function sampleOf(
  session: Session,
  service: ServiceProcess,
  side: Side,
  repeat: number,
): Promise<Sample> {
  const { hostileSeats: rows, hostileHoldSeconds: holdSeconds } = session.sizes;
  const rules: HoldRules = {
    holdSeconds,
    holdBudget: side === 'without budget' ? null : HOLD_BUDGET,
  };
  const client = openServiceClient(`http://127.0.0.1:${service.port}`, CONNECTIONS);
  const buyers = Array.from({ length: rows / SEATS_PER_BUYER }, () => newcomer(service.secret, 'buyer'));
  const attackers = side === 'calm' ? 0 : Math.round(rows * ATTACKERS_PER_SEAT);
  // Another worker than the loads' over HTTP: its audit has no journal.
  const auditor = await session.worker('second');
  try {
    return await runSample(session, {
      measure: 'hostile',
      contender: side,
      repeat,
      fixtureSize: { operation: 'hold', rows, seatsPerHold: 1, rules },
      loadPids: [process.pid],
      servicePids: service.pids,
      prepare: () => giveMoney(client, service.secret, buyers, SEATS_PER_BUYER),
      run: (fixture) => runSale({ client, fixture, secret: service.secret, buyers, attackers, holdSeconds }),
      audit: () => auditor.audit(),
    });
  } finally {
    client.close();
  }
}

interface SaleOf extends Pick<Sale, 'client' | 'secret'> {
  readonly fixture: Fixture;
  readonly buyers: readonly Person[];
  readonly attackers: number;
  readonly holdSeconds: number;
}

async function runSale({
  client,
  fixture,
  secret,
  buyers,
  attackers,
  holdSeconds,
}: SaleOf): Promise<LoadResult> {
  const holdMs = holdSeconds * 1_000;
  const ending = new AbortController();
  const over = AbortSignal.any([ending.signal, AbortSignal.timeout(SALE_ENDS * holdMs)]);
  // Everybody who waits listens.
  setMaxListeners(0, over);
  const tally = createTally();
  const sale: Sale = { client, secret, performanceId: fixture.performanceId, grade: 'R', over, tally };
  const attacks = Promise.all(Array.from({ length: attackers }, () => attack(sale, SEAT_LIMIT, holdMs)));
  const visits = await Promise.all(
    buyers.map(async (buyer, i): Promise<Visit> => {
      const arrivesAt = BUYERS_FROM + ((BUYERS_UNTIL - BUYERS_FROM) * i) / buyers.length;
      await sleep(arrivesAt * holdMs);
      return buy(sale, buyer, SEATS_PER_BUYER);
    }),
  );
  const sold = visits.reduce((sum, { boughtSeats }) => sum + boughtSeats, 0);
  ending.abort();
  await attacks;
  const limited = visits.filter(({ wasLimited }) => wasLimited).length;
  return tally.result(sold, { 'buyer: all': buyers.length, 'buyer: limited': limited });
}
