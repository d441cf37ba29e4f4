import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { Connections } from './connections.ts';
import { createConnections } from './connections.ts';

let server: Server;
let clients: Socket[] = [];

afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
  server.close();
});

async function open(connections: Connections, answer: boolean): Promise<Socket> {
  server = createServer(
    (_request, response) => void (answer ? response.end('done') : response.write('half')),
  );
  connections.watch(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const accepted = once(server, 'connection');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  clients.push(client);
  await accepted;
  return client;
}

it('keeps nothing of an answer on a connection that has become idle', async () => {
  const connections = createConnections();
  const client = await open(connections, true);
  expect(connections.silent()).toHaveLength(1);
  const answered = once(client, 'data');
  client.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
  await answered;
  await expect.poll(() => connections.answersUnderWay()).toEqual([]);
  expect(connections.silent()).toEqual([]);
});

it('knows an answer that is partly sent until its connection breaks', async () => {
  const connections = createConnections();
  const client = await open(connections, false);
  const [, response] = await new Promise<unknown[]>((resolve) => {
    server.once('request', (...given) => resolve(given));
    client.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
  });
  expect(connections.answersUnderWay()).toEqual([response]);
  expect(connections.isAnswering((response as { req: { socket: Socket } }).req.socket)).toBe(true);
  client.destroy();
  await expect.poll(() => connections.answersUnderWay()).toEqual([]);
});
