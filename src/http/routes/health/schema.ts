import Type from 'typebox';
import { CLOSED } from '../../answers/schemas.ts';

export const aliveSchema = {
  tags: ['service'],
  operationId: 'readHealth',
  summary: 'Whether the service runs',
  description: 'It asks nothing of the database. Use it to decide whether to restart the process.',
  response: {
    200: Type.Object({ status: Type.Literal('ok') }, { ...CLOSED, description: 'It runs.' }),
  },
};

export const readinessSchema = {
  tags: ['service'],
  operationId: 'readiness',
  summary: 'Whether the service can work: its database answers and takes writes, from each of its processes',
  description: 'It writes to the database. Use it to decide whether to send requests here.',
  response: {
    200: Type.Object({ status: Type.Literal('ready') }, { ...CLOSED, description: 'It can work.' }),
  },
};
