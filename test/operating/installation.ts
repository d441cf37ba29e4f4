/** The commands of `docs/operating/install.md`, run as they are written but for what the machine of a test must differ in. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { blocksOf, read, ROOT } from '../docs/documents.ts';

/** What a test sets instead of a part of the document. */
export type Places = Readonly<Record<string, string>>;

/**
 * Runs the blocks of these sections in one shell, and returns what they print. Throws when a command fails, and for a section
 * or a place that is no longer in the document.
 */
export async function follow(sections: readonly string[], places: Places): Promise<string> {
  const written = sections.map(commandsOf).join('');
  const script = Object.entries(places).reduce((text, [found, instead]) => {
    if (!text.includes(found)) throw new Error(`${sections.join(', ')} of install.md lacks: ${found}`);
    return text.replaceAll(found, instead);
  }, written);
  // What configures the test run must not configure what is installed.
  const { PATH = '', HOME = '' } = process.env;
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: ROOT,
    env: { PATH, HOME },
  });
  return stdout;
}

function commandsOf(section: string): string {
  const text = read('docs/operating/install.md')
    .split(/^## /m)
    .find((part) => part.startsWith(`${section}\n`));
  const blocks = blocksOf(text ?? '', 'sh');
  if (blocks.length === 0) throw new Error(`install.md has no commands in the section ${section}`);
  return blocks.join('');
}
