/** A client of server-sent events, and a server that listens for it. */
import { get } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BoxOffice } from '../../src/box-office/box-office.ts';
import { createServer } from '../../src/http/server.ts';
import type { ServerOptions } from '../../src/http/server.ts';
import { until } from './gate.ts';
import type { TestServer } from './http.ts';
import { TEST_SECRET } from './http.ts';

export interface StreamedEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface EventClient {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Everything received so far. */
  text(): string;
  /** The events among it, comments left out. */
  events(): readonly StreamedEvent[];
  /** Waits for `count` events of this kind, and returns the last one. */
  event(kind: string, count?: number): Promise<StreamedEvent>;
  /** Resolves when the stream is over: ended by the server, or cut off. */
  readonly over: Promise<'ended' | 'cut'>;
  stopReading(): void;
  leave(): void;
}

/** Over the file's box office, or a wrapper around it. */
export async function listenFor(
  server: TestServer,
  options: { readonly limits?: ServerOptions['limits']; readonly boxOffice?: BoxOffice } = {},
): Promise<{ readonly app: TestServer['app']; readonly port: number }> {
  const { boxOffice = server.boxOffice, limits } = options;
  const app = await createServer({ boxOffice, auth: { secret: TEST_SECRET }, limits });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return { app, port: (app.server.address() as AddressInfo).port };
}

export async function openEvents(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<EventClient> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, headers, agent: false }, resolve).on('error', reject);
  });
  let text = '';
  let parsed = 0;
  const events: StreamedEvent[] = [];
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    // The text after the last empty line is not complete yet.
    for (let end = text.indexOf('\n\n', parsed); end !== -1; end = text.indexOf('\n\n', parsed)) {
      const event = eventIn(text.slice(parsed, end));
      if (event !== undefined) events.push(event);
      parsed = end + 2;
    }
  });
  response.on('error', () => undefined);
  const over = new Promise<'ended' | 'cut'>((resolve) => {
    response.once('close', () => resolve(response.complete ? 'ended' : 'cut'));
  });
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text: () => text,
    events: () => events,
    event: async (kind, count = 1) => {
      const found = (): readonly StreamedEvent[] => events.filter(({ event }) => event === kind);
      await until(async () => found().length >= count);
      return found()[count - 1]!;
    },
    over,
    stopReading: () => response.pause(),
    leave: () => response.destroy(),
  };
}

/** Undefined for a block without an event: a comment, a setting. */
function eventIn(block: string): StreamedEvent | undefined {
  const fields = new Map(block.split('\n').map((line) => line.split(/: (.*)/, 2) as [string, string]));
  const event = fields.get('event');
  if (event === undefined) return undefined;
  return { event, id: fields.get('id'), data: JSON.parse(fields.get('data')!) as StreamedEvent['data'] };
}
