/**
 * The layers of the source, from the top down. A folder imports from the layers below its own; folders on one
 * line do not import each other. `npm run lint-rules` writes `oxlint.layers.json` from these arrays.
 */
export const SOURCE_LAYERS: readonly (readonly string[])[] = [
  ['cli.ts', 'commands'],
  ['http', 'lab', 'bench'],
  ['load'],
  ['box-office'],
  ['operations'],
  ['seats'],
  ['catalogue', 'audit', 'identity'],
  ['operator-log'],
  ['db', 'embedded-server'],
  ['domain'],
  ['lib'],
];

/** Only these folders start PostgreSQL themselves; all others are given a database. */
export const EMBEDDED_SERVER = 'embedded-server';
export const STARTS_SERVERS: readonly string[] = ['commands', 'lab', 'bench', 'load'];

/**
 * Folders of `operations/` that do not import each other; all may import `groups/` and the files beside it.
 */
export const OPERATIONS: readonly string[] = ['top-up', 'hold', 'pay'];

/** The layers of the pages, from the top down. */
export const PAGE_LAYERS: readonly (readonly string[])[] = [
  ['main.tsx', 'app.tsx'],
  ['buyer', 'operator'],
  ['components', 'seat-map'],
  ['outbox', 'live', 'offline'],
  ['hooks', 'format'],
  ['api'],
  ['session'],
  ['i18n', 'theme'],
  ['storage', 'routing'],
];

/** All that the pages may import of `src/`: the reading of a catalogue file, to check it before sending, currencies and scopes. */
export const SHARED_WITH_PAGES: readonly string[] = [
  'src/catalogue/import/document/**',
  'src/domain/currency.ts',
  'src/domain/scopes.ts',
];
