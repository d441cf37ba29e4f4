import { describe, expect, it } from 'vitest';
import { createGate } from './gate.ts';

describe('a gate', () => {
  const went: string[] = [];

  it.fails('holds back its callers, while a test runs that will fail', async () => {
    const gate = createGate();
    void gate.racePoint('expire: before write').then(() => went.push('through'));
    await gate.arrived(1);
    expect(went).toEqual(['through']);
  });

  it('has opened when that test has ended', () => {
    expect(went).toEqual(['through']);
  });
});
