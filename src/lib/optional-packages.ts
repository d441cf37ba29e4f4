/** Packages that only some features need: optional peer dependencies, which are loaded where they are used. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** A feature needs a package that is not installed. The message is one line that says what to install. */
export class PackageMissing extends Error {}

/** Throws `PackageMissing` unless all of the packages are installed. */
export function requirePackages(feature: string, ...packages: readonly string[]): void {
  const missing = packages.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  const ranges = rangesOfPeers();
  const specs = missing.map((name) => `"${name}@${ranges[name] ?? 'latest'}"`);
  throw new PackageMissing(`${feature} needs what is not installed: npm install ${specs.join(' ')}`);
}

function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch (error) {
    // A package that exports nothing to `require` is installed all the same.
    return (error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND';
  }
}

function rangesOfPeers(): Readonly<Record<string, string>> {
  const file = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(file) as { readonly peerDependencies: Readonly<Record<string, string>> })
    .peerDependencies;
}
