import { provenance } from '../load/provenance.ts';
import type { Provenance } from '../load/provenance.ts';
import type { SameAgain } from './aa-control.ts';
import type { Target } from './target.ts';

/** What a measurement was made of. */
export interface Manifest extends Provenance {
  readonly command: 'claims' | 'compare';
  readonly options: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly startedAt: string;
  readonly endedAt: string;
  /** Stopped before all was measured. */
  readonly interrupted: boolean;
  /** The A/A control: the same strategy twice. */
  readonly sameAgain: SameAgain | null;
  readonly server: {
    readonly version: string;
    readonly embedded: boolean;
    readonly local: boolean;
    readonly settings: Readonly<Record<string, string>>;
  };
}

export function manifestOf(
  given: Pick<Manifest, 'command' | 'options' | 'seed' | 'interrupted'> & {
    readonly startedAt: Date;
    readonly sameAgain: SameAgain | undefined;
    readonly target: Target;
  },
): Manifest {
  const { startedAt, sameAgain, target, ...rest } = given;
  return {
    ...rest,
    startedAt: startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    sameAgain: sameAgain ?? null,
    ...provenance(),
    server: {
      version: target.server.version,
      embedded: target.isEmbedded,
      local: target.isLocal,
      settings: target.server.settings,
    },
  };
}
