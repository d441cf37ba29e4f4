/** Answers with problems what Node refuses before Fastify has a request. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { PROBLEM_TYPE, problemText } from '../answers/problem.ts';
import type { Connections } from './connections.ts';

interface Fault {
  readonly status: number;
  readonly reason: string;
  readonly detail: string;
}

const PARSER_FAULTS: Readonly<Record<string, Fault>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    reason: 'Request Header Fields Too Large',
    detail: 'The headers are too large.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    reason: 'Request Timeout',
    detail: 'The request took too long to arrive.',
  },
};
const MALFORMED: Fault = { status: 400, reason: 'Bad Request', detail: 'The request is not valid HTTP.' };
const EXPECTATION: Fault = {
  status: 417,
  reason: 'Expectation Failed',
  detail: 'Only 100-continue can be expected.',
};

/** Answers a connection on which no request could be read, and closes it. */
export function answerUnreadable(
  connections: Connections,
  basePath: string,
): (error: Error & { readonly code?: string }, socket: Socket) => void {
  return (error, socket) => {
    // After a reset no client listens; a second answer would corrupt the one being sent.
    const isHopeless = error.code === 'ECONNRESET' || socket.destroyed || !socket.writable;
    if (isHopeless || connections.isAnswering(socket)) {
      socket.destroy();
      return;
    }
    const fault = PARSER_FAULTS[error.code ?? ''] ?? MALFORMED;
    const body = bodyOf(fault, basePath);
    const head = Object.entries(headersOf(body)).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 ${fault.status} ${fault.reason}\r\n${head.join('')}\r\n${body}`);
  };
}

/** Refuses expectations that the server can't meet. */
export function refuseExpectations(server: Server, basePath: string): void {
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const body = bodyOf(EXPECTATION, basePath);
    response.writeHead(EXPECTATION.status, headersOf(body)).end(body);
  });
}

function bodyOf({ status, detail }: Fault, basePath: string): string {
  return problemText('invalid_request', { status, instance: randomUUID(), detail }, basePath);
}

function headersOf(body: string): Readonly<Record<string, string>> {
  return {
    'content-type': PROBLEM_TYPE,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
}
