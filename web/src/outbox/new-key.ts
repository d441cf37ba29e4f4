/** An Idempotency-Key that nobody else has. `crypto.randomUUID` needs a secure context; this does not. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
