import type { ComponentChildren, JSX } from 'preact';

export interface FigureProps {
  readonly name: string;
  readonly value: ComponentChildren;
  readonly note?: ComponentChildren;
  readonly isLarge?: boolean;
}

/** One number that matters: its name, itself, and what it is measured by. */
export function Figure({ name, value, note, isLarge = false }: FigureProps): JSX.Element {
  return (
    <div class="figure card">
      <p class="soft small">{name}</p>
      <p class={isLarge ? 'figure-value figure-large' : 'figure-value'}>{value}</p>
      {note !== undefined && <p class="soft small">{note}</p>}
    </div>
  );
}
