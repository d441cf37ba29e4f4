/** The theme's colours, for what is drawn on a canvas. */

/** Resolves a CSS colour, such as `var(--ink)`, in the current theme: a canvas knows neither variables nor `light-dark()`. */
export function colourIn(element: HTMLElement, colour: string): string {
  element.style.color = colour;
  const { color } = getComputedStyle(element);
  element.style.color = '';
  return color;
}

/** Calls back when the colours may have changed; returns what ends it. */
export function watchTheme(onChange: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', onChange);
  const chosen = new MutationObserver(onChange);
  chosen.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => {
    system.removeEventListener('change', onChange);
    chosen.disconnect();
  };
}
