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

  constructor(config?: pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
    this.on('notice', ({ routine }) => {
      // The routine identifies it: the text is in the server's language, and every warning has its code.
      if (routine === 'SyncRepWaitForLSN') this.isUnreplicated = true;
    });
  }
}
