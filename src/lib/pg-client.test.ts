import { expect, it, vi } from 'vitest';
import { Client } from './pg-client.ts';

it.each(['require', 'prefer', 'verify-ca', 'verify-full'])(
  'verifies the certificate with sslmode=%s, and warns of nothing',
  (mode) => {
    const warned = vi.spyOn(process, 'emitWarning').mockReturnValue();
    const client = new Client({
      connectionString: `postgres://rowlock@db.example/tickets?sslmode=${mode}&x=1`,
    });
    expect(client.ssl).toBeTruthy();
    expect((client as unknown as { connectionParameters: { ssl: object } }).connectionParameters.ssl).toEqual(
      {},
    );
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  },
);
