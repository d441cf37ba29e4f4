import type { JWK } from 'jose';
import { exportJWK, generateKeyPair } from 'jose';

/** A new private key that can sign tickets. */
export async function newTicketKey(kid?: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  return { ...(await exportJWK(privateKey)), ...(kid !== undefined && { kid }) };
}

/** The same key without its private part. */
export function publicPartOf({ d: _private, ...key }: JWK): JWK {
  return key;
}

/** Keys as `jose` takes them: its type of a key set is one that may be written to. */
export function asKeySet(keys: readonly object[]): { readonly keys: JWK[] } {
  return { keys: keys.map((key) => ({ ...key })) };
}
