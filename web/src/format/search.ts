/** Finding by words, as a reader types them: no case, no accents, in any order. */
export function finds(query: string, texts: readonly string[]): boolean {
  const all = plain(texts.join(' '));
  return plain(query)
    .split(/\s+/)
    .every((word) => all.includes(word));
}

function plain(text: string): string {
  // Hangul is put together again, so that a word begun is found; accents of Latin letters stay apart and are dropped.
  return text
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .toLowerCase();
}
