/**
 * The codes of `PruneError` that this package throws, beside those of the packages it stands on.
 *
 * | code | what happened |
 * |---|---|
 * | `threads-unavailable` | memory cannot be shared here, or there are no workers or no WASM SIMD |
 * | `thread-lost` | a thread could not be started, or ended before its backend was disposed of |
 * | `out-of-memory` | a shared memory cannot grow by what masks and threads need |
 *
 * @see docs/errors.md
 */
export type HostErrorCode = 'threads-unavailable' | 'thread-lost' | 'out-of-memory';
