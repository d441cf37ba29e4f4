/** Words and phrases that the project does not use: old names, private words, and prose that has to be decoded. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDERS = ['src', 'web', 'test', 'tools', 'docs', 'migrations', 'demo'];
const TEXT = /\.(ts|tsx|css|html|sql|md|json)$/;
/** Files that need old names: committed runs and what reads them, the changelog, two migrations, and this file. */
const EXCEPTED =
  /^CHANGELOG\.md$|^tools\/lab-report\.ts$|^docs\/(results\/|analysis)|^test\/words\.test\.ts$|^migrations\/000[14]_|\/node_modules\/|\/dist\//;

/** A word, and what stands for it. Each has been seen to fail. */
const BANNED: readonly (readonly [pattern: RegExp, write: string])[] = [
  [/\bcharg(e|es|ed|ing)\b/i, 'top-up, top up'],
  [/\bwhoever\b/i, 'the request that …, a buyer who …'],
  [/\banew\b/i, 'again'],
  [/\bstands? in\b/i, 'is in'],
  [/\b(is|are|was|were|be) had\b/i, 'could (not) be acquired, obtained'],
  [/\b(is|are|was|were) told\b/i, 'gets, receives; or say who tells'],
  [/\b(hears|heard)\b/i, 'gets, receives'],
  [/\btwins?\b/i, 'duplicate'],
  [/\bliveness\b/i, 'contention policy'],
  [/\b(courier|errand|teller)s?\b/i, 'outbox, attempt, retrying client'],
  [/\bdesk\b/, 'context'],
  [/\bthe house\b/i, 'lock order; source layout'],
  [/\b(lets?|letting) go\b/i, 'release'],
  [/\bdoor[- ]lists?\b/i, 'check-in list'],
  [/\bsource analysis\b/i, 'the analysis'],
  [/\bDESIGN\b/, 'a page of the project'],
  [/\b(wallet:charge|ROWLOCK_CHARGE)\b/, 'rowlock:top-up, ROWLOCK_TOP_UP'],
  [/\bno such thing\b/i, 'not found'],
  [/(\/\/|\*|--|\. ) Who \w/, 'A request that …, A buyer who …'],
  [/\bErrors: `/, 'Throws `…`'],
  [/\bwhat (it|that|both) comes? to\b/i, 'the effective …'],
  [/\bgo(es)? without saying\b/i, 'need not be declared'],
  [/\bopens? a door\b/i, 'a secret'],
  [/\bin truth\b/i, 'actually'],
  [/\bbeyond measure\b/i, 'beyond the scale'],
  [/\bof elsewhere\b/i, 'foreign, from another origin'],
  [/\bformer life\b/i, 'earlier life'],
  [/\b(for|by|with|among) all who (ask|do|come|want)\b/i, 'callers share …'],
  [/\bconst MAX_/, 'X_MAX'],
];

function files(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (EXCEPTED.test(path) || entry.name === 'node_modules' || entry.name === 'dist') return [];
    if (entry.isDirectory()) return files(path);
    return TEXT.test(entry.name) ? [path] : [];
  });
}

describe('no file of the project says', () => {
  const top = readdirSync(ROOT).filter((name) => name.endsWith('.md') && !EXCEPTED.test(name));
  const lines = [...top, ...FOLDERS.flatMap(files)].flatMap((path) =>
    readFileSync(join(ROOT, path), 'utf8')
      .split('\n')
      .map((text, i) => ({ at: `${relative('.', path)}:${i + 1}`, text })),
  );

  it.each(BANNED)('%s (write: %s)', (pattern) => {
    const found = lines
      .filter(({ text }) => pattern.test(text))
      .map(({ at, text }) => `${at}: ${text.trim()}`);
    expect(found).toEqual([]);
  });
});
