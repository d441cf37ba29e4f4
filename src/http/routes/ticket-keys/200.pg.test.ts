import { describe, expect, it } from 'vitest';
import { useServer } from '../../../../test/support/http.ts';
import { newTicketKey } from '../../../../test/support/ticket-keys.ts';

const [fresh, old] = [await newTicketKey('2026'), await newTicketKey('2025')];

describe('GET /v1/ticket-keys answers 200', () => {
  const server = useServer({ ticketKeys: { keys: [fresh, old] } });

  it('with the public part of each key, to anyone', async () => {
    const answer = await server.call({ method: 'GET', url: '/v1/ticket-keys' });
    expect(answer.status).toBe(200);
    const part = { kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig' };
    expect(answer.body).toEqual({
      keys: [
        { ...part, x: fresh.x, kid: '2026' },
        { ...part, x: old.x, kid: '2025' },
      ],
    });
    expect(answer.headers['cache-control']).toBe('public, max-age=60');
  });
});

describe('GET /v1/ticket-keys of a service that signs no tickets answers 200', () => {
  const server = useServer();

  it('with an empty set', async () => {
    expect((await server.call({ method: 'GET', url: '/v1/ticket-keys' })).body).toEqual({ keys: [] });
  });
});
