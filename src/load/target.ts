/** Chooses what a crowd storms, from what the service offers. */
import type { Currency } from '../domain/currency.ts';
import type { CrowdTarget, PopularSeat } from './buyer.ts';
import type { ServiceClient } from './http-client.ts';

/** No performance is on sale. The message is one line for the user. */
export class NoTarget extends Error {}

interface PerformanceAnswer extends Currency {
  readonly id: string;
  readonly sale: string;
  readonly seatLimit: number | null;
  readonly grades: readonly {
    readonly grade: string;
    readonly price: number;
    readonly free: number;
    readonly held: number;
    readonly sold: number;
  }[];
}
interface SeatAnswer {
  readonly label: string;
  readonly section: string;
  readonly row: string;
  readonly grade: string;
}

/** How many seats of the dearest grade, the first on the map, are popular. */
const POPULAR_SEATS = 80;

/**
 * The named performance; without a name the smallest open one with seats for the crowd, or else the one with
 * most free seats. Throws `NoTarget` and `NoAnswer`.
 */
export async function chooseTarget(
  client: ServiceClient,
  performanceId: string | undefined,
  buyers: number,
): Promise<CrowdTarget & Currency & { readonly seats: number; readonly free: number }> {
  const ids = performanceId === undefined ? await openPerformances(client) : [performanceId];
  const answers = await Promise.all(ids.map((id) => readPerformance(client, id)));
  const sizes = answers
    .filter(({ sale }) => sale === 'open')
    .map((performance) => ({ performance, ...sizeOf(performance) }));
  const [best] = sizes.toSorted(
    (one, other) =>
      Number(other.free >= buyers) - Number(one.free >= buyers) ||
      (one.free >= buyers ? one.seats - other.seats : other.free - one.free),
  );
  if (best === undefined || best.free === 0) {
    throw new NoTarget(
      performanceId === undefined
        ? 'nothing is on sale: no performance has an open sale and a free seat'
        : `the performance ${performanceId} has no open sale with a free seat`,
    );
  }
  const [first, ...others] = best.performance.grades.filter(({ free }) => free > 0);
  if (first === undefined) throw new Error('a free seat has a grade');
  const { id, seatLimit, currency, minorUnit } = best.performance;
  const popularSeats = await popularSeatsOf(client, id, first.grade);
  return {
    performanceId: id,
    seatLimit,
    currency,
    minorUnit,
    grades: [first, ...others],
    popularSeats,
    seats: best.seats,
    free: best.free,
  };
}

function sizeOf({ grades }: PerformanceAnswer): { readonly seats: number; readonly free: number } {
  return grades.reduce(
    (size, { free, held, sold }) => ({ seats: size.seats + free + held + sold, free: size.free + free }),
    { seats: 0, free: 0 },
  );
}

async function openPerformances(client: ServiceClient): Promise<readonly string[]> {
  const body = await read<{ concerts: readonly { performances: readonly { id: string; sale: string }[] }[] }>(
    client,
    '/v1/concerts',
  );
  const performances = body.concerts.flatMap((concert) => concert.performances);
  return performances.filter(({ sale }) => sale === 'open').map(({ id }) => id);
}

async function readPerformance(client: ServiceClient, id: string): Promise<PerformanceAnswer> {
  return read<PerformanceAnswer>(client, `/v1/performances/${id}`);
}

async function popularSeatsOf(
  client: ServiceClient,
  id: string,
  grade: string,
): Promise<readonly PopularSeat[]> {
  const { seats } = await read<{ seats: readonly SeatAnswer[] }>(client, `/v1/performances/${id}/seat-map`);
  return seats
    .filter((seat) => seat.grade === grade)
    .slice(0, POPULAR_SEATS)
    .map(({ label, section, row }) => ({ label, row: `${section}-${row}` }));
}

async function read<Body>(client: ServiceClient, path: string): Promise<Body> {
  const { refusal, body } = await client.send({ method: 'GET', path });
  if (refusal !== undefined) throw new NoTarget(`the service answers ${path} with ${refusal}`);
  return body as Body;
}
