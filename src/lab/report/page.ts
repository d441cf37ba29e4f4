/** The page around the reports: one file, no requests, light and dark, for the screen and for paper, in two languages. */
import type { Language, Text } from '../text.ts';
import { DARK, LIGHT, variables, withVariables } from './palette.ts';
import type { Plot } from './plot.ts';
import { draw } from './plot.ts';

/** HTML, as opposed to text that must be escaped. */
export interface Html {
  readonly html: string;
}

const WIDE = 800;
const NARROW = 350;

/** A plot with its drawings for wide screens and paper, by language; one without words is drawn once. */
export interface DrawnPlot {
  readonly plot: Plot;
  readonly wide: Readonly<Partial<Record<Language, string>>>;
}

/** Draws the plots; each drawing takes some twenty milliseconds. */
export function drawAll(plots: readonly Plot[]): readonly DrawnPlot[] {
  return plots.map((plot) => ({ plot, wide: perLanguage(plot, (language) => drawn(plot, language, false)) }));
}

function perLanguage(plot: Plot, of: (language: Language) => string): DrawnPlot['wide'] {
  return plot.isWordless ? { en: of('en') } : { en: of('en'), ko: of('ko') };
}

function drawn(plot: Plot, language: Language, isNarrow: boolean): string {
  return draw(plot, language, { width: isNarrow ? NARROW : WIDE, height: plot.height, isNarrow });
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

/** A plot for wide and narrow screens, with what one sees in it. */
export function figureOf({ plot, wide }: DrawnPlot): string {
  const legend = plot.legend
    .map(({ colour, name }) => `<li><i style="background:${colour}"></i>${say(name)}</li>`)
    .join('');
  return `<figure>
<h4>${say(plot.title)}</h4>
${legend === '' ? '' : `<ul class="legend">${legend}</ul>`}
${drawings(plot, wide, 'wide')}
${drawings(
  plot,
  perLanguage(plot, (language) => drawn(plot, language, true)),
  'narrow',
)}
<figcaption>${say(plot.caption)}</figcaption>
</figure>`;
}

function drawings(plot: Plot, svgs: DrawnPlot['wide'], width: string): string {
  return Object.entries(svgs)
    .map(([language, svg]) => {
      const mark = plot.isWordless ? '' : ` data-l="${language}"`;
      const label = escape(plot.title[language as Language]);
      return `<div class="${width}"${mark} role="img" aria-label="${label}">${withVariables(svg)}</div>`;
    })
    .join('\n');
}

/** The plots as documents of their own on white paper, by the name of their file. */
export function plotFiles(plots: readonly DrawnPlot[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    plots.flatMap(({ plot, wide }) =>
      Object.entries(wide).map(([language, svg]) => {
        const paper = svg.replace(
          /(<svg [^>]*>)/,
          '$1\n<rect width="100%" height="100%" fill="#ffffff"></rect>',
        );
        return [plot.isWordless ? `${plot.name}.svg` : `${plot.name}.${language}.svg`, paper];
      }),
    ),
  );
}

export function pageOf(title: Text, body: string): string {
  return `<!doctype html>
<html lang="en" data-lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(title.en)}</title>
<style>${STYLE}</style>
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

const STYLE = `
:root{${variables(LIGHT)};--paper:#ffffff;--soft:#f4f6f8;--holds:#e3f4ea;--when:#fdf1d8;--not:#fbe4de;--when-ink:#7a5300}
@media (prefers-color-scheme:dark){:root{${variables(DARK)};--paper:#14181d;--soft:#1d232a;--holds:#153325;--when:#3a2d10;--not:#3f1d16;--when-ink:#f3cd7a}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.6 system-ui,-apple-system,"Segoe UI","Noto Sans KR","Apple SD Gothic Neo","Malgun Gothic",sans-serif;word-break:keep-all;overflow-wrap:break-word}
html[data-lang=en] [data-l=ko],html[data-lang=ko] [data-l=en]{display:none!important}
main{max-width:860px;margin:0 auto;padding:8px 30px 80px}
nav{max-width:860px;margin:0 auto;padding:18px 30px 0;display:flex;gap:6px;justify-content:flex-end}
nav button{font:inherit;font-size:14px;padding:4px 12px;border:1px solid var(--grid);border-radius:999px;background:none;color:var(--muted);cursor:pointer}
nav button[aria-pressed=true]{color:var(--ink);border-color:var(--muted);font-weight:600}
nav button:focus-visible,a:focus-visible,summary:focus-visible{outline:2px solid var(--first);outline-offset:2px}
h1{font-size:32px;line-height:1.2;margin:18px 0 6px;letter-spacing:-.01em;text-wrap:balance}
h2{font-size:22px;line-height:1.3;margin:56px 0 12px;text-wrap:balance}
h3{font-size:19px;line-height:1.4;margin:0;text-wrap:pretty}
h4{font-size:15px;margin:0 0 8px;line-height:1.4}
p{margin:10px 0}
.lead{font-size:17px;color:var(--muted);margin:0 0 20px}
.warn{border-left:4px solid var(--lost);background:var(--not);padding:10px 14px;border-radius:4px}
.quiet{color:var(--muted);font-size:14px}
.tally{display:flex;flex-wrap:wrap;gap:12px;margin:20px 0 8px;padding:0;list-style:none}
.tally li{flex:1 1 150px;border-radius:10px;padding:12px 16px}
.tally b{display:block;font-size:30px;line-height:1.1}
.badge{display:inline-block;font-size:13px;font-weight:600;line-height:1.3;padding:3px 10px;border-radius:999px;white-space:nowrap}
.holds{background:var(--holds);color:var(--won)}.holds-only-when{background:var(--when);color:var(--when-ink)}.does-not-hold{background:var(--not);color:var(--lost)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:14px;line-height:1.45}
th,td{text-align:left;vertical-align:top;padding:8px 10px 8px 0;border-bottom:1px solid var(--grid)}
th{font-weight:600;color:var(--muted);font-size:13px;vertical-align:bottom}
td.n,th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums;padding-left:8px;padding-right:0}
td.n small{display:block;color:var(--muted);font-size:12.5px}
td.verdict,th.verdict{padding-left:18px}
td.control{white-space:nowrap}
td a{color:inherit;font-weight:600;text-decoration-color:var(--grid);text-underline-offset:3px}
article{border-top:1px solid var(--grid);margin-top:44px;padding-top:28px}
article header{display:flex;gap:14px;align-items:flex-start;justify-content:space-between}
article header span.id{color:var(--muted);font-weight:700;margin-right:8px}
.reason{font-size:17px;margin:14px 0 4px}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin:14px 0;font-size:14.5px}
dt{color:var(--muted)}dd{margin:0}
figure{margin:30px 0 10px}
figcaption{font-size:14.5px;color:var(--muted);margin-top:6px}
figure svg{display:block;width:100%;height:auto;overflow:visible}
.narrow{display:none}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:2px 18px;margin:0 0 6px;padding:0;font-size:13.5px}
.legend i{display:inline-block;width:14px;height:9px;border-radius:2px;margin-right:6px}
details{margin:14px 0;font-size:14.5px}
summary{cursor:pointer;color:var(--muted)}
code{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;word-break:break-all}
@media (max-width:640px){
body{font-size:15.5px}
main{padding:4px 18px 60px}nav{padding:14px 18px 0}
h1{font-size:26px}h2{font-size:20px;margin-top:44px}h3{font-size:17.5px}
.wide{display:none}.narrow{display:block}
.tally li{flex:1 1 90px;padding:10px 12px}.tally b{font-size:26px}.tally span{font-size:13.5px;line-height:1.3}
article header{flex-direction:column-reverse;gap:8px}
dl{grid-template-columns:1fr}dt{margin-top:8px}
table.stack thead{display:none}
table.stack,table.stack tbody{display:block}
table.stack tr{display:grid;grid-template-columns:1fr auto;gap:0 12px;padding:10px 0;border-bottom:1px solid var(--grid)}
table.stack td{display:block;border:0;padding:2px 0}
table.stack td.claim{grid-column:1/-1;grid-row:2}
table.stack td.verdict{grid-column:2;grid-row:1;text-align:right}
table.stack td.n,table.stack td.control{grid-column:1/-1;text-align:left;white-space:normal}
table.stack td[data-en]::before{color:var(--muted);content:attr(data-en) " "}
html[data-lang=ko] table.stack td[data-ko]::before{content:attr(data-ko) " "}
}
@media print{
:root{${variables(LIGHT)};--paper:#ffffff;--soft:#f4f6f8;--holds:#e3f4ea;--when:#fdf1d8;--not:#fbe4de;--when-ink:#7a5300}
nav{display:none}body{font-size:10.5pt}main{max-width:none;padding:0}
article,figure,tr{break-inside:avoid}article{break-inside:auto}h2,h3,h4{break-after:avoid}
.wide{display:block}.narrow{display:none}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
@page{margin:16mm}
}
`;
