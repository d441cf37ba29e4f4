/** A failure of the embedded server that the user must act on. The message is one clear line. */
export class EmbeddedServerError extends Error {
  override readonly name = 'EmbeddedServerError';

  constructor(message: string) {
    super(message.trim().replaceAll(/\s*\n\s*/g, ' '));
  }
}
