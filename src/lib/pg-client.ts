/** The one place that makes connections to PostgreSQL: no other file of the source may import the driver's values. */
import pg from 'pg';
import { serversOf } from './servers/address.ts';
import { directTo, readableConfig, searchOf, socketOf } from './servers/probe.ts';
import type { Found, ServerSearch } from './servers/search.ts';

/**
 * A connection of the driver that always has an `error` listener. The driver emits `error` when the network
 * or the server ends a connection, and Node ends a process whose emitter has no listener. pg-pool removes its
 * own listener before it hands a client out, so a reset in that moment would end the service. A statement in
 * flight, or the next one, still fails.
 *
 * Where the address names several servers, it connects to the first one that takes writes. Throws `AddressError` for such
 * an address that breaks a rule, and `NoWritableServer` from `connect`.
 */
export class Client extends pg.Client {
  /** A COMMIT was answered although its wait for the standby was cancelled. The code that reads it resets it. */
  isUnreplicated = false;
  /** Tells the server that it is connected to from others, and from itself before a restart; known once it is prepared. */
  server = '';
  /** The answer of the search by which it was connected; undefined for an address of one server. */
  found: Found | undefined;
  readonly #search: ServerSearch | undefined;

  /** `search` is shared by the connections of a pool; without one it searches for itself. */
  constructor(config: pg.ClientConfig = {}, search: ServerSearch | undefined = searchOf(config)) {
    super(readableConfig(config));
    this.#search = search;
    this.on('error', () => undefined);
    this.on('notice', ({ routine }) => {
      // The routine identifies it: the text is in the server's language, and every warning has its code.
      if (routine === 'SyncRepWaitForLSN') this.isUnreplicated = true;
    });
  }

  override connect(): Promise<Client>;
  override connect(callback: ((error: Error) => void) | ((error: null, client: Client) => void)): void;
  override connect(callback?: (error: never, client: Client) => void): Promise<Client> | void {
    const connected = this.established();
    if (callback === undefined) return connected;
    const call = callback as (error: unknown, client?: Client) => void;
    // Not in a promise's chain: what the callback throws is the program's error.
    connected.then(
      () => setImmediate(call, null, this),
      (error: unknown) => setImmediate(call, error),
    );
  }

  /** Is connected once this resolves. */
  protected async established(): Promise<Client> {
    if (this.#search !== undefined) {
      this.found = await this.#search.find();
      // A pool ends the wait for a connection by this, and a destroyed socket could still be connected.
      if (socketOf(this).destroyed) throw new Error('timeout: no server was found in time');
      directTo(this, this.found.server);
    }
    await super.connect();
    return this;
  }
}

/** A pool that may belong to an address with several servers. */
export class ServerPool extends pg.Pool {
  readonly #search: ServerSearch | undefined;

  constructor(config: pg.PoolConfig, search: ServerSearch | undefined) {
    super(config);
    this.#search = search;
  }

  /**
   * Notes that a connection has met a server that goes away or takes no writes: no other connection to that server is lent,
   * and the next search asks the others first. Does nothing for an address of one server.
   */
  leave(client: pg.ClientBase): void {
    const { found } = client as Client;
    if (found !== undefined) this.#search?.leave(found.epoch);
  }

  /** Whether a connection leads to a server that was left. */
  isLeft(client: pg.ClientBase): boolean {
    const { found } = client as Client;
    return found !== undefined && this.#search?.isLeft(found.epoch) === true;
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(
    callback: (error: Error | undefined, client: pg.PoolClient | undefined, done: () => void) => void,
  ): void;
  override connect(
    callback?: (error: Error | undefined, client: pg.PoolClient | undefined, done: () => void) => void,
  ): Promise<pg.PoolClient> | void {
    if (callback === undefined) return this.#search === undefined ? super.connect() : this.#current();
    if (this.#search === undefined) return super.connect(callback);
    this.#current().then(
      (client) => setImmediate(callback, undefined, client, client.release.bind(client)),
      (error: unknown) => setImmediate(callback, error as Error, undefined, () => undefined),
    );
  }

  /** A connection to the server that takes writes. At most all idle ones are ended before a new one is made. */
  async #current(): Promise<pg.PoolClient> {
    for (let idle = this.options.max; ; idle -= 1) {
      const client = await super.connect();
      if (idle < 0 || !this.isLeft(client)) return client;
      // Of a server that does not answer, the pool would wait for the farewell.
      socketOf(client).destroy();
      client.release(true);
    }
  }
}

/** A pool of such connections. It replaces an idle one that dies, and says so by an `error`, which needs a listener, too. */
export function createPool(
  config: Omit<pg.PoolConfig, 'Client' | 'verify' | 'onConnect'>,
  prepare: (client: Client) => Promise<void>,
): ServerPool {
  const search = searchOf(config);
  /**
   * Is connected once it is prepared. The pool's own `verify` loses a connection for good when the request that it is made for
   * gives up meanwhile: nobody gives it back. Its `onConnect` waits for the farewell of a connection that does not answer.
   */
  class PreparedClient extends Client {
    constructor(given?: pg.ClientConfig) {
      super(given, search);
    }

    protected override async established(): Promise<Client> {
      await super.established();
      try {
        await prepare(this);
        return this;
      } catch (error) {
        socketOf(this).destroy();
        throw error;
      }
    }
  }
  const pool = new ServerPool({ ...config, Client: PreparedClient }, search);
  // An idle one that dies tells that its server goes away.
  pool.on('error', (_, client) => pool.leave(client));
  return pool;
}

/**
 * The address with one server alone: the first one that takes writes now. For work that ends with its server. Throws
 * `AddressError` and `NoWritableServer`.
 */
export async function addressOfOne(address: string): Promise<string> {
  const several = serversOf(address);
  if (several === undefined) return address;
  const found = await searchOf({ connectionString: address })?.find();
  return found === undefined ? address : several.withServer(found.server);
}

/** How the driver itself reads the values of each type. */
export const driverTypes: pg.CustomTypesConfig = pg.types;
