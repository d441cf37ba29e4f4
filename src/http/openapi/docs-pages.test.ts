import { describe, expect, it } from 'vitest';
import { useServerWithoutDatabase } from '../../../test/support/http.ts';

describe('the documentation pages', () => {
  const server = useServerWithoutDatabase({ exposure: { docs: true } });

  it.each(['/docs', '/docs/'])('load everything from this origin: %s', async (url) => {
    const page = await server.app.inject(url);
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/);
    const sources = [...page.payload.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]!);
    expect(sources.length).toBeGreaterThan(4);
    for (const source of sources) {
      const asset = await server.app.inject(new URL(source, `http://localhost${url}`).pathname);
      expect(asset.statusCode, source).toBe(200);
      expect(asset.headers['x-content-type-options']).toBe('nosniff');
    }
  });

  it('have no inline script or style, which their policy would block', async () => {
    const page = await server.app.inject('/docs');
    expect(page.payload).not.toMatch(/<script(?![^>]*src=)|<style|onload=|javascript:/);
  });

  it('show the document of /openapi.json, and use no other host to validate it', async () => {
    const own = (await server.app.inject('/docs/json')).json<{ servers: unknown }>();
    const document = (await server.app.inject('/openapi.json')).json<object>();
    // Both servers are relative to where the document is.
    expect(own).toEqual({ ...document, servers: [{ url: '..' }] });
    expect(document).toMatchObject({ servers: [{ url: '.' }] });
    const initializer = await server.app.inject('/docs/static/swagger-initializer.js');
    expect(initializer.payload).toContain('validatorUrl: null');
  });

  it.each([
    '/docs/static/..%2f..%2fpackage.json',
    '/docs/static/%2e%2e/%2e%2e/package.json',
    '/docs/static/nothing.js',
  ])('serve nothing else: %s', async (url) => {
    const answer = await server.app.inject(url);
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect(answer.json()).toMatchObject({ instance: expect.stringMatching(/^urn:uuid:/) });
  });
});
