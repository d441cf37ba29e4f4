/**
 * The service behind a server of the test's own, which the test can take off the network and whose pages it can replace by
 * those of another build, as a deploy does: every file in `assets/` then has another name, and the old names are gone.
 */
import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { afterAll, beforeAll } from 'vitest';
import type { RunningService } from './use-service.ts';

export interface Site extends Pick<RunningService, 'url' | 'signIn'> {
  /** Ends every connection and takes no other. */
  cut(): Promise<void>;
  restore(): Promise<void>;
  /** The next build: the pages name files that did not exist before. */
  deploy(): void;
  /** How many requests for a path that begins so have come. */
  requests(path: string): number;
}

/** A file of the build, whose name has a hash of its content: `index-DtXi7QR2`, then its type. */
const HASHED = /\b(\w[\w-]*-[\w-]{8})\.(js|css)\b/g;
const REWRITTEN = /^(?:text\/html|text\/javascript|text\/css)/;

export function useSite(service: RunningService): Site {
  let server: Server;
  let port = 0;
  let build = 1;
  const asked: string[] = [];

  const listen = async (): Promise<void> => {
    server = createServer((request, reply) => void forward(request, reply)).listen(port, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  };

  async function forward(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    const path = request.url ?? '/';
    asked.push(path);
    const served = path.startsWith('/assets/') ? nameBefore(path, build) : path;
    if (served === undefined) {
      reply.writeHead(404).end();
      return;
    }
    const { 'if-none-match': _, ...headers } = request.headers;
    const onward = httpRequest(new URL(served, service.url), {
      method: request.method,
      headers: { ...headers, 'accept-encoding': 'identity' },
    });
    request.pipe(onward);
    // The browser has gone, or the test has cut the line.
    reply.on('close', () => onward.destroy());
    onward.on('error', () => reply.destroy());
    onward.on('response', (answer) => {
      const { etag: _tag, 'content-length': _length, ...answered } = answer.headers;
      reply.writeHead(answer.statusCode!, answered);
      if (build === 1 || !REWRITTEN.test(answered['content-type'] ?? '')) answer.pipe(reply);
      else void textOf(answer).then((text) => reply.end(ofBuild(text, build)));
    });
  }

  beforeAll(listen);
  const cut = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  afterAll(() => (server?.listening ? cut() : undefined));

  return {
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    signIn: (...as) => service.signIn(...as),
    cut,
    restore: listen,
    deploy: () => void (build += 1),
    requests: (path) => asked.filter((one) => one.startsWith(path)).length,
  };
}

/** `index-DtXi7QR2.b2.js` for the second build; the worker's own version is another one, too. */
function ofBuild(text: string, build: number): string {
  return text
    .replaceAll(HASHED, `$1.b${build}.$2`)
    .replaceAll(
      /(?<=rowlock-shell-[^]{0,20})[0-9a-f]{14}(?=[0-9a-f]{2}\b)/g,
      String(build).padStart(14, '0'),
    );
}

/** The file of the service that has this name in this build; undefined when it has none. */
function nameBefore(path: string, build: number): string | undefined {
  const mark = /\.b(\d+)\.(?=js|css)/.exec(path);
  if ((mark === null ? 1 : Number(mark[1])) !== build) return undefined;
  return path.replace(/\.b\d+\./, '.');
}
