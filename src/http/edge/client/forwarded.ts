/**
 * Reads the client's address and protocol from the header Forwarded (RFC 7239), where the operator says that the proxies
 * set it. X-Forwarded-For and its relatives then count for nothing: a proxy that sets one of the headers passes the other on as
 * the client wrote it.
 */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import type { App } from '../../app.ts';

/** The header in which trusted proxies name the client. */
export type ForwardedHeader = 'x-forwarded-for' | 'forwarded';

export const FORWARDED_HEADERS: readonly ForwardedHeader[] = ['x-forwarded-for', 'forwarded'];

/**
 * Lets `request.ip` and `request.protocol` come from Forwarded: Fastify reads them from the other headers, so these are
 * replaced. Hooks that are added earlier see them as the client sent them.
 */
export function readForwarded(app: App, trustedProxies: readonly string[]): void {
  const trusts = trustIn(trustedProxies);
  app.addHook('onRequest', ({ raw }, _reply, done) => {
    replaceHeaders(raw, trusts);
    done();
  });
}

function replaceHeaders({ headers, socket }: IncomingMessage, trusts: Trusts): void {
  const remote = socket.remoteAddress ?? '';
  const { address, proto = 'http' } = clientBehind(remote, headers.forwarded, trusts);
  if (headers.forwarded !== undefined || headers['x-forwarded-for'] !== undefined)
    headers['x-forwarded-for'] = address;
  if (headers.forwarded !== undefined || headers['x-forwarded-proto'] !== undefined)
    headers['x-forwarded-proto'] = proto;
  if (headers['x-forwarded-host'] !== undefined) headers['x-forwarded-host'] = headers.host ?? '';
}

type Trusts = (address: string) => boolean;

/** Whether an address is one of these proxies, or in one of these networks. */
function trustIn(trustedProxies: readonly string[]): Trusts {
  const list = new BlockList();
  for (const proxy of trustedProxies) {
    const [address = '', bits] = proxy.split('/');
    const family = familyOf(address);
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return (address) => list.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

interface Client {
  readonly address: string;
  /** Undefined where no trusted proxy says it. */
  readonly proto: 'http' | 'https' | undefined;
}

/**
 * Each proxy adds its element at the right, and speaks for the client that it saw. So they are read from the right, as
 * long as a trusted proxy has written them; what stands further left may be anybody's. An element that names no address
 * (`unknown`, `_hidden`) or cannot be read leaves the client at the proxy that wrote it.
 */
export function clientBehind(remote: string, forwarded: string | undefined, trusts: Trusts): Client {
  let address = remote;
  let proto: Client['proto'];
  // A comma within quotes would be no separator, but no address has one; and an open quote on the left, which a client may
  // have written, must not swallow what its proxy has added.
  const elements = (forwarded ?? '').split(',').map((element) => element.trim());
  for (const element of elements.filter((each) => each !== '').toReversed()) {
    if (!trusts(address)) break;
    const read = readElement(element);
    proto = read?.proto;
    if (read?.address === undefined) break;
    address = read.address;
  }
  return { address, proto };
}

const PAIR = /\s*([!#$%&'*+.^`|~\w-]+)=(?:([!#$%&'*+.^`|~\w-]+)|"((?:[^"\\]|\\.)*)")\s*(?:;|$)/y;

/** The address and protocol of an element; undefined if it is malformed. */
function readElement(element: string): { address?: string | undefined; proto: Client['proto'] } | undefined {
  const pairs = new Map<string, string>();
  PAIR.lastIndex = 0;
  while (PAIR.lastIndex < element.length) {
    const [, name = '', token, quoted = ''] = PAIR.exec(element) ?? [];
    // A parameter that occurs twice says two things (section 4).
    if (name === '' || pairs.has(name.toLowerCase())) return undefined;
    pairs.set(name.toLowerCase(), token ?? quoted.replaceAll(/\\(.)/g, '$1'));
  }
  const proto = pairs.get('proto')?.toLowerCase();
  return {
    address: addressIn(pairs.get('for') ?? ''),
    proto: proto === 'http' || proto === 'https' ? proto : undefined,
  };
}

const NODE = /^(?:(\d+\.\d+\.\d+\.\d+)|\[([\da-f:.]+)\])(?::(?:\d{1,5}|_[\w.-]+))?$/i;

/** The address of a node (section 6), without its port; undefined for one that hides it. */
function addressIn(node: string): string | undefined {
  const [, v4, v6] = NODE.exec(node) ?? [];
  const address = v4 ?? v6;
  return address === undefined || isIP(address) !== (v4 === undefined ? 6 : 4) ? undefined : address;
}
