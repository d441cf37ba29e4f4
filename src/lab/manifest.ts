import { provenance } from '../load/provenance.ts';
import type { Provenance } from '../load/provenance.ts';
import type { AaControl, StoredAaControl } from './aa-control.ts';
import { storedAaControl } from './aa-control.ts';
import type { Target } from './target.ts';

/** How a measurement was made. */
export interface Manifest extends Provenance, StoredAaControl {
  readonly command: 'claims' | 'compare';
  readonly options: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly startedAt: string;
  readonly endedAt: string;
  /** The lab was stopped early. */
  readonly interrupted: boolean;
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
    readonly aaControl: AaControl | undefined;
    readonly target: Target;
  },
): Manifest {
  const { startedAt, aaControl, target, ...rest } = given;
  return {
    ...rest,
    startedAt: startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    ...storedAaControl(aaControl),
    ...provenance(),
    server: {
      version: target.server.version,
      embedded: target.isEmbedded,
      local: target.isLocal,
      settings: target.server.settings,
    },
  };
}
