/** A proxy between a service and PostgreSQL that understands their messages and carries out a plan of faults. */
import { once } from 'node:events';
import { createServer, connect as connectTo } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { MessageKind } from '../pg-messages.ts';
import { clientKind, onMessage, pidIn, serverKind } from '../pg-messages.ts';
import type { Plan, Planned } from './plan.ts';

export interface StormProxy {
  /** The server's connection string, by way of the proxy. */
  readonly url: string;
  /** From now on messages meet the faults of this plan; with none they pass. */
  strike(plan: Plan | undefined): void;
  close(): Promise<void>;
}

/** How often the server ends a session while all faults wait for one to begin or to be ended. */
const STIR_MS = 30;
/** The share of delays that are longer than any wait of the service. */
const LONG_DELAY_SHARE = 0.08;
const DELAY_MS_MAX = 60;

/** One connection of the service with its server. */
interface Link {
  readonly client: Socket;
  readonly server: Socket;
  pid: number | undefined;
  /** Set when the connection has been broken: nothing passes any more. */
  isBroken: boolean;
}

export async function startStormProxy(url: string, longDelayMs: number): Promise<StormProxy> {
  const target = new URL(url);
  const admin = new pg.Pool({ connectionString: url, max: 4 });
  admin.on('error', () => undefined);
  const links = new Set<Link>();
  let plan: Plan | undefined;
  let stirred = 0;

  const signal = async (link: Link, how: 'terminate' | 'cancel'): Promise<void> => {
    if (link.pid === undefined) return;
    await admin.query(`select pg_${how}_backend($1)`, [link.pid]);
  };
  const carryOut = async (
    link: Link,
    to: Socket,
    message: Buffer,
    { fault, extent }: Planned,
  ): Promise<void> => {
    switch (fault) {
      case 'reset before':
        return reset(link);
      case 'reset behind':
        return new Promise((resolve) => {
          to.write(message, () => {
            reset(link);
            resolve();
          });
        });
      case 'truncate': {
        link.isBroken = true;
        to.end(message.subarray(0, 1 + Math.floor(extent * (message.length - 1))));
        (to === link.client ? link.server : link.client).destroy();
        return;
      }
      case 'delay':
        await delay(extent < LONG_DELAY_SHARE ? longDelayMs : extent * DELAY_MS_MAX);
        to.write(message);
        return;
      case 'terminate':
        await signal(link, 'terminate');
        to.write(message);
        return;
      case 'cancel':
        // The server may be at work on it when the cancellation comes.
        to.write(message);
        return signal(link, 'cancel');
    }
  };
  const pass = (link: Link, from: Socket, to: Socket, kindOf: (message: Buffer) => MessageKind): void => {
    /** Settles when all messages before have passed; undefined when none waits. */
    let line: Promise<void> | undefined;
    onMessage(
      from,
      (message) => {
        const kind = kindOf(message);
        if (kind === 'key data') link.pid = pidIn(message);
        const fault = plan?.take(kind);
        if (line === undefined && fault === undefined) {
          if (!link.isBroken) to.write(message);
          return;
        }
        const mine = (line ?? Promise.resolve())
          .then(() => {
            if (link.isBroken) return undefined;
            if (fault !== undefined) return carryOut(link, to, message, fault);
            to.write(message);
            return undefined;
          })
          // The administrator's session may be what a fault of the test's own server ends.
          .catch(() => reset(link))
          .finally(() => {
            if (line === mine) line = undefined;
          });
        line = mine;
      },
      from === link.server ? 'typed' : 'untyped',
    );
    from.on('close', () => {
      void (line ?? Promise.resolve()).then(() => to.end());
    });
  };
  const listener = createServer((client) => {
    const server = connectTo(Number(target.port === '' ? 5432 : target.port), target.hostname);
    const link: Link = { client, server, pid: undefined, isBroken: false };
    links.add(link);
    client.on('close', () => links.delete(link));
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      // The close that follows an error is all that matters.
      socket.on('error', () => undefined);
    }
    let isFirst = true;
    pass(link, client, server, (message) => {
      const kind = clientKind(message, isFirst);
      isFirst = false;
      return kind;
    });
    pass(link, server, client, serverKind);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const stirring = setInterval(() => {
    if (plan?.needsSessions !== true) return;
    const named = [...links].filter(({ pid }) => pid !== undefined);
    const link = named[stirred % Math.max(1, named.length)];
    stirred += 1;
    if (link !== undefined) void signal(link, 'terminate').catch(() => undefined);
  }, STIR_MS);
  const proxied = new URL(url);
  proxied.hostname = '127.0.0.1';
  proxied.port = String((listener.address() as AddressInfo).port);
  return {
    url: proxied.href,
    strike: (next) => {
      plan = next;
    },
    close: async () => {
      clearInterval(stirring);
      for (const link of links) reset(link);
      await new Promise((resolve) => listener.close(resolve));
      await admin.end();
    },
  };
}

/** Breaks a connection without a farewell, on both sides. */
function reset(link: Link): void {
  link.isBroken = true;
  link.client.resetAndDestroy();
  link.server.resetAndDestroy();
}
