/** Asks the service which seats are the best together now. It holds none. */
import { useEffect, useState } from 'preact/hooks';
import type { Problem } from '../../api/answer.ts';
import { call } from '../../api/client.ts';
import { session } from '../../api/sign-in.ts';
import { askToSignIn } from '../../components/sign-in.tsx';
import type { BestWanted, Choice } from './choice.ts';

export interface Suggesting {
  readonly isBusy: boolean;
  /** Why there is no suggestion. */
  readonly problem: Problem | undefined;
  /** Asks for a sign-in first where there is none. */
  readonly ask: (wanted: BestWanted) => void;
}

/**
 * Gives what the service suggests to the choice, also after suggested seats were lost. The choice needs the map, so a buyer
 * who asks before the map is there gets the suggestion once it is.
 */
export function useSuggesting(performanceId: string, choice: Choice, hasMap: boolean): Suggesting {
  const [wanted, setWanted] = useState<BestWanted>();
  const [problem, setProblem] = useState<Problem>();
  const { loss } = choice;

  const ask = (asked: BestWanted): void => {
    if (session.value === undefined) return askToSignIn({ afterwards: () => ask(asked) });
    setProblem(undefined);
    setWanted({ ...asked });
  };

  useEffect(() => {
    if (loss?.wanted !== undefined && loss.offer.length === 0) ask(loss.wanted);
  }, [loss]);
  useEffect(() => {
    if (wanted === undefined || !hasMap) return undefined;
    const gone = new AbortController();
    const read = async (): Promise<void> => {
      const { grade, quantity } = wanted;
      const answer = await call('GET /v1/performances/{performanceId}/best-available', {
        params: { performanceId },
        query: { grade, quantity },
        signal: gone.signal,
      });
      if (gone.signal.aborted) return;
      setWanted(undefined);
      if (answer.ok)
        choice.suggest(
          answer.data.seats.map(({ number }) => number),
          wanted,
        );
      else setProblem(answer.problem);
    };
    void read();
    return () => gone.abort();
  }, [wanted, hasMap]);

  return { isBusy: wanted !== undefined, problem, ask };
}
