/** What was dropped cannot be taken. The message says why and what to do, in whole sentences. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}
