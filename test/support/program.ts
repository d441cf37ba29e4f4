/** Where the program of this run is, as JavaScript: see `compile-program.ts`. */
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The compiled module of this source file; the file is a part of `program.tsconfig.json`. */
export function compiled(source: URL): string {
  return join(inject('programDir'), relative(ROOT, fileURLToPath(source))).replace(/\.ts$/, '.js');
}
