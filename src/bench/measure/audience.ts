/** What a service carries beside its sale: pages that watch the seats, and connections without a request. */
import type { HttpConnection } from './over-http/connection.ts';
import { openHttpConnection } from './over-http/connection.ts';
import { openWatchers } from './watch-load.ts';
import type { SeatAnswer, WatchReport, WatchRequest } from './worker-protocol.ts';

const OPENED_AT_ONCE = 100;
const ANY_REQUEST = 'GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n';

export interface Audience {
  /** How many idle connections the service has ended so far. */
  idleEnded(): number;
  stop(held: readonly SeatAnswer[]): WatchReport;
}

/** Resolves when every stream has begun. Throws network errors, and when a stream is refused. */
export async function openAudience(wanted: WatchRequest): Promise<Audience> {
  const addressOf = (i: number): string => loopbackAddress(i, wanted.addresses);
  const watching = await openWatchers(wanted, addressOf);
  // Last: the service closes a connection that has been idle for a minute.
  const idle = await openIdle(wanted, addressOf);
  const idleEnded = (): number => idle.filter(({ isOpen }) => !isOpen).length;
  return {
    idleEnded,
    stop: (held) => {
      const seen = { ...watching.stop(held), idleEnded: idleEnded() };
      for (const connection of idle) connection.close();
      return seen;
    },
  };
}

/** The address of the i-th of many clients: one of so many, in turn (RFC 5735 section 3: 127.0.0.0/8 is loopback). */
export function loopbackAddress(i: number, addresses: number): string {
  return `127.0.0.${1 + (i % addresses)}`;
}

async function openIdle(
  { port, idle }: WatchRequest,
  addressOf: (i: number) => string,
): Promise<readonly HttpConnection[]> {
  const open: HttpConnection[] = [];
  while (open.length < idle) {
    const count = Math.min(OPENED_AT_ONCE, idle - open.length);
    const more = Array.from({ length: count }, (_, i) => openIdleOne(port, addressOf(open.length + i)));
    open.push(...(await Promise.all(more)));
  }
  return open;
}

/** A connection that never sends a request would be closed after ten seconds. */
async function openIdleOne(port: number, localAddress: string): Promise<HttpConnection> {
  const connection = await openHttpConnection(port, localAddress);
  await connection.exchange(ANY_REQUEST);
  return connection;
}
