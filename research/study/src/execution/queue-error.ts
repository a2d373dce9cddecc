/** Redis is absent, went away, or refused. */
export class QueueError extends Error {
  readonly code = 'queue-failed';

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'QueueError';
  }
}

/** Whether an error is the answer of a Redis to a command that it cannot or will not carry out. */
export function isReply(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError';
}
