/** Speaks HTTP/2 over TLS to a proxy, as a browser does, from an address that no proxy has. */
import { connect } from 'node:http2';
import type { ClientHttp2Session, IncomingHttpHeaders } from 'node:http2';
import { connect as connectFrom } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Proxy } from './proxy.ts';

const NAME = 'tickets.example.com';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Browser {
  send(method: string, path: string, given?: Sent): Promise<Answer>;
  /** Opens a stream; `text` is what has arrived so far. */
  stream(path: string): Promise<{ readonly headers: IncomingHttpHeaders; text(): string }>;
  close(): void;
}

interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Connects; the proxy must have the certificate and speak HTTP/2. */
export function openBrowser({ port, certificate }: Proxy, from: string): Browser {
  const session: ClientHttp2Session = connect(`https://${NAME}:${port}`, {
    createConnection: () =>
      connectTls({
        // Node's TLS binds no local address itself.
        socket: connectFrom({ host: '127.0.0.1', port, localAddress: from }),
        servername: NAME,
        ca: certificate,
        ALPNProtocols: ['h2'],
      }),
  });
  session.on('error', () => undefined);
  return {
    send: (method, path, { headers = {}, body } = {}) =>
      new Promise((resolve, reject) => {
        const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
        const request = session.request({ ':method': method, ':path': path, ...length, ...headers });
        let answer: Omit<Answer, 'text'> = { status: 0, headers: {} };
        let text = '';
        request
          .setEncoding('utf8')
          .on('response', (got) => (answer = { status: Number(got[':status']), headers: got }))
          .on('data', (part: string) => (text += part))
          .on('end', () => resolve({ ...answer, text }))
          .on('error', (error) => {
            // A proxy that refuses a body ends the stream while it is being sent.
            if (answer.status === 0) reject(error);
            else resolve({ ...answer, text });
          });
        request.end(body);
      }),
    stream: (path) =>
      new Promise((resolve, reject) => {
        const request = session.request({ ':path': path });
        let text = '';
        request
          .setEncoding('utf8')
          .on('response', (headers) => resolve({ headers, text: () => text }))
          .on('data', (part: string) => (text += part))
          .on('error', reject);
      }),
    close: () => session.destroy(),
  };
}
