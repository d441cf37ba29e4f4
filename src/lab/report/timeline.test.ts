import { describe, expect, it } from 'vitest';
import { ATTEMPT } from '../../../test/support/attempt.ts';
import type { Attempt, Try } from '../measure/attempt.ts';
import { LIGHT } from './palette.ts';
import { segmentsOf } from './segments.ts';
import { timelineOf } from './timeline.ts';

const WON: Attempt = {
  ...ATTEMPT,
  sentMs: 5,
  connectedMs: 10,
  workedMs: 30,
  answeredMs: 90,
  tries: [{ connectedMs: 10, workedMs: 30, endedMs: 90 }],
};

const lost = (connectedMs: number, workedMs: number | null, endedMs: number): Try => ({
  connectedMs,
  workedMs,
  endedMs,
});

function stateText(attempt: Partial<Attempt>): string {
  const segments = segmentsOf({ ...WON, ...attempt });
  return segments.map(({ state, fromMs, toMs }) => `${state} ${fromMs}-${toMs}`).join(', ');
}

describe('the states of a request', () => {
  it('go from its sending to its answer, without a gap', () => {
    expect(stateText({})).toBe('idle 5-10, queue 10-30, won 30-90');
  });

  it('are a wait until its turn comes in a group, without a connection of its own', () => {
    expect(stateText({ connectedMs: null, tries: [] })).toBe('queue 5-30, won 30-90');
  });

  it('are a loss from its connection on where it never came to its work', () => {
    const refused = { workedMs: null, outcome: 'contended', cause: 'version', tries: [lost(10, null, 90)] };
    expect(stateText(refused)).toBe('idle 5-10, lost 10-90');
  });

  it('show every try that lost as lost, though the request wins in the end', () => {
    const tries = [lost(10, 20, 40), lost(45, null, 50), lost(60, 70, 88)];
    expect(stateText({ tries })).toBe(
      'idle 5-10, queue 10-20, lost 20-40, idle 40-45, lost 45-50, idle 50-60, queue 60-70, won 70-90',
    );
  });

  it.each([
    ['nowait', 'lost'],
    ['lock_timeout', 'gone'],
    ['pool', 'gone'],
  ])('end for %s as %s', (cause, state) => {
    expect(stateText({ outcome: 'contended', cause })).toMatch(new RegExp(`${state} 30-90$`));
  });
});

describe('the timeline', () => {
  const words = { en: '', ko: '' };

  function drawn(attempt: Partial<Attempt>): {
    readonly bars: readonly string[];
    readonly legend: readonly string[];
  } {
    const plot = timelineOf('plot', words, words, [{ ...WON, ...attempt }])!;
    const { series } = plot.option('en') as unknown as {
      readonly series: readonly {
        readonly data: readonly { readonly value: number; readonly itemStyle: { readonly color: string } }[];
      }[];
    };
    const nameOf = (colour: string): string =>
      Object.entries(LIGHT).find(([, value]) => value === colour)?.[0] ?? colour;
    return {
      bars: series.map(({ data }) => `${nameOf(data[0]!.itemStyle.color)} ${data[0]!.value}`),
      legend: plot.legend.map(({ colour, name }) => `${colour} ${name.en}`),
    };
  }

  it('stacks the states in their colours, and explains those that it has', () => {
    expect(drawn({})).toEqual({
      bars: ['transparent 5', 'idle 5', 'queue 20', 'won 60'],
      legend: [
        'var(--idle) waits for a connection',
        'var(--queue) reads the row, or waits for it',
        'var(--won) works, and wins',
      ],
    });
  });

  it('says in its legend that a try can lose where requests try again', () => {
    expect(drawn({ tries: [lost(10, 20, 40), lost(60, 70, 88)] })).toEqual({
      bars: ['transparent 5', 'idle 5', 'queue 10', 'lost 20', 'idle 20', 'queue 10', 'won 20'],
      legend: [
        'var(--idle) waits for a connection, or to try again',
        'var(--queue) reads the row, or waits for it',
        'var(--won) works, and wins',
        'var(--lost) a try that loses',
      ],
    });
  });
});
