import { PruneError } from '@synaprune/core';
import type { InferenceSession, Tensor } from 'onnxruntime-common';

/**
 * Runs a session.
 *
 * @throws PruneError `device-failed` with the runtime's reason
 */
export async function run(
  session: InferenceSession,
  what: string,
  feeds: Readonly<Record<string, Tensor>>,
  fetches: readonly string[] = session.outputNames,
): Promise<Record<string, Tensor>> {
  try {
    return (await session.run(feeds, fetches)) as Record<string, Tensor>;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PruneError('device-failed', `ONNX Runtime failed to run ${what}: ${reason}`, { cause });
  }
}
