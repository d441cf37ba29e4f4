/** The package ships no types. */
declare module 'polylabel' {
  /** The point of a polygon (its rings) that is farthest from the edge, to within `precision`. */
  export default function polylabel(
    rings: readonly (readonly (readonly [number, number])[])[],
    precision?: number,
  ): [number, number] & { readonly distance: number };
}
