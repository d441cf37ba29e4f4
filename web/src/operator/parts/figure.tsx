/** One number that matters: its name, itself, and what it is measured by. */
import type { JSX } from 'preact';

export interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly note?: string;
}

export function Figure({ name, value, note }: FigureProps): JSX.Element {
  return (
    <div class="op-figure card">
      <p class="op-figure-name">{name}</p>
      <p class="op-figure-value">{value}</p>
      {note !== undefined && <p class="op-figure-note">{note}</p>}
    </div>
  );
}
