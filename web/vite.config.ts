import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const SERVICE_URL = process.env['ROWLOCK_SERVICE_URL'] ?? 'http://127.0.0.1:3000';

/** The buyer's and the operator's pages: built into `web/dist`, which the service serves. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  // The service writes its own path prefix before these.
  base: './',
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2022', sourcemap: false },
  // In development the pages come from Vite and the API from a running service.
  server: { proxy: { '/v1': SERVICE_URL, '/errors': SERVICE_URL, '/docs': SERVICE_URL } },
});
