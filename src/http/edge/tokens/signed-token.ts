/** Reads a signed JSON Web Token (RFC 7519) in its compact form (RFC 7515 section 3.1). */

export interface SignedToken {
  readonly alg: string;
  /** As the token has them: of any type. */
  readonly kid: unknown;
  readonly typ: unknown;
  readonly signingInput: string;
  /** In base64url, to be read after the signature was checked. */
  readonly payload: string;
  readonly signature: string;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads a token's header only. Undefined if the token has no known form. */
export type ReadToken = (token: string) => SignedToken | undefined;

/** A reader that remembers the last header: an issuer's tokens have the same one. */
export function createTokenReader(): ReadToken {
  let lastText: string | undefined;
  let last: Header | undefined;
  return (token) => {
    const headerEnd = token.indexOf('.');
    const payloadEnd = token.lastIndexOf('.');
    const text = token.slice(0, headerEnd);
    if (text !== lastText) {
      last = readHeader(text);
      lastText = text;
    }
    if (last === undefined) return undefined;
    const { alg, kid, typ } = last;
    return {
      alg,
      kid,
      typ,
      signingInput: token.slice(0, payloadEnd),
      payload: token.slice(headerEnd + 1, payloadEnd),
      signature: token.slice(payloadEnd + 1),
    };
  };
}

type Header = Pick<SignedToken, 'alg' | 'kid' | 'typ'>;

function readHeader(text: string): Header | undefined {
  const header = readObject(text);
  if (header === undefined || !hasKnownExtensions(header)) return undefined;
  const { alg, kid, typ } = header;
  return typeof alg === 'string' && alg !== '' ? { alg, kid, typ } : undefined;
}

/** The object that base64url encodes as JSON. Undefined if it encodes none. */
export function readObject(base64url: string): Readonly<Record<string, unknown>> | undefined {
  const bytes = readBytes(base64url);
  if (bytes === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(utf8.decode(bytes));
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

/** What base64url encodes, given only letters of its alphabet. Undefined if one letter is left over. */
export function readBytes(base64url: string): Buffer | undefined {
  return base64url.length % 4 === 1 ? undefined : Buffer.from(base64url, 'base64url');
}

/**
 * A token must not be accepted without understanding its critical extensions (RFC 7515 section 4.1.11). Here that is
 * `b64` alone, and only a payload in base64url makes a JSON Web Token (RFC 7797 section 7).
 */
function hasKnownExtensions({ crit, b64 }: Readonly<Record<string, unknown>>): boolean {
  if (crit === undefined) return true;
  const isKnown = Array.isArray(crit) && crit.length > 0 && crit.every((name) => name === 'b64');
  return isKnown && b64 === true;
}
