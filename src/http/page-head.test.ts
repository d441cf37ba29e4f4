import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withHead } from './page-head.ts';

const HTML =
  '<head><meta name="description" content="Concert tickets." />\n<title>Rowlock</title></head><body></body>';

it('names the concert in the title, the description and the Open Graph tags', () => {
  const page = withHead(HTML, {
    title: { ko: '겨울의 끝', en: 'The End of Winter' },
    description: { en: 'A night.' },
  });
  expect(page).toContain('<title>겨울의 끝 · Rowlock</title>');
  expect(page).toContain('<meta name="description" content="A night." />');
  expect(page).toContain('<meta property="og:title" content="겨울의 끝" />');
  expect(page).toContain('<meta property="og:description" content="A night." />');
});

it('keeps the description of the pages where a concert has none', () => {
  const page = withHead(HTML, { title: { en: 'Winter' }, description: {} });
  expect(page).toContain('content="Concert tickets."');
  expect(page).not.toContain('og:description');
});

it('lets no text leave its place', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const evil = `"><script>${text}</script>$&$1`;
      const page = withHead(HTML, { title: { en: evil }, description: { en: evil } });
      expect(page.match(/<[a-z/]/gi)).toHaveLength(11);
      expect(page).not.toContain('<script');
    }),
  );
});
