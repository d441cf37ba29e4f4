/**
 * The mark of a grade: a shape for each, so that grades differ for eyes that see no hue. As SVG paths of radius 1, which
 * both the canvas and the legend draw.
 */
const SHAPES = [
  'M1 0A1 1 0 1 1-1 0 1 1 0 1 1 1 0Z',
  'M-.56-.88H.56Q.88-.88.88-.56V.56Q.88.88.56.88H-.56Q-.88.88-.88.56V-.56Q-.88-.88-.56-.88Z',
  'M-.18-.96Q0-1.12.18-.96L.96-.18Q1.12 0 .96.18L.18.96Q0 1.12-.18.96L-.96.18Q-1.12 0-.96-.18Z',
  'M-.2-.8Q0-1.12.2-.8L.98.52Q1.1.84.74.84H-.74Q-1.1.84-.98.52Z',
  'M-.36-.98H.36V-.36H.98V.36H.36V.98H-.36V.36H-.98V-.36H-.36Z',
  'M1 0L.5.87H-.5L-1 0-.5-.87H.5Z',
];
const HUES = 6;

/** The check of a seat that is chosen or owned, inside radius 1. */
export const CHECK = 'M-.46.02L-.14.36.48-.34';

/** Dearest grade first. Beyond six grades colours repeat with another shape. */
export function markOf(grade: number): { readonly shape: string; readonly hue: number } {
  const round = Math.floor(grade / HUES);
  return { shape: SHAPES[(grade + round) % SHAPES.length]!, hue: (grade % HUES) + 1 };
}
