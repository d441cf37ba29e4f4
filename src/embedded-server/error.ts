/** A failure of the embedded server that the user must fix. The message is one clear line. */
export class EmbeddedServerError extends Error {
  override readonly name = 'EmbeddedServerError';

  constructor(message: string) {
    super(message.trim().replaceAll(/\s*\n\s*/g, ' '));
  }
}
