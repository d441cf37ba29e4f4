import { describe, expect, it } from 'vitest';
import { kindOf } from './rules.ts';

const ASSETS = new Set(['https://box.example/assets/index-Ab1.js']);

function kind(path: string, mode = 'navigate', method = 'GET', scope = 'https://box.example/'): unknown {
  return kindOf({ method, mode, url: new URL(path, 'https://box.example').href }, scope, ASSETS);
}

describe('the service worker answers', () => {
  it.each([
    '/',
    '/?q=winter',
    '/tickets',
    '/tickets?x#y',
    '/wallet',
    '/concerts/winter',
    '/performances/spring-1',
    '/performances/spring-1/reservations/6f1c',
  ])('for the page %s', (path) => {
    expect(kind(path)).toBe('page');
  });

  it('for a file of its shell', () => {
    expect(kind('/assets/index-Ab1.js', 'no-cors')).toBe('asset');
  });

  it.each([
    ['/v1/wallet', 'cors'],
    ['/v1/wallet', 'navigate'],
    ['/v1/performances/spring-1/seats/events?cursor=1', 'cors'],
    ['/tickets', 'cors'],
    ['/operator', 'navigate'],
    ['/operator/performances/spring-1', 'navigate'],
    ['/docs', 'navigate'],
    ['/openapi.json', 'navigate'],
    ['/errors/seat_taken', 'navigate'],
    ['/service-worker.js', 'same-origin'],
    ['/assets/index-Cd2.js', 'no-cors'],
    ['/ticketsx', 'navigate'],
    ['https://other.example/tickets', 'navigate'],
  ])('not for %s (%s)', (path, mode) => {
    expect(kind(path, mode)).toBeUndefined();
  });

  it('not for a request that writes', () => {
    expect(kind('/tickets', 'navigate', 'POST')).toBeUndefined();
    expect(kind('/assets/index-Ab1.js', 'cors', 'HEAD')).toBeUndefined();
  });

  it('only below its scope', () => {
    expect(kind('/hall/tickets', 'navigate', 'GET', 'https://box.example/hall/')).toBe('page');
    expect(kind('/tickets', 'navigate', 'GET', 'https://box.example/hall/')).toBeUndefined();
  });
});
