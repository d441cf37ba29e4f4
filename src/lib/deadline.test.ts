import { describe, expect, it } from 'vitest';
import { Deadline } from './deadline.ts';

describe('a deadline', () => {
  const at = (ms: number): { deadline: Deadline; move: (ms: number) => void } => {
    let now = 1_000;
    return { deadline: new Deadline(ms, () => now), move: (by) => void (now += by) };
  };

  it('counts down to nothing, not below', () => {
    const { deadline, move } = at(100);
    expect(deadline.atMs).toBe(1_100);
    expect(deadline.leftMs).toBe(100);
    move(60);
    expect(deadline.leftMs).toBe(40);
    move(60);
    expect(deadline.leftMs).toBe(0);
  });

  it('lets no work begin once it is over, not even by a clock that is a little behind its timer', () => {
    const { deadline, move } = at(100);
    move(100);
    expect(deadline.takeUp()).toBe(false);
    const early = at(100).deadline;
    expect(early.end()).toBe('nothing written');
    expect(early.leftMs).toBe(0);
    expect(early.takeUp()).toBe(false);
  });

  it('knows whether work that may write has begun and not ended', () => {
    const { deadline } = at(100);
    expect(deadline.takeUp()).toBe(true);
    deadline.putDown();
    expect(deadline.takeUp()).toBe(true);
    expect(deadline.end()).toBe('at work');
    const again = at(100).deadline;
    again.takeUp();
    again.putDown();
    expect(again.end()).toBe('nothing written');
  });
});
