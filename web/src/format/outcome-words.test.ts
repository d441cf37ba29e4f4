import { describe, expect, it } from 'vitest';
import { REFUSALS } from '../../../src/domain/outcomes.ts';
import { OUTCOME_WORDS, OUTCOMES, wordsOf } from './outcome-words.ts';

describe("the buyer's words", () => {
  it('cover the catalogue of outcomes in its order, and no connection', () => {
    expect(OUTCOMES).toEqual([...REFUSALS.map(({ code }) => code), 'offline']);
    expect(Object.keys(OUTCOME_WORDS)).toEqual(OUTCOMES);
  });

  it('are a sentence of its own for each outcome, in both languages', () => {
    for (const language of ['ko', 'en'] as const) {
      const sentences = Object.values(OUTCOME_WORDS).map((words) => words[language]);
      expect(new Set(sentences).size).toBe(OUTCOMES.length);
      for (const sentence of sentences) expect(sentence).toMatch(/[.!?]$/);
      const hangul = sentences.filter((sentence) => /\p{Script=Hangul}/u.test(sentence));
      expect(hangul).toHaveLength(language === 'ko' ? OUTCOMES.length : 0);
    }
  });

  it('tell the states of a sale, a passed deadline, a seat and a limit apart', () => {
    const english = [
      { outcome: 'sales_closed', reason: 'not_yet' },
      { outcome: 'sales_closed', reason: 'paused' },
      { outcome: 'sales_closed', reason: 'ended' },
      { outcome: 'reservation_not_refundable', reason: 'state' },
      { outcome: 'reservation_not_refundable', reason: 'deadline' },
      { outcome: 'seat_taken', seats: ['A-1-1'] },
      { outcome: 'seat_limit_exceeded', limit: 4, claimed: 3 },
      { outcome: 'something_new' },
    ].map((problem) => wordsOf(problem).en);
    expect(new Set(english).size).toBe(english.length);
    // A label is no name for a reader; the seat map says which seats are gone.
    expect(english[5]).not.toContain('A-1-1');
    expect(english[6]).toMatch(/4 seats.*have 3/);
  });
});
