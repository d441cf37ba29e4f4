/**
 * What a page says of itself before its script runs: title, description, and the Open Graph tags by which a messenger shows a
 * link (https://ogp.me). A messenger runs no script and names no language, so each text is in the first language it has.
 */
export interface PageFacts {
  readonly title: Readonly<Record<string, string | undefined>>;
  readonly description: Readonly<Record<string, string | undefined>>;
}

const TITLE = /<title>[^<]*<\/title>/;
const DESCRIPTION = /<meta name="description"[^>]*>/;

export function withHead(html: string, { title, description }: PageFacts): string {
  const [name, words] = [firstOf(title), firstOf(description)];
  const tags = [
    ['og:type', 'website'],
    ['og:site_name', 'Rowlock'],
    ['og:title', name],
    ['og:description', words],
  ] as const;
  const metas = tags
    .filter(([, content]) => content !== '')
    .map(([property, content]) => meta(property, content));
  const head = `<title>${escaped(name)} · Rowlock</title>\n    ${metas.join('\n    ')}`;
  // By functions: a replacement text would give `$&` in a title a meaning.
  return html
    .replace(TITLE, () => head)
    .replace(DESCRIPTION, (found) =>
      words === '' ? found : `<meta name="description" content="${escaped(words)}" />`,
    );
}

function meta(property: string, content: string): string {
  return `<meta property="${property}" content="${escaped(content)}" />`;
}

/** The pages themselves begin in Korean, too. */
function firstOf(texts: PageFacts['title']): string {
  return texts['ko'] ?? texts['en'] ?? '';
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!);
}
