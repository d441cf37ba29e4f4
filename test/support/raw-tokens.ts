/** Tokens that no library would sign: any header, any payload, any key. */
import type { KeyObject } from 'node:crypto';
import { createHmac, sign } from 'node:crypto';

/** What signs a token: a secret, or a private key of RSA, P-256 or Ed25519. */
export type SigningKey = string | Buffer | KeyObject;

/** A JSON text or bytes as they are, anything else as JSON. */
export type Part = string | Buffer | object;

export function encoded(part: Part): string {
  const bytes = typeof part === 'string' || Buffer.isBuffer(part) ? part : JSON.stringify(part);
  return Buffer.from(bytes as string).toString('base64url');
}

/** A token whose signature is right, whatever the header and the payload are. */
export function rawToken(header: Part, payload: Part, key: SigningKey): string {
  return signedText(`${encoded(header)}.${encoded(payload)}`, key);
}

/** The text with its signature. */
export function signedText(text: string, key: SigningKey): string {
  return `${text}.${signatureOf(text, key).toString('base64url')}`;
}

function signatureOf(text: string, key: SigningKey): Buffer {
  if (typeof key === 'string' || Buffer.isBuffer(key)) {
    return createHmac('sha256', key).update(text).digest();
  }
  if (key.asymmetricKeyType === 'ed25519') return sign(null, Buffer.from(text), key);
  return sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
}
