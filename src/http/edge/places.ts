/** The places of watchers: how many streams may be open, of all clients and of one. */
import type { Refusal } from '../../domain/outcomes.ts';
import { refuse } from '../../domain/outcomes.ts';
import type { HttpLimits } from './limits.ts';

export type NoPlace = Refusal<'overloaded' | 'rate_limited'>;

export interface Places {
  /** Takes a place for a client; a refusal if all are taken, or as many as one client may have. */
  take(client: string): Promise<NoPlace | undefined> | NoPlace | undefined;
  /** Gives a place back. */
  leave(client: string): void;
}

/** Places that are counted here, and so known at once. */
export interface OwnPlaces extends Places {
  take(client: string): NoPlace | undefined;
}

export function createPlaces(limits: Pick<HttpLimits, 'watchersMax' | 'watchersPerClientMax'>): OwnPlaces {
  const byClient = new Map<string, number>();
  let taken = 0;
  return {
    take: (client) => {
      if (taken >= limits.watchersMax) return refuse('overloaded', { cause: 'watchers' });
      const own = byClient.get(client) ?? 0;
      if (own >= limits.watchersPerClientMax) return refuse('rate_limited');
      byClient.set(client, own + 1);
      taken += 1;
      return undefined;
    },
    leave: (client) => {
      const left = (byClient.get(client) ?? 0) - 1;
      if (left === 0) byClient.delete(client);
      else byClient.set(client, left);
      taken -= 1;
    },
  };
}
