/** The generated parts of a document: what stands between `<!-- figures: NAME -->` and `<!-- /figures -->`. */

const PART = /(?<=<!-- figures: (\S+) -->\n)[^]*?(?=<!-- \/figures -->)/g;

/** The document with each part as `partOf` makes it, which throws for a name that it does not know. */
export function withParts(document: string, partOf: (name: string) => string): string {
  return document.replaceAll(PART, (_, name: string) => `\n${partOf(name)}\n\n`);
}

/** What is written by hand. */
export function withoutParts(document: string): string {
  return document.replaceAll(PART, '');
}
