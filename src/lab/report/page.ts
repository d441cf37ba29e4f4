/**
 * The page of a report: one file without requests, light and dark, for screen and paper, in two languages.
 */
import { readFileSync } from 'node:fs';
import type { Language, Text } from '../text.ts';
import { VARIABLES, withVariables } from './palette.ts';
import type { Plot } from './plot.ts';
import { draw } from './plot.ts';

/** HTML, as opposed to text that must be escaped. */
export interface Html {
  readonly html: string;
}

/** A plot and its drawings by language; a wordless one has a single drawing. */
export interface DrawnPlot {
  readonly plot: Plot;
  readonly drawings: Readonly<Partial<Record<Language, string>>>;
}

/** Draws the plots; a drawing takes some twenty milliseconds. */
export function drawAll(plots: readonly Plot[]): readonly DrawnPlot[] {
  return plots.map((plot) => {
    const en = draw(plot, 'en');
    return { plot, drawings: plot.isWordless ? { en } : { en, ko: draw(plot, 'ko') } };
  });
}

export function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A text in both languages; the page shows one of them. */
export function say(text: Text): string {
  if (text.en === text.ko) return escape(text.en);
  return `<span data-l="en" lang="en">${escape(text.en)}</span><span data-l="ko" lang="ko">${escape(text.ko)}</span>`;
}

/** A plot with its legend and caption. */
export function figureOf({ plot, drawings }: DrawnPlot): string {
  const legend = plot.legend
    .map(({ colour, name }) => `<li><i style="background:${colour}"></i>${say(name)}</li>`)
    .join('');
  const svgs = Object.entries(drawings).map(([language, svg]) => {
    const mark = plot.isWordless ? '' : ` data-l="${language}"`;
    const label = escape(plot.title[language as Language]);
    return `<div class="drawing"${mark} role="img" aria-label="${label}">${withVariables(svg)}</div>`;
  });
  return `<figure>
<h4>${say(plot.title)}</h4>
${legend === '' ? '' : `<ul class="legend">${legend}</ul>`}
${svgs.join('\n')}
<figcaption>${say(plot.caption)}</figcaption>
</figure>`;
}

/** The plots as files of their own, on white, by file name. */
export function plotFiles(plots: readonly DrawnPlot[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    plots.flatMap(({ plot, drawings }) =>
      Object.entries(drawings).map(([language, svg]) => {
        const paper = svg.replace(
          /(<svg [^>]*>)/,
          '$1\n<rect width="100%" height="100%" fill="#ffffff"></rect>',
        );
        return [plot.isWordless ? `${plot.name}.svg` : `${plot.name}.${language}.svg`, paper];
      }),
    ),
  );
}

// The compiler does not copy it to dist/, so the package contains it at its place in src/.
const STYLE = readFileSync(new URL('../../../src/lab/report/page.css', import.meta.url), 'utf8');

export function pageOf(title: Text, body: string): string {
  return `<!doctype html>
<html lang="en" data-lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(title.en)}</title>
<style>:root{${VARIABLES}}
${STYLE}</style>
</head>
<body>
<nav aria-label="Language"><button type="button" data-to="en" lang="en">English</button><button type="button" data-to="ko" lang="ko">한국어</button></nav>
<main>
${body}
</main>
<script>${script(title)}</script>
</body>
</html>
`;
}

function script(title: Text): string {
  return `(() => {
  const titles = ${JSON.stringify(title).replaceAll('<', '\\u003c')};
  const show = (language) => {
    document.documentElement.lang = language;
    document.documentElement.dataset.lang = language;
    document.title = titles[language];
    for (const button of document.querySelectorAll('[data-to]')) button.setAttribute('aria-pressed', String(button.dataset.to === language));
  };
  for (const button of document.querySelectorAll('[data-to]')) button.addEventListener('click', () => {
    show(button.dataset.to);
    history.replaceState(null, '', '#' + button.dataset.to);
  });
  const asked = location.hash.slice(1);
  show(asked === 'ko' || asked === 'en' ? asked : navigator.language.startsWith('ko') ? 'ko' : 'en');
})();`;
}
