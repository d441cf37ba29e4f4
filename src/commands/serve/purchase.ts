/** The purchase that a service in development prints at its start, to paste into a shell. */
import type { Concert, ConcertPerformance } from '../../catalogue/concerts.ts';

interface Offer {
  readonly performanceId: string;
  readonly grade: string;
  readonly price: number;
}

/** A seat to buy: the cheapest paid grade of the first open sale. Undefined when no sale is open. */
export function offerIn(concerts: readonly Concert[]): Offer | undefined {
  return concerts
    .flatMap((concert) => concert.performances)
    .filter((performance) => performance.sale === 'open')
    .flatMap(cheapestIn)
    .at(0);
}

function cheapestIn({ performanceId, grades }: ConcertPerformance): Offer[] {
  // Sorted by price, highest first.
  return grades
    .filter(({ price }) => price > 0)
    .slice(-1)
    .map(({ grade, price }) => ({ performanceId, grade, price }));
}

/**
 * Four lines for bash and sh that need only curl and sed: token, top-up, hold, payment. Each run buys for a
 * new account, so the keys can stay the same.
 */
export function purchaseLines(serviceUrl: string, { performanceId, grade, price }: Offer): readonly string[] {
  const reservations = `${serviceUrl}/v1/performances/${performanceId}/reservations`;
  const post = (url: string, key: string, body?: object): string => {
    const json =
      body === undefined ? '' : ` -H 'Content-Type: application/json' -d '${JSON.stringify(body)}'`;
    return `curl -s -X POST ${url} -H "Authorization: Bearer $TOKEN" -H 'Idempotency-Key: ${key}'${json}`;
  };
  const taking = (name: string): string => `sed 's/.*"${name}":"\\([^"]*\\)".*/\\1/'`;
  const bestAvailable = { grade, quantity: 1 };
  return [
    `TOKEN=$(curl -s -X POST ${serviceUrl}/v1/dev/tokens | ${taking('token')})`,
    `${post(`${serviceUrl}/v1/wallet/top-ups`, 'top-up', { amount: price })}; echo`,
    `RESERVATION=$(${post(reservations, 'hold', { bestAvailable })} | ${taking('id')}); echo "held: $RESERVATION"`,
    `${post(`"${reservations}/$RESERVATION/payment"`, 'payment')}; echo`,
  ];
}
