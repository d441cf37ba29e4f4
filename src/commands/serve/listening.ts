/** Listens on the service's port, and says in one line why it cannot. */
import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { createServer } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { CommandOptions } from '../options/table.ts';
import { CommandFailed } from '../shared/failure.ts';

/** An address to listen on, and the options that decide it: for a message. */
export interface Place {
  readonly host: string;
  readonly port: number;
  readonly names?: { readonly host: string; readonly port: string };
}

/** Where `/metrics` listens; only for a service that has a port for it. */
export function metricsPlace({
  metricsHost,
  metricsPort = 0,
}: Pick<CommandOptions<'serve'>, 'metricsHost' | 'metricsPort'>): Place {
  const names = { host: 'ROWLOCK_METRICS_HOST', port: 'ROWLOCK_METRICS_PORT' };
  return { host: metricsHost, port: metricsPort, names };
}

/** Listens, and returns the service's address on this machine. Throws `CommandFailed`. */
export async function listen(server: FastifyInstance, place: Place): Promise<string> {
  try {
    // Port 0 becomes a free one.
    const bound = await server.listen({ host: place.host, port: place.port });
    return addressOf(place.host, new URL(bound).port || '80');
  } catch (error) {
    throw failureOf(error, place);
  }
}

/** The same for a server that does not speak HTTP itself. */
export async function listenFor(server: Server, place: Place): Promise<string> {
  try {
    server.listen({ host: place.host, port: place.port });
    await once(server, 'listening');
  } catch (error) {
    throw failureOf(error, place);
  }
  return addressOf(place.host, String((server.address() as AddressInfo).port));
}

function addressOf(host: string, port: string): string {
  const reached = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${reached.includes(':') ? `[${reached}]` : reached}:${port}`;
}

/** Throws `CommandFailed` where the service could not listen, before a database is created or started for it. */
export async function refuseTakenPort(place: Place): Promise<void> {
  const probe = createServer();
  try {
    await listenFor(probe, place);
  } finally {
    probe.close();
  }
}

function failureOf(error: unknown, place: Place): CommandFailed {
  return new CommandFailed(reasonOf(error as NodeJS.ErrnoException, place), { cause: error });
}

const NAMES = { host: 'HOST', port: 'PORT' };

function reasonOf({ code, message }: NodeJS.ErrnoException, { host, port, names = NAMES }: Place): string {
  if (code === 'EADDRINUSE')
    return `port ${port} of ${host} is taken; stop the program that uses it or choose another ${names.port}`;
  if (code === 'EACCES') return `this user may not use port ${port}; choose another ${names.port}`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `${names.host} ${host} is not an address of this machine`;
  return `the service cannot listen on ${host}:${port}: ${message}`;
}
