/** The places of watchers, counted for all processes of a service. */
import { createPlaces } from '../../../http/edge/places.ts';
import type { NoPlace } from '../../../http/edge/places.ts';

export interface SharedPlaces<Holder> {
  /** Takes a place for a client of this process; a refusal if there is none. */
  take(holder: Holder, client: string): NoPlace | undefined;
  leave(holder: Holder, client: string): void;
  /** Gives back all places of a process that has ended. */
  forget(holder: Holder): void;
}

export function createSharedPlaces<Holder>(limits: Parameters<typeof createPlaces>[0]): SharedPlaces<Holder> {
  const places = createPlaces(limits);
  const held = new Map<Holder, Map<string, number>>();
  return {
    take: (holder, client) => {
      const refusal = places.take(client);
      if (refusal !== undefined) return refusal;
      const own = held.get(holder) ?? new Map<string, number>();
      held.set(holder, own.set(client, (own.get(client) ?? 0) + 1));
      return undefined;
    },
    leave: (holder, client) => {
      const own = held.get(holder);
      const count = own?.get(client) ?? 0;
      if (count === 0) return;
      own?.set(client, count - 1);
      if (count === 1) own?.delete(client);
      places.leave(client);
    },
    forget: (holder) => {
      for (const [client, count] of held.get(holder) ?? []) {
        for (let i = 0; i < count; i += 1) places.leave(client);
      }
      held.delete(holder);
    },
  };
}
