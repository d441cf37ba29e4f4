/** A name for a downloaded file: what an id may contain, and nothing that means something to a shell or a disk. */
export function fileName(...parts: readonly string[]): string {
  const safe = parts.map((part) => part.replaceAll(/[^A-Za-z0-9-]+/g, '-').replaceAll(/^-+|-+$/g, ''));
  return safe.filter((part) => part !== '').join('-');
}
