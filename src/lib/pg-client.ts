/** The one place that makes connections to PostgreSQL: no other file of the source may import the driver's values. */
import type { Socket } from 'node:net';
import pg from 'pg';

/**
 * A connection of the driver that always has an `error` listener. The driver emits `error` when the network
 * or the server ends a connection, and Node ends a process whose emitter has no listener. pg-pool removes its
 * own listener before it hands a client out, so a reset in that moment would end the service. A statement in
 * flight, or the next one, still fails.
 */
export class Client extends pg.Client {
  /** A COMMIT was answered although its wait for the standby was cancelled. The code that reads it resets it. */
  isUnreplicated = false;

  constructor(config: pg.ClientConfig = {}) {
    super(withoutAlias(config));
    this.on('error', () => undefined);
    this.on('notice', ({ routine }) => {
      // The routine identifies it: the text is in the server's language, and every warning has its code.
      if (routine === 'SyncRepWaitForLSN') this.isUnreplicated = true;
    });
  }
}

/** A pool of such connections. It replaces an idle one that dies, and says so by an `error`, which needs a listener, too. */
export function createPool(
  config: Omit<pg.PoolConfig, 'Client' | 'verify' | 'onConnect'>,
  prepare: (client: Client) => Promise<void>,
): pg.Pool {
  /**
   * Is connected once it is prepared. The pool's own `verify` loses a connection for good when the request that it is made for
   * gives up meanwhile: nobody gives it back. Its `onConnect` waits for the farewell of a connection that does not answer.
   */
  class PreparedClient extends Client {
    override connect(): Promise<Client>;
    override connect(callback: ((error: Error) => void) | ((error: null, client: Client) => void)): void;
    override connect(callback?: (error: never, client: Client) => void): Promise<Client> | void {
      const connected = super.connect().then(() => this.#prepared());
      if (callback === undefined) return connected;
      const call = callback as (error: unknown, client?: Client) => void;
      // Not in a promise's chain: what the pool throws is the program's error.
      connected.then(
        () => setImmediate(call, null, this),
        (error: unknown) => setImmediate(call, error),
      );
    }

    async #prepared(): Promise<Client> {
      try {
        await prepare(this);
        return this;
      } catch (error) {
        (this as unknown as { readonly connection: { readonly stream: Socket } }).connection.stream.destroy();
        throw error;
      }
    }
  }
  const pool = new pg.Pool({ ...config, Client: PreparedClient });
  pool.on('error', () => undefined);
  return pool;
}

/** How the driver itself reads the values of each type. */
export const driverTypes: pg.CustomTypesConfig = pg.types;

/**
 * To the driver `require`, `prefer` and `verify-ca` are aliases of `verify-full`, and each use prints a warning of some
 * lines about its next version. The name says what is meant.
 */
function withoutAlias(config: pg.ClientConfig): pg.ClientConfig {
  const { connectionString } = config;
  if (connectionString === undefined || /[?&]uselibpqcompat=/.test(connectionString)) return config;
  const alias = /([?&]sslmode=)(?:require|prefer|verify-ca)(?=&|$)/;
  return { ...config, connectionString: connectionString.replace(alias, '$1verify-full') };
}
