import { describe, expect, it } from 'vitest';
import { accountIdOf } from './account.ts';
import { scopesOf } from './roles.ts';

describe('an account of an issuer', () => {
  it('is the same for good', () => {
    expect(accountIdOf('https://id.example', 'minji')).toBe('oidc-pu6643h5id3bigok355uqxy62ugxhoal');
  });

  it('is another for another issuer, subject or border between the two', () => {
    const accounts = [
      accountIdOf('https://id.example', 'minji'),
      accountIdOf('https://id.example', 'Minji'),
      accountIdOf('https://id.example/', 'minji'),
      accountIdOf('https://id.examplem', 'inji'),
      accountIdOf('https://id.example', '../김민지'),
    ];
    expect(new Set(accounts).size).toBe(accounts.length);
    for (const account of accounts) expect(account).toMatch(/^oidc-[a-z2-7]{32}$/);
  });
});

describe('scopes of claims', () => {
  const roles = [
    { claim: 'groups', value: 'admins', scope: 'rowlock:admin' },
    { claim: 'realm_access.roles', value: 'door', scope: 'rowlock:door' },
    { claim: 'is_staff', value: 'true', scope: 'rowlock:top-up' },
  ];

  it.each<[Record<string, unknown>, readonly string[]]>([
    [{}, []],
    [{ groups: 'admins' }, ['rowlock:admin']],
    [{ groups: ['visitors', 'admins', 'admins'] }, ['rowlock:admin']],
    [{ groups: 'admins visitors' }, []],
    [{ groups: { admins: true } }, []],
    [{ realm_access: { roles: ['door'] } }, ['rowlock:door']],
    [{ 'realm_access.roles': ['door'] }, ['rowlock:door']],
    [{ realm_access: null }, []],
    [{ is_staff: true }, ['rowlock:top-up']],
    [{ is_staff: false }, []],
  ])('%j gives %j', (claims, scopes) => expect(scopesOf(claims, roles)).toEqual(scopes));
});
