import { loadavg } from 'node:os';
import { provenance } from '../../load/provenance.ts';
import type { Provenance } from '../../load/provenance.ts';
import type { Sizes } from '../workloads/sizes.ts';
import type { Fsync } from './trust.ts';
import type { Target } from '../target.ts';

/** What a run was made of. */
export interface Manifest extends Pick<Provenance, 'rowlock'> {
  readonly command: 'bench';
  readonly options: Readonly<Record<string, unknown>>;
  readonly sizes: Sizes;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly machine: Provenance['machine'] & {
    /** The one-minute load average before the run. */
    readonly loadBefore: number;
  };
  readonly server: Pick<Target, 'version' | 'isEmbedded' | 'settings'> & { readonly fsync: Fsync };
  readonly baselineClient: string;
}

/** Notes the start; the returned function completes the manifest at the end. */
export function beginManifest(
  given: Pick<Manifest, 'options' | 'sizes' | 'baselineClient'> & {
    readonly target: Target;
    readonly fsync: Fsync;
  },
): () => Manifest {
  const { target, fsync, ...rest } = given;
  const startedAt = new Date().toISOString();
  const [loadBefore = 0] = loadavg();
  const { rowlock, machine } = provenance();
  const { version, isEmbedded, settings } = target;
  return () => ({
    command: 'bench',
    ...rest,
    startedAt,
    endedAt: new Date().toISOString(),
    rowlock,
    machine: { ...machine, loadBefore },
    server: { version, isEmbedded, settings, fsync },
  });
}
