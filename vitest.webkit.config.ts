import { defineConfig } from 'vitest/config';

/** The main path in WebKitGTK: `npm run test:webkit`, by hand; it fails where WebKitGTK is not installed. */
export default defineConfig({
  test: {
    include: ['test/e2e/browsers/*.webkit.test.ts'],
    globalSetup: ['test/support/compile-program.ts'],
    testTimeout: 300_000,
    hookTimeout: 180_000,
  },
});
