import Type from 'typebox';

export const openapiSchema = {
  tags: ['service'],
  operationId: 'readOpenapi',
  summary: 'Read this document',
  description: 'The same that the pages at `/docs` show.',
  response: { 200: Type.Object({}, { additionalProperties: true, description: 'OpenAPI 3.1.' }) },
};
