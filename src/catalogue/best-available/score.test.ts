import { describe, expect, it } from 'vitest';
import type { OutlineShape } from '../import/document/document.ts';
import { focusOf, scoreOf } from './score.ts';

const stage: OutlineShape = { shape: 'rectangle', at: [-4, -6], size: [8, 4] };
const seats = [
  { x: -2, y: 1 },
  { x: 6, y: 1 },
  { x: 0, y: 9 },
];

describe('the focus', () => {
  it.each([
    ['the catalogue’s, whatever the outline', { focus: [3, 4], outline: [stage], seats }, { x: 3, y: 4 }],
    ['the centre of the first shape', { focus: undefined, outline: [stage], seats }, { x: 0, y: -4 }],
    [
      'a circle’s centre',
      { focus: undefined, outline: [{ shape: 'circle', centre: [1, 2], radius: 3 }, stage], seats },
      { x: 1, y: 2 },
    ],
    [
      'the centre of the box around a polygon',
      {
        focus: undefined,
        outline: [
          {
            shape: 'polygon',
            points: [
              [0, 0],
              [6, 0],
              [0, 2],
            ],
          },
        ],
        seats,
      },
      { x: 3, y: 1 },
    ],
    [
      'without an outline, the middle of the seats’ upper edge',
      { focus: undefined, outline: [], seats },
      { x: 2, y: 1 },
    ],
  ] satisfies [string, Parameters<typeof focusOf>[0], object][])('is %s', (_, venue, expected) => {
    expect(focusOf(venue)).toEqual(expected);
  });
});

describe('the score', () => {
  const focus = { x: 0, y: 0 };

  it('is the distance to the focus, and half of that to the middle of the row', () => {
    expect(scoreOf({ x: 3, y: 4 }, focus, { x: 3, y: 4 })).toBe(5);
    expect(scoreOf({ x: 3, y: 4 }, focus, { x: 1, y: 4 })).toBe(6);
    expect(scoreOf({ x: 0, y: 5 }, focus, { x: 6, y: 5 })).toBe(8);
  });

  it('is alike for places that mirror each other', () => {
    expect(scoreOf({ x: 0.1 + 0.2, y: 1 }, focus, focus)).toBe(scoreOf({ x: -0.3, y: 1 }, focus, focus));
  });
});
