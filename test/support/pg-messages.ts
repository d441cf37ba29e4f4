/** Messages of the PostgreSQL protocol (PostgreSQL manual, "Message Formats"), as a proxy sees them. */
import type { Socket } from 'node:net';

/**
 * Cuts what a socket receives into messages: a length of four bytes that counts itself, before it a type of one byte in all
 * but a client's first message.
 */
export function onMessage(
  socket: Socket,
  take: (message: Buffer) => void,
  first: 'untyped' | 'typed' = 'untyped',
): void {
  let pending = Buffer.alloc(0);
  let typeLength = first === 'typed' ? 1 : 0;
  socket.on('data', (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    while (pending.length >= typeLength + 4) {
      const length = typeLength + pending.readInt32BE(typeLength);
      if (pending.length < length) return;
      take(pending.subarray(0, length));
      pending = pending.subarray(length);
      typeLength = 1;
    }
  });
}

const CLIENT = { p: 'password', P: 'parse', B: 'bind', D: 'describe', E: 'execute', S: 'sync' } as const;
const SERVER = {
  R: 'authentication',
  S: 'parameter status',
  K: 'key data',
  Z: 'ready',
  1: 'parse complete',
  2: 'bind complete',
  T: 'row description',
  D: 'data row',
  E: 'error',
} as const;
const ENDINGS = ['begin', 'commit', 'rollback'] as const;

export const CLIENT_KINDS = ['startup', ...Object.values(CLIENT), ...ENDINGS, 'settings'] as const;
export const SERVER_KINDS = [
  ...Object.values(SERVER),
  ...ENDINGS.map((ending) => `${ending} complete` as const),
  'command complete',
] as const;

/** What a message is, by direction: the service sends those of a client. */
export type MessageKind = (typeof CLIENT_KINDS)[number] | (typeof SERVER_KINDS)[number] | 'other';

/** The kind of a client's message; the first one has no type. */
export function clientKind(message: Buffer, isFirst: boolean): MessageKind {
  if (isFirst) return 'startup';
  const type = typeOf(message);
  if (type === 'Q') return endingOf(textAt(message, 5)) ?? 'settings';
  return CLIENT[type as keyof typeof CLIENT] ?? 'other';
}

/** The kind of a server's message. */
export function serverKind(message: Buffer): MessageKind {
  const type = typeOf(message);
  if (type === 'C') {
    const ending = endingOf(textAt(message, 5).toLowerCase());
    return ending === undefined ? 'command complete' : `${ending} complete`;
  }
  return SERVER[type as keyof typeof SERVER] ?? 'other';
}

/** The process that serves a connection, from its key data. */
export function pidIn(keyData: Buffer): number {
  return keyData.readInt32BE(5);
}

/** The text of a simple query or of a command's tag. */
export function textAt(message: Buffer, start: number): string {
  return message.toString('utf8', start, message.length - 1);
}

function typeOf(message: Buffer): string {
  return String.fromCharCode(message[0]!);
}

function endingOf(text: string): (typeof ENDINGS)[number] | undefined {
  return ENDINGS.find((ending) => text.startsWith(ending));
}
