import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { build, defineConfig } from 'vite';

const SERVICE_URL = process.env['ROWLOCK_SERVICE_URL'] ?? 'http://127.0.0.1:3000';

const ROOT = fileURLToPath(new URL('.', import.meta.url));

/** The buyer's and the operator's pages: built into `web/dist`, which the service serves. */
export default defineConfig({
  root: ROOT,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  // The service writes its own path prefix before these.
  base: './',
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2022', sourcemap: false },
  plugins: [serviceWorker()],
  // In development the pages come from Vite and the API from a running service.
  server: {
    proxy: { '/v1': SERVICE_URL, '/sign-': SERVICE_URL, '/errors': SERVICE_URL, '/docs': SERVICE_URL },
  },
});

/** Builds the service worker behind the pages, whose files it names. */
function serviceWorker(): Plugin {
  return {
    name: 'rowlock-service-worker',
    apply: 'build',
    async writeBundle({ dir }) {
      const html = await readFile(join(dir!, 'index.html'), 'utf8');
      const named = html.matchAll(/\b(?:src|href)="[./]*(assets\/[^"]+)"/g);
      const files = [...new Set(Array.from(named, ([, file]) => file!))];
      await build({
        configFile: false,
        root: ROOT,
        logLevel: 'warn',
        define: {
          SHELL_FILES: JSON.stringify(files),
          SHELL_VERSION: JSON.stringify(createHash('sha256').update(html).digest('hex').slice(0, 16)),
        },
        build: {
          outDir: dir!,
          emptyOutDir: false,
          target: 'es2022',
          rolldownOptions: {
            input: join(ROOT, 'worker/service-worker.ts'),
            output: { entryFileNames: 'service-worker.js', format: 'iife' },
          },
        },
      });
    },
  };
}
