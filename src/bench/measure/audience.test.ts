import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { openAudience } from './audience.ts';

const sockets: Socket[] = [];
const server = createServer((_request, response) => response.writeHead(200, { 'content-length': 0 }).end());
server.on('connection', (socket) => sockets.push(socket));
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

// Elsewhere 127.0.0.2 has to be set up first.
describe.runIf(process.platform === 'linux')('openAudience', () => {
  it('spreads its connections over the addresses, keeps them open, and counts those that were ended', async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const audience = await openAudience({ port, performanceId: 'any', watchers: 0, idle: 20, addresses: 8 });
    const from = new Map<string, number>();
    for (const { remoteAddress = '' } of sockets) from.set(remoteAddress, (from.get(remoteAddress) ?? 0) + 1);
    expect([...from].sort(([one], [other]) => one.localeCompare(other))).toEqual(
      [3, 3, 3, 3, 2, 2, 2, 2].map((count, i) => [`127.0.0.${i + 1}`, count]),
    );
    expect(audience.idleEnded()).toBe(0);
    for (const socket of sockets.slice(0, 3)) socket.destroy();
    await expect.poll(() => audience.idleEnded()).toBe(3);
    expect(audience.stop([])).toMatchObject({ ended: 0, idleEnded: 3, events: 0 });
  });
});
