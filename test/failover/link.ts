/** A way over TCP that can be cut, as the cable of a server can. */
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';

export interface Link {
  readonly port: number;
  /** Cuts every connection and refuses new ones, until it is mended. */
  cut(): void;
  /** Loses all that the target sends from now on; the connections stay. */
  lose(): void;
  mend(): void;
  close(): Promise<void>;
}

/** Leads from a free port of 127.0.0.1 to this one. */
export async function openLink(target: number): Promise<Link> {
  const sockets = new Set<Socket>();
  let state: 'whole' | 'cut' | 'losing' = 'whole';
  const keep = (socket: Socket): void => {
    sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => undefined));
  };
  const listener = createServer((near) => {
    keep(near);
    if (state === 'cut') {
      near.destroy();
      return;
    }
    const far = connect(target, '127.0.0.1');
    keep(far);
    near.pipe(far);
    far.on('data', (chunk) => {
      if (state !== 'losing') near.write(chunk);
    });
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const end = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (listener.address() as AddressInfo).port,
    cut: () => {
      state = 'cut';
      end();
    },
    lose: () => {
      state = 'losing';
    },
    mend: () => {
      // What has lost something cannot go on.
      if (state === 'losing') end();
      state = 'whole';
    },
    close: async () => {
      end();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
