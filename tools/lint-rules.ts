/** Writes `oxlint.layers.json`, which folder may import which, from `layers.ts`. `--check` only compares. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  EMBEDDED_SERVER,
  OPERATIONS,
  PAGE_LAYERS,
  SHARED_WITH_PAGES,
  SOURCE_LAYERS,
  STARTS_SERVERS,
} from './layers.ts';

const FILE = fileURLToPath(new URL('../oxlint.layers.json', import.meta.url));

/** The driver of PostgreSQL, whose connections end the process when they have no listener for their errors. */
const DRIVER = {
  name: 'pg',
  message: 'Connections are made in src/lib/pg-client.ts and nowhere else.',
  allowTypeImports: true,
};

interface Override {
  readonly files: readonly string[];
  readonly rules: Readonly<Record<string, unknown>>;
}

function forbid(files: string, others: readonly string[], message: string): Override {
  const group = others.map((name) => {
    if (name.includes('*')) return name;
    return /\.tsx?$/.test(name) ? `**/${name}` : `**/${name}/**`;
  });
  const paths = files.startsWith('src/') ? [DRIVER] : [];
  return {
    files: [files],
    rules: { 'no-restricted-imports': ['error', { paths, patterns: [{ group, message }] }] },
  };
}

/** A rule for each folder that forbids the layers above and its neighbours. */
function rulesOf(
  root: string,
  layers: readonly (readonly string[])[],
  alsoForbidden: (name: string) => readonly string[],
): Override[] {
  return layers.flatMap((layer, i) =>
    layer
      .map((name) => ({
        name,
        others: [
          ...new Set([
            ...layers.slice(0, i).flat(),
            ...layer.filter((other) => other !== name),
            ...alsoForbidden(name),
          ]),
        ],
      }))
      .filter(({ name, others }) => others.length > 0 && !/\.tsx?$/.test(name))
      .map(({ name, others }) =>
        forbid(
          `${root}/${name}/**/*.{ts,tsx}`,
          others,
          `${root}/${name} imports only the layers below it (tools/layers.ts).`,
        ),
      ),
  );
}

/** The text of `oxlint.layers.json`. */
export function lintRules(): string {
  const above = SOURCE_LAYERS.slice(
    0,
    SOURCE_LAYERS.findIndex((layer) => layer.includes('operations')),
  ).flat();
  const overrides = [
    ...rulesOf('src', SOURCE_LAYERS, (name) =>
      [EMBEDDED_SERVER, ...STARTS_SERVERS].includes(name) ? [] : [EMBEDDED_SERVER],
    ),
    ...OPERATIONS.map((name) =>
      forbid(
        `src/operations/${name}/**/*.ts`,
        [...above, EMBEDDED_SERVER, ...OPERATIONS.filter((other) => other !== name)],
        'Operations do not import each other (tools/layers.ts).',
      ),
    ),
    ...rulesOf('web/src', PAGE_LAYERS, () => [
      '**/src/**',
      ...SHARED_WITH_PAGES.map((path) => `!**/${path}`),
    ]),
    {
      files: [
        'src/lib/pg-client.ts',
        'src/lib/servers/probe.ts',
        '**/*.test.ts',
        'test/**/*.ts',
        'web/test/**/*.ts',
      ],
      rules: { 'no-restricted-imports': 'off' },
    },
  ];
  return `${JSON.stringify({ overrides }, undefined, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const upToDate = readFileSync(FILE, { encoding: 'utf8', flag: 'a+' }) === lintRules();
  if (process.argv.includes('--check') && !upToDate) {
    process.stderr.write('oxlint.layers.json is not what tools/layers.ts says: npm run lint-rules\n');
    process.exitCode = 1;
  } else writeFileSync(FILE, lintRules());
}
