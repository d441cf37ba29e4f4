/** The text of a new configuration file: every option of a service, by sections, most of them as comments. */
import { defaultOf } from '../options/option.ts';
import type { OptionSpec } from '../options/option.ts';

/** Options whose lines belong together. What no section names comes last. */
const SECTIONS: ReadonlyArray<readonly [title: string, names: readonly string[]]> = [
  ['Database', ['DATABASE_URL', 'ROWLOCK_DURABILITY', 'ROWLOCK_POOL_SIZE', 'ROWLOCK_PROCESSES']],
  [
    'Which programs may call: one of the secret and the key set',
    ['ROWLOCK_JWT_SECRET', 'ROWLOCK_JWKS', 'ROWLOCK_JWT_ISSUER', 'ROWLOCK_JWT_AUDIENCE'],
  ],
  [
    'Where people sign in',
    [
      'ROWLOCK_OIDC_ISSUER',
      'ROWLOCK_OIDC_CLIENT_ID',
      'ROWLOCK_OIDC_CLIENT_SECRET',
      'ROWLOCK_OIDC_ROLES',
      'ROWLOCK_OIDC_CLIENT_AUTH',
      'ROWLOCK_OIDC_SCOPES',
    ],
  ],
  ['Tickets', ['ROWLOCK_TICKET_KEYS']],
  [
    'Where it listens, and what is in front of it',
    ['HOST', 'PORT', 'ROWLOCK_PUBLIC_URL', 'ROWLOCK_BASE_PATH', 'ROWLOCK_TRUSTED_PROXIES'],
  ],
  ['Metrics', ['ROWLOCK_METRICS_PORT', 'ROWLOCK_METRICS_HOST', 'ROWLOCK_AUDIT_INTERVAL_MS']],
];
const REST = 'Everything else';
const LINE_LENGTH = 100;

/**
 * Writes `NAME=value` for each value, an empty one where the operator must fill it in, and a comment with the default
 * for every other option.
 */
export function configText(
  specs: readonly OptionSpec<unknown>[],
  values: ReadonlyMap<string, string>,
  writtenAt: Date,
): string {
  const byName = new Map(
    specs.flatMap((spec) => (spec.env === undefined ? [] : [[spec.env, spec] as const])),
  );
  const sectioned = new Set(SECTIONS.flatMap(([, names]) => names));
  const rest = [...byName.keys()].filter((name) => !sectioned.has(name));
  const parts = [...SECTIONS, [REST, rest] as const].map(([title, names]) => {
    const lines = names.flatMap((name) => optionLines(name, byName.get(name), values.get(name)));
    return [`# --- ${title} ---`, ...lines].join('\n');
  });
  return `${[head(writtenAt), ...parts].join('\n\n')}\n`;
}

function head(writtenAt: Date): string {
  return [
    `# Rowlock's configuration, written by "rowlock init" on ${writtenAt.toISOString().slice(0, 10)}. It has secrets in it: keep its mode 0600.`,
    '# One NAME=value a line, without quotes. A line that begins with # is a comment and shows the default.',
    '# Empty values are refused. "rowlock doctor --config FILE" checks the file and the database.',
  ].join('\n');
}

function optionLines(
  name: string,
  spec: OptionSpec<unknown> | undefined,
  value: string | undefined,
): readonly string[] {
  if (spec === undefined) return [];
  const standard = defaultOf(spec) ?? '';
  // Some defaults are words about it, which are no value.
  const isValue = !standard.includes(' ');
  const help = isValue ? spec.help : `${spec.help}; ${standard}`;
  const line = value === undefined ? `#${name}=${isValue ? standard : ''}` : `${name}=${value}`;
  return ['', ...wrapped(help), line];
}

function wrapped(help: string): readonly string[] {
  const lines: string[] = [];
  let line = '#';
  for (const word of help.split(' ')) {
    if (line.length + 1 + word.length > LINE_LENGTH) {
      lines.push(line);
      line = '#';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
