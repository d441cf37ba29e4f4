import Type from 'typebox';

export const openapiSchema = {
  tags: ['service'],
  operationId: 'readOpenapi',
  summary: 'Read this document',
  response: { 200: Type.Object({}, { additionalProperties: true, description: 'OpenAPI 3.1.' }) },
};
