/**
 * The layers of the source, from the top down. A folder imports from the layers below its own; folders on one line do not
 * import each other. `npm run lint-rules` writes the lint rules from these arrays (`oxlint.layers.json`).
 */
export const SOURCE_LAYERS: readonly (readonly string[])[] = [
  ['cli.ts', 'commands'],
  ['http', 'lab', 'bench'],
  ['load'],
  ['box-office'],
  ['operations'],
  ['seats'],
  ['catalogue', 'audit'],
  ['db', 'embedded-server'],
  ['domain'],
  ['lib'],
];

/** Folders of `operations/` that do not import each other; all may import the files beside them and `operations/groups/`. */
export const OPERATIONS: readonly string[] = ['top-up', 'hold', 'pay'];

/** The layers of the pages, from the top down. */
export const PAGE_LAYERS: readonly (readonly string[])[] = [
  ['main.tsx', 'app.tsx'],
  ['buyer', 'operator'],
  ['components', 'seat-map'],
  ['outbox', 'live'],
  ['hooks', 'format'],
  ['api'],
  ['session'],
  ['i18n', 'theme'],
  ['storage'],
];

/** What the pages may import of `src/`: the reading of a catalogue file, which the operator's page checks before it is sent. */
export const SHARED_WITH_PAGES = 'src/catalogue/import/document';
