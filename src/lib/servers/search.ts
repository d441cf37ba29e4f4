/** Finds, among the servers of an address, the one that takes writes. */
import type { Server } from './address.ts';
import { hostText } from './address.ts';

/** Asks a server whether it takes writes: undefined when it does, else what speaks against it. Answers in bounded time. */
export type Probe = (server: Server) => Promise<string | undefined>;

/** No server of the address takes writes; the message has what each of them said. */
export class NoWritableServer extends Error {}

/** A server that took writes when it was asked, and how often the servers had changed until then. */
export interface Found {
  readonly server: Server;
  readonly epoch: number;
}

/** A search that remembers which server took writes. Its users share it. */
export interface ServerSearch {
  /**
   * Asks the servers in order, one after another; the one that was found last comes first, one that was left comes last. All
   * who ask meanwhile get the same answer. Throws `NoWritableServer`.
   */
  find(): Promise<Found>;
  /** Notes that a connection of this epoch has met a server that goes away or takes no writes. */
  leave(epoch: number): void;
  /** Whether connections of this epoch belong to a server that was left. */
  isLeft(epoch: number): boolean;
}

export function createServerSearch(servers: readonly Server[], probe: Probe): ServerSearch {
  let epoch = 0;
  let last: Server | undefined;
  let left: Server | undefined;
  let searching: Promise<Found> | undefined;

  async function search(): Promise<Found> {
    const said: string[] = [];
    for (const server of inOrder(servers, last, left)) {
      const objection = await probe(server);
      if (objection === undefined) return found(server);
      said.push(`${hostText(server)} ${objection}`);
    }
    throw new NoWritableServer(`no server takes writes: ${said.join('; ')}`);
  }

  function found(server: Server): Found {
    // What is connected to another one belongs to the past.
    if (last !== undefined && last !== server) epoch += 1;
    last = server;
    left = undefined;
    return { server, epoch };
  }

  return {
    find: () => (searching ??= search().finally(() => (searching = undefined))),
    leave: (of) => {
      if (of !== epoch) return;
      epoch += 1;
      left = last;
      last = undefined;
    },
    isLeft: (of) => of !== epoch,
  };
}

function inOrder(
  servers: readonly Server[],
  first: Server | undefined,
  last: Server | undefined,
): readonly Server[] {
  const rest = servers.filter((server) => server !== first && server !== last);
  return [first, ...rest, last].filter((server) => server !== undefined);
}
