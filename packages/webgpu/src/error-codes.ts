/**
 * The codes of `PruneError` that this package throws, beside those of the packages it stands on.
 *
 * | code | what happened |
 * |---|---|
 * | `device-lost` | the GPU device is gone, and with it all weights and masks on it |
 * | `out-of-memory` | the device has no memory left for what was asked |
 * | `device-failed` | the device reported a failure of its own |
 *
 * @see docs/errors.md
 */
export type WebgpuErrorCode = 'device-lost' | 'out-of-memory' | 'device-failed';
