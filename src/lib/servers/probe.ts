/** Asks a server of several whether it takes writes. */
import type { Socket } from 'node:net';
import pg from 'pg';
import type { Server } from './address.ts';
import { serversOf } from './address.ts';
import type { ServerSearch } from './search.ts';
import { createServerSearch } from './search.ts';

/** How long one server may take until it has said whether it takes writes. */
const PROBE_TIMEOUT_MS = 2_000;

/** A search among the servers of an address; undefined where it names one alone. Throws `AddressError`. */
export function searchOf(config: pg.ClientConfig): ServerSearch | undefined {
  const several = serversOf(config.connectionString ?? '');
  return several === undefined
    ? undefined
    : createServerSearch(several.servers, (server) => objectionOf(config, server));
}

/** What speaks against a server, in words; undefined when it takes writes. */
async function objectionOf(config: pg.ClientConfig, server: Server): Promise<string | undefined> {
  const client = new pg.Client({
    ...readableConfig(config),
    connectionTimeoutMillis: PROBE_TIMEOUT_MS,
    query_timeout: PROBE_TIMEOUT_MS,
  });
  client.on('error', () => undefined);
  directTo(client, server);
  try {
    await client.connect();
    const { rows } = await client.query<{ readonly isStandby: boolean; readonly readsOnly: boolean }>(`
      select pg_is_in_recovery() as "isStandby", current_setting('transaction_read_only')::boolean as "readsOnly"`);
    // Not waited for: it has said what it is asked for.
    client.end().catch(() => undefined);
    if (rows[0]?.isStandby === true) return 'is a standby';
    return rows[0]?.readsOnly === true ? 'takes no writes: default_transaction_read_only is on' : undefined;
  } catch (error) {
    socketOf(client).destroy();
    return failureOf(error);
  }
}

function failureOf(error: unknown): string {
  const { code, message } = error as Error & { readonly code?: string };
  if (code === 'ECONNREFUSED') return 'refuses connections';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'is an unknown host';
  if (/timeout/i.test(message)) return `does not answer within ${PROBE_TIMEOUT_MS / 1_000} s`;
  return `cannot be used: ${message}`;
}

/** Lets a client that is not yet connected connect there. */
export function directTo(client: pg.Client, { host, port }: Server): void {
  const { connectionParameters } = client as unknown as { readonly connectionParameters: object };
  // The second also finds the password in a password file.
  for (const target of [client, connectionParameters]) Object.assign(target, { host, port });
}

/** The socket of a client: to end it without a farewell. */
export function socketOf(client: pg.ClientBase): Socket {
  return (client as unknown as { readonly connection: { readonly stream: Socket } }).connection.stream;
}

/** What the driver can read: it reads no address with several servers. Throws `AddressError`. */
export function readableConfig(config: pg.ClientConfig): pg.ClientConfig {
  const { connectionString } = config;
  if (connectionString === undefined) return config;
  const several = serversOf(connectionString);
  const [first] = several?.servers ?? [];
  const one = several === undefined || first === undefined ? connectionString : several.withServer(first);
  return { ...config, connectionString: withoutAlias(one) };
}

/**
 * To the driver `require`, `prefer` and `verify-ca` are aliases of `verify-full`, and each use prints a warning of some
 * lines about its next version. The name says what is meant.
 */
function withoutAlias(address: string): string {
  if (/[?&]uselibpqcompat=/.test(address)) return address;
  return address.replace(/([?&]sslmode=)(?:require|prefer|verify-ca)(?=&|$)/, '$1verify-full');
}
