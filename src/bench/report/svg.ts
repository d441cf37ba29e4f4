/** The frame of the benchmark's charts: readable on a light and a dark page, also as an `<img>`. */

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly note: string;
}

// An image does not see its page's styles, but it knows the reader's scheme.
const STYLE = `<style>
text { font: 15px system-ui, sans-serif; fill: #57606a } .title { font-weight: 600; font-size: 17px } .note { font-size: 12px }
.figure { font-weight: 600 } .small { font-size: 13px } rect { fill: #2f6fdb }
.whisker { stroke: #57606a; stroke-width: 1.5 } .one { stroke: #8c959f; stroke-dasharray: 3 3 } .grid { stroke: #8c959f; opacity: 0.3 }
.met { --c: #1a7f37 } .missed { --c: #cf222e } .unshown { --c: #8a6100 }
.met *, .missed *, .unshown * { fill: var(--c) } .met path, .missed path, .unshown path { stroke: var(--c); stroke-width: 3 }
@media (prefers-color-scheme: dark) {
text { fill: #c9d1d9 } rect { fill: #5b9dff } .whisker { stroke: #c9d1d9 }
.met { --c: #3fb950 } .missed { --c: #ff7b72 } .unshown { --c: #d9a441 }
}
</style>`;

/** An SVG document with its title and a note at the top. */
export function svgOf({ width, height, title, note }: Frame, body: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">
${STYLE}
<text class="title" x="12" y="24">${escaped(title)}</text>
<text class="note" x="12" y="44">${escaped(note)}</text>
${body.join('\n')}
</svg>
`;
}

export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
