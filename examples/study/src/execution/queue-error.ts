/** Redis is absent, went away, or refused. */
export class QueueError extends Error {
  readonly code = 'queue-failed';

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'QueueError';
  }
}
