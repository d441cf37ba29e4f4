/** The listener of `/metrics`: a port of its own, which no buyer reaches. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { sharedNextRun } from '../../../lib/next-run.ts';
import type { Place } from '../listening.ts';
import { listenFor } from '../listening.ts';

const CONNECTIONS_MAX = 16;
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export interface MetricsListener {
  /** The address of its page. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves what `read` returns; scrapes of one moment share a reading. Throws `CommandFailed`. */
export async function listenForScrapes(place: Place, read: () => Promise<string>): Promise<MetricsListener> {
  const shared = sharedNextRun(read);
  const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    void answer(request, response, () => shared(''));
  });
  server.maxConnections = CONNECTIONS_MAX;
  const address = await listenFor(server, place);
  return {
    url: `${address}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  { method, url }: IncomingMessage,
  response: ServerResponse,
  read: () => Promise<string>,
): Promise<void> {
  const send = (status: number, text: string, type = 'text/plain; charset=utf-8'): void => {
    response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
    response.end(method === 'HEAD' ? undefined : text);
  };
  if (url?.split('?')[0] !== '/metrics') return send(404, 'The metrics are at /metrics.\n');
  if (method !== 'GET' && method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return send(405, 'The metrics can only be read.\n');
  }
  try {
    send(200, await read(), CONTENT_TYPE);
  } catch {
    send(500, 'The metrics cannot be read now.\n');
  }
}
