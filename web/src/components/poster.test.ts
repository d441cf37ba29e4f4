import { expect, it } from 'vitest';
import { posterOf } from './poster.tsx';

it('draws a poster for each concert of a large season: none is drawn twice, and none changes', () => {
  const ids = Array.from({ length: 60 }, (_, number) => `concert-${number}`);
  const drawn = ids.map((id) => JSON.stringify(posterOf(id)));
  expect(new Set(drawn).size).toBe(ids.length);
  expect(ids.map((id) => JSON.stringify(posterOf(id)))).toEqual(drawn);
  // Neighbours on a page differ in shape or by far in colour.
  expect(new Set(ids.map((id) => posterOf(id).shape)).size).toBe(4);
});
