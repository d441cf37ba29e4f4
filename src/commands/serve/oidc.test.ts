import { describe, expect, it } from 'vitest';
import { defaultsOf } from '../options/option.ts';
import type { CommandOptions } from '../options/table.ts';
import { COMMAND_OPTIONS } from '../options/table.ts';
import { oidcOf } from './oidc.ts';

const options = (given: Partial<CommandOptions<'serve'>>): CommandOptions<'serve'> => ({
  ...defaultsOf(COMMAND_OPTIONS.serve),
  ...given,
});
const ISSUER = { oidcIssuer: 'https://id.example', oidcClientId: 'rowlock' };
const authorization = 'https://id.example/authorize';
const token = 'https://id.example/token';

describe('the issuer', () => {
  it('is none unless it is given', () => expect(oidcOf(options({}))).toBeUndefined());

  it('is discovered, or known by its endpoints', () => {
    expect(oidcOf(options(ISSUER))).toMatchObject({ issuer: 'https://id.example', endpoints: undefined });
    const given = { ...ISSUER, oidcAuthorizationEndpoint: authorization, oidcTokenEndpoint: token };
    expect(oidcOf(options(given))).toMatchObject({ endpoints: { authorization, token } });
  });

  it.each<[Partial<CommandOptions<'serve'>>, string]>([
    [{ oidcIssuer: 'https://id.example' }, 'ROWLOCK_OIDC_ISSUER and ROWLOCK_OIDC_CLIENT_ID go together'],
    [{ oidcClientId: 'rowlock' }, 'ROWLOCK_OIDC_ISSUER and ROWLOCK_OIDC_CLIENT_ID go together'],
    [{ ...ISSUER, oidcTokenEndpoint: token }, 'ROWLOCK_OIDC_TOKEN_ENDPOINT go together'],
    [{ ...ISSUER, oidcEndSessionEndpoint: token }, 'need the other endpoints, too'],
  ])('is refused when half of it is given: %j', (given, message) => {
    expect(() => oidcOf(options(given))).toThrow(message);
  });

  it.each([
    ['http://id.example', false],
    ['https://id.example/realms/hall', true],
    ['http://127.0.0.1:3001', true],
    ['https://name@id.example', false],
    ['id.example', false],
  ])('%s is one: %s', (url, isOne) => {
    expect(COMMAND_OPTIONS.serve.oidcIssuer.parse(url) !== undefined).toBe(isOne);
  });

  it('gives scopes by claims', () => {
    const { parse } = COMMAND_OPTIONS.serve.oidcRoles;
    expect(parse('groups:admins=rowlock:admin,https://hall.example/roles:door=rowlock:door@one')).toEqual([
      { claim: 'groups', value: 'admins', scope: 'rowlock:admin' },
      { claim: 'https://hall.example/roles', value: 'door', scope: 'rowlock:door@one' },
    ]);
    for (const wrong of ['groups=rowlock:admin', 'groups:admins', 'groups:admins=admin', ':=rowlock:admin']) {
      expect(parse(wrong), wrong).toBeUndefined();
    }
  });
});
