import { describe, expect, it } from 'vitest';
import { AddressError, SERVERS_MAX, serversOf } from './address.ts';

const READ_WRITE = 'target_session_attrs=read-write';

describe('serversOf', () => {
  it.each([
    [`postgres://one,two/db?${READ_WRITE}`, ['one', 5432], ['two', 5432]],
    [`postgres://u:p@one:6000,two:6001/db?${READ_WRITE}`, ['one', 6000], ['two', 6001]],
    [`postgresql://u@[::1]:6000,[2001:db8::2]/db?${READ_WRITE}`, ['::1', 6000], ['2001:db8::2', 5432]],
    [`postgres:///db?host=one,two&port=6000,6001&${READ_WRITE}`, ['one', 6000], ['two', 6001]],
    [`postgres:///db?host=/run/one,/run/two&port=6000&${READ_WRITE}`, ['/run/one', 6000], ['/run/two', 6000]],
    [`postgres://%2Frun%2Fone,two/db?${READ_WRITE}`, ['/run/one', 5432], ['two', 5432]],
    [`postgres://u:a,b@one/db?${READ_WRITE}`, ['one', 5432]],
  ] as const)('reads %s', (address, ...servers) => {
    expect(serversOf(address)?.servers).toEqual(servers.map(([host, port]) => ({ host, port })));
  });

  it('leaves an address of one host to the driver', () => {
    expect(serversOf('postgres://u:a,b@one:5432/db?sslmode=require')).toBeUndefined();
    expect(serversOf('not an address')).toBeUndefined();
  });

  it.each([
    [
      `postgres://u:p%40@one:1,[::1]:2/db?sslmode=require&${READ_WRITE}&options=-c%20jit%3Doff`,
      'postgres://u:p%40@[::1]:2/db?sslmode=require&options=-c%20jit%3Doff',
    ],
    [`postgres:///db?host=one,/run/pg&${READ_WRITE}`, 'postgres://%2Frun%2Fpg:5432/db'],
  ])('gives the address with one server alone: %s', (address, alone) => {
    const several = serversOf(address)!;
    expect(several.withServer(several.servers[1]!)).toBe(alone);
  });

  it.each([
    ['postgres://one,two/db', / names several hosts: add \?target_session_attrs=read-write/],
    ['postgres://one,two/db?target_session_attrs=any', / takes only read-write/],
    ['postgres://one/db?target_session_attrs=primary', / takes only read-write/],
    [`postgres://one,/db?${READ_WRITE}`, / names an empty host$/],
    [`postgres://one:0,two/db?${READ_WRITE}`, / must name a port from 1 to 65535$/],
    [`postgres://one:x,two/db?${READ_WRITE}`, / must write each host as name:port/],
    [`postgres://::1,two/db?${READ_WRITE}`, / must write each host as name:port/],
    [`postgres:///db?host=a,b,c&port=1,2&${READ_WRITE}`, / names 3 hosts and 2 ports/],
    [`postgres:///db?hostaddr=127.0.0.1&host=a,b&${READ_WRITE}`, / takes no hostaddr/],
    [`postgres://${'h,'.repeat(SERVERS_MAX)}h/db?${READ_WRITE}`, / must name at most 8 hosts$/],
  ])('refuses %s', (address, rule) => {
    expect(() => serversOf(address)).toThrow(AddressError);
    expect(() => serversOf(address)).toThrow(rule);
  });
});
