/** Reads an address with several servers, in the form that libpq reads (PostgreSQL manual, section 34.1.1.3). */

export interface Server {
  /** A name, an IP address without brackets, or the directory of a socket. */
  readonly host: string;
  readonly port: number;
}

/** An address whose servers are tried in order. */
export interface ServersAddress {
  readonly servers: readonly Server[];
  /** The same address with this server alone, which the driver reads. */
  readonly withServer: (server: Server) => string;
}

/** The address breaks a rule; the message says which, without the password. */
export class AddressError extends Error {
  /** What the address does wrong: a sentence without its subject. */
  readonly rule: string;

  constructor(rule: string) {
    super(`the address of the database ${rule}`);
    this.rule = rule;
  }
}

/** More make no sense, and each may cost the time of one try. */
export const SERVERS_MAX = 8;
const ATTRIBUTE = 'target_session_attrs';
const DEFAULT_PORT = '5432';

/**
 * Reads `scheme://user:password@host1:port1,host2:port2/database?target_session_attrs=read-write`, or its form with `host=`
 * and `port=`. Undefined for an address of one host without that parameter: it leads to whatever answers there. Throws
 * `AddressError`.
 */
export function serversOf(address: string): ServersAddress | undefined {
  const parts = /^(postgres(?:ql)?:\/\/)((?:[^/?#]*@)?)([^/?#]*)([^?#]*)(?:\?([^#]*))?/.exec(address);
  if (parts === null) return undefined;
  const [, scheme = '', userInfo = '', authority = '', path = '', query = ''] = parts;
  const parameters = new URLSearchParams(query);
  const attribute = parameters.get(ATTRIBUTE);
  const named = parameters.get('host');
  const hosts = (named ?? authority).split(',');
  if (hosts.length === 1 && attribute === null) return undefined;
  checkAttribute(attribute);
  if (parameters.has('hostaddr')) throw new AddressError('takes no hostaddr beside target_session_attrs');
  if (hosts.length > SERVERS_MAX) throw new AddressError(`must name at most ${SERVERS_MAX} hosts`);
  const ports = parameters.get('port')?.split(',');
  if (ports !== undefined && ports.length > 1 && ports.length !== hosts.length) {
    throw new AddressError(
      `names ${hosts.length} hosts and ${ports.length} ports: name one port, or one for each`,
    );
  }
  const servers = hosts.map((text, i) => {
    const { host, port } = named === null ? splitHost(text) : { host: text, port: undefined };
    return serverOf(host, ports?.[i] ?? ports?.[0] ?? port);
  });
  const kept = query
    .split('&')
    .filter((pair) => pair !== '' && !/^(?:target_session_attrs|host|port)=/.test(pair));
  const rest = `${path}${kept.length === 0 ? '' : `?${kept.join('&')}`}`;
  return { servers, withServer: (server) => `${scheme}${userInfo}${hostText(server)}${rest}` };
}

/** As an address and a message write it. */
export function hostText({ host, port }: Server): string {
  return `${host.includes(':') ? `[${host}]` : encodeURIComponent(host)}:${port}`;
}

function checkAttribute(attribute: string | null): void {
  if (attribute === null) {
    throw new AddressError(
      'names several hosts: add ?target_session_attrs=read-write, so that the one that takes writes is used',
    );
  }
  if (attribute !== 'read-write') throw new AddressError('takes only read-write as target_session_attrs');
}

function splitHost(text: string): { readonly host: string; readonly port: string | undefined } {
  const parts = /^(?:\[([^[\]]+)\]|([^[\]:]*))(?::(\d*))?$/.exec(text);
  if (parts === null) throw new AddressError('must write each host as name:port, or [IPv6 address]:port');
  return { host: parts[1] ?? decodeURIComponent(parts[2] ?? ''), port: parts[3] };
}

function serverOf(host: string, port: string | undefined): Server {
  if (host === '') throw new AddressError('names an empty host');
  const number = Number(port === undefined || port === '' ? DEFAULT_PORT : port);
  if (!Number.isInteger(number) || number < 1 || number > 65_535) {
    throw new AddressError('must name a port from 1 to 65535');
  }
  return { host, port: number };
}
