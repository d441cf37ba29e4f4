import { createServer } from 'node:http';

/**
 * Starts the least that Node's HTTP server can do for such a request: read the body and answer with as many
 * bytes as the service. Resolves with its port.
 */
export async function serveBare(): Promise<number> {
  const answer = JSON.stringify({ answer: 'x'.repeat(190) });
  const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': answer.length };
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(201, headers).end(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return address.port;
}
