/** Whom a request without a token comes from: the address that its connection, or a trusted proxy, names. */
import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

/**
 * What requests of one client are counted by: its IPv4 address, or the first 64 bits of its IPv6 address, as one household
 * or server has all the others. Behind a trusted proxy X-Forwarded-For is read from the right, up to the first address that
 * is not trusted; what is no address there counts as the proxy's own.
 */
export function clientOf(request: FastifyRequest): string {
  const named = isIP(request.ip) === 0 ? request.raw.socket.remoteAddress : request.ip;
  return clientKey(named ?? '');
}

export function clientKey(address: string): string {
  const [withoutZone = ''] = address.split('%', 1);
  // As sockets for both families write it: no need to parse it.
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(withoutZone)?.[1];
  if (mapped !== undefined || isIP(withoutZone) !== 6) return mapped ?? withoutZone;
  const groups = groupsOf(withoutZone);
  if (groups.slice(0, 6).join(':') === MAPPED) return mappedAddress(groups);
  return `${groups.slice(0, 4).join(':')}::/64`;
}

/** An IPv4 address as IPv6 writes it (RFC 4291 section 2.5.5.2). */
const MAPPED = '0:0:0:0:0:ffff';

function mappedAddress([, , , , , , high = '', low = '']: readonly string[]): string {
  const bytes = Buffer.from(high.padStart(4, '0') + low.padStart(4, '0'), 'hex');
  return bytes.join('.');
}

/** The eight groups of an IPv6 address, in hexadecimal. */
function groupsOf(address: string): readonly string[] {
  // The URL parser writes the shortest form, without an IPv4 part.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: tail === undefined ? 0 : 8 - first.length - last.length }, () => '0');
  return [...first, ...zeros, ...last];
}

/** Whether a text names proxies: an address, or a network such as `10.0.0.0/8`. */
export function isProxy(given: string): boolean {
  const [address = '', bits, ...more] = given.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}
