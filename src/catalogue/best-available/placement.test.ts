import { describe, expect, it } from 'vitest';
import { choosePlacement } from './placement.ts';

/** Places seats in a drawn row: `.` is free, anything else is taken; seats are numbered from 1. */
function chosen(picture: string, quantity: number, turn = 0): string | undefined {
  const run = picture.split('').map((_, i) => i + 1);
  const placement = choosePlacement([run], (seat) => picture[seat - 1] === '.', quantity, turn);
  if (placement === undefined) return undefined;
  return picture
    .split('')
    .map((state, i) => (placement.seats.includes(i + 1) ? 'o' : state))
    .join('');
}

describe('a placement', () => {
  it.each([
    ['..', 2, 'oo'],
    ['...', 3, 'ooo'],
    ['x..x', 2, 'xoox'],
    // Either end of three seats orphans one; four have two good places.
    ['....', 2, 'oo..'],
    // The exact gap further on orphans none.
    ['...x..', 2, '...xoo'],
    ['.....', 3, 'ooo..'],
    ['.x..', 1, 'ox..'],
  ])('in %s for %i is %s', (picture, quantity, expected) => {
    expect(chosen(picture, quantity)).toBe(expected);
  });

  it('orphans a seat only when there is no other', () => {
    expect(chosen('...', 2)).toBe('oo.');
    expect(chosen('x...x', 2, 1)).toBe('x.oox');
  });

  it('is none when too few seats are adjacent', () => {
    expect(chosen('.x.x.', 2)).toBeUndefined();
    expect(chosen('xxx', 1)).toBeUndefined();
    expect(chosen('', 1)).toBeUndefined();
  });

  it('takes turns among equally good ones, so that equal requests fill a row without gaps', () => {
    expect([0, 1, 2, 3].map((turn) => chosen('......', 2, turn))).toEqual([
      'oo....',
      '..oo..',
      '....oo',
      'oo....',
    ]);
  });

  it('prefers the first run without an orphan, and any such run to an orphan', () => {
    const runs = [
      [1, 2, 3],
      [4, 5],
      [6, 7],
    ];
    expect(choosePlacement(runs, () => true, 2, 0)).toEqual({ seats: [4, 5], orphans: 0 });
    expect(choosePlacement(runs, (seat) => seat < 5, 2, 0)).toEqual({ seats: [1, 2], orphans: 1 });
  });
});
