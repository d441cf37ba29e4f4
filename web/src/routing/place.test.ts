import { describe, expect, it } from 'vitest';
import { fromBrowser, toBrowser } from './place.ts';

describe('behind a path prefix', () => {
  it.each([
    ['/', '/shop/'],
    ['/wallet', '/shop/wallet'],
    ['/v1/concerts?x=1', '/shop/v1/concerts?x=1'],
  ])('%s is %s to the browser, and back', (path, seen) => {
    expect(toBrowser(path, '/shop')).toBe(seen);
    expect(fromBrowser(seen, '/shop')).toBe(path);
  });

  it('leaves fragments, other origins and other paths alone', () => {
    expect(toBrowser('#content', '/shop')).toBe('#content');
    expect(toBrowser('https://other.example/', '/shop')).toBe('https://other.example/');
    expect(fromBrowser('/shop', '/shop')).toBe('/');
    expect(fromBrowser('/shopping/x', '/shop')).toBe('/shopping/x');
  });

  it('is nothing without a prefix', () => {
    expect(toBrowser('/wallet', '')).toBe('/wallet');
    expect(fromBrowser('/wallet', '')).toBe('/wallet');
  });
});
