import { expect, it } from 'vitest';
import type { Attempt } from '../measure/attempt.ts';
import { timelineOf } from './timeline.ts';

const ATTEMPT: Attempt = {
  request: 0,
  row: 0,
  sentMs: 5,
  connectedMs: 10,
  workedMs: 30,
  answeredMs: 90,
  outcome: 'topped_up',
  cause: null,
  version: 0,
  poolWaitMs: 0,
  longestStatementMs: 0,
  transactionMs: 0,
  statements: 0,
  transactions: 0,
  rollbacks: 0,
  deadlocks: 0,
};

/** How long each state of the request is drawn, and what the legend explains. */
function drawn(attempt: Partial<Attempt>): {
  readonly bars: readonly number[];
  readonly legend: readonly string[];
} {
  const words = { en: '', ko: '' };
  const plot = timelineOf('plot', words, words, [{ ...ATTEMPT, ...attempt }])!;
  const { series } = plot.option('en') as {
    readonly series: readonly { readonly data: readonly { readonly value: number }[] }[];
  };
  return {
    bars: series.map(({ data }) => data[0]!.value).filter((value) => value > 0),
    legend: (plot.legend ?? []).map(({ colour }) => colour),
  };
}

it('draws a request from its sending to its answer, without a gap', () => {
  expect(drawn({})).toEqual({ bars: [5, 5, 20, 60], legend: ['var(--idle)', 'var(--queue)', 'var(--won)'] });
});

it('draws who goes in a group, without a connection of its own, as waiting until its turn comes', () => {
  expect(drawn({ connectedMs: null })).toEqual({ bars: [5, 25, 60], legend: ['var(--queue)', 'var(--won)'] });
});

it('draws who never came to its work as losing from its connection on', () => {
  const refused = { workedMs: null, outcome: 'contended', cause: 'version' };
  expect(drawn(refused)).toEqual({ bars: [5, 5, 80], legend: ['var(--idle)', 'var(--lost)'] });
});
