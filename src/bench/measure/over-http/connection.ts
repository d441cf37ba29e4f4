/**
 * One kept-alive HTTP/1.1 connection that sends a request after each answer, and does nothing more. Node's
 * own client would take more processor time than the service that is measured.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

export interface HttpConnection {
  /** Sends a whole request, head and body, and waits for its answer. Throws when the connection ends. */
  exchange(request: string | Buffer): Promise<HttpAnswer>;
  readonly isOpen: boolean;
  close(): void;
}

/** Opens a connection to a service on this machine, from this of the machine's addresses. */
export async function openHttpConnection(port: number, localAddress = '127.0.0.1'): Promise<HttpConnection> {
  const socket = connect({ port, host: '127.0.0.1', localAddress, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return connectionOn(socket);
}

interface Waiting {
  readonly resolve: (answer: HttpAnswer) => void;
  readonly reject: (error: Error) => void;
}

function connectionOn(socket: Socket): HttpConnection {
  let received = '';
  let waiting: Waiting | undefined;
  // The service's JSON is ASCII here: one character is one byte.
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    received += chunk;
    const answer = readAnswer(received);
    if (answer === undefined) return;
    received = '';
    waiting?.resolve(answer);
  });
  const end = (error?: Error): void => waiting?.reject(error ?? new Error('the service closed a connection'));
  socket.on('error', end);
  socket.on('close', () => end());
  return {
    exchange: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(request, 'latin1');
      }),
    get isOpen() {
      return !socket.destroyed;
    },
    close: () => {
      waiting = undefined;
      socket.destroy();
    },
  };
}

/** The answer, or undefined until all of it has arrived. Every answer has a Content-Length. */
export function readAnswer(received: string): HttpAnswer | undefined {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const length = /\r\ncontent-length: *(\d+)/i.exec(received.slice(0, headEnd))?.[1];
  if (length === undefined) throw new Error(`an answer without a length: ${received.slice(0, 80)}`);
  const bodyStart = headEnd + 4;
  if (received.length < bodyStart + Number(length)) return undefined;
  return { status: Number(received.slice(9, 12)), body: received.slice(bodyStart) };
}

/** A POST with a JSON body. */
export function postRequest(path: string, headers: Readonly<Record<string, string>>, body: string): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return (
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${lines.join('')}` +
    `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  );
}
