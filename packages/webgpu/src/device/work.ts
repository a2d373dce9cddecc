import { PruneError } from '@synaprune/core';
import { MAP_FOR_READING, USAGE } from './flags.js';
import type { OwnBytes } from './names.js';

/**
 * The way to a device and back. Everything that goes wrong there comes late and by itself; here it is gathered,
 * so that a verb that waits learns of its own failure, and one that does not leaves it for the next.
 */
export interface Work {
  /** @throws PruneError when the device is lost, or an earlier call failed after it had returned */
  requireUsable(): void;
  /** Runs commands without waiting. A failure is thrown by the next call. */
  enqueue(encode: (encoder: GPUCommandEncoder) => void): void;
  /** The same, for commands that make nothing: with what was made before, all that can be wrong is that it is no longer valid. */
  repeat(encode: (encoder: GPUCommandEncoder) => void): void;
  /** Runs commands, and settles when the device has taken them. */
  run(encode: (encoder: GPUCommandEncoder) => void): Promise<void>;
  /** Runs commands, and reads what the `source` that they name holds afterwards. */
  read(encode: (encoder: GPUCommandEncoder) => ReadBack): Promise<OwnBytes>;
  /** Runs `make`, and tells later where the device had no memory for it. */
  allocate<Made>(make: () => Made, onFailure: (error: PruneError) => void): Made;
}

/** What is read back. */
export interface ReadBack {
  readonly buffer: GPUBuffer;
  readonly offset?: number;
  readonly bytes: number;
}

/** What a device may find wrong; what comes first explains what comes after it. */
const SCOPES: readonly GPUErrorFilter[] = ['out-of-memory', 'validation', 'internal'];

/** @param forget called when anything failed: what is kept between calls may be invalid */
export function createWork(device: GPUDevice, forget: () => void = () => {}): Work {
  let lost: PruneError | undefined;
  let late: PruneError | undefined;
  void device.lost.then(({ reason, message }) => {
    lost = new PruneError(
      'device-lost',
      `the GPU device was lost (${reason || 'unknown reason'}${message && `: ${message}`}); its weights and masks are gone. ` +
        'Request a new device, load weights and pruning state from their last save, and go on there',
    );
  });

  /** Runs `body`, and tells what the device made of it. Each scope costs about as much as two dispatches. */
  const watch = (body: () => void, scopes = SCOPES): Promise<PruneError | undefined> => {
    // Scopes close in reverse.
    for (const scope of scopes.toReversed()) device.pushErrorScope(scope);
    let thrown: unknown;
    try {
      body();
    } catch (error) {
      thrown = error;
    }
    const verdict = Promise.all(scopes.map(() => device.popErrorScope()));
    if (thrown !== undefined) {
      verdict.catch(() => {});
      throw thrown;
    }
    return verdict.then(
      (errors) => {
        const at = errors.findIndex((error) => error !== null);
        const error = lost ?? (at < 0 ? undefined : explain(scopes[at]!, errors[at]!));
        if (error !== undefined) forget();
        return error;
      },
      // A lost device answers no questions.
      (cause) => lost ?? new PruneError('device-lost', 'the GPU device no longer answers', { cause }),
    );
  };
  const submit = (encode: (encoder: GPUCommandEncoder) => void): void => {
    const encoder = device.createCommandEncoder({ label: 'synaprune' });
    encode(encoder);
    device.queue.submit([encoder.finish()]);
  };
  const remember = (verdict: Promise<PruneError | undefined>): void => {
    void verdict.then((error) => {
      if (error === undefined) return;
      late ??= new PruneError(error.code, `a call before failed after it had returned: ${error.message}`, {
        cause: error,
      });
    });
  };

  const requireUsable = (): void => {
    if (lost !== undefined) throw lost;
    if (late === undefined) return;
    const error = late;
    late = undefined;
    throw error;
  };

  return {
    requireUsable,
    enqueue: (encode) => remember(watch(() => submit(encode))),
    repeat: (encode) => remember(watch(() => submit(encode), ['validation'])),
    async run(encode) {
      const error = await watch(() => submit(encode));
      if (error !== undefined) throw error;
    },
    async read(encode) {
      let staging: GPUBuffer | undefined;
      try {
        const error = await watch(() =>
          submit((encoder) => {
            const { buffer, offset = 0, bytes } = encode(encoder);
            staging = device.createBuffer({
              label: 'synaprune readback',
              size: bytes,
              usage: USAGE.mapRead | USAGE.copyTarget,
            });
            encoder.copyBufferToBuffer(buffer, offset, staging, 0, bytes);
          }),
        );
        if (error !== undefined) throw error;
        await staging!.mapAsync(MAP_FOR_READING).catch((cause: unknown) => {
          throw lost ?? new PruneError('device-lost', 'the GPU device did not finish its work', { cause });
        });
        return new Uint8Array(staging!.getMappedRange().slice(0));
      } finally {
        staging?.destroy();
      }
    },
    allocate(make, onFailure) {
      let made: ReturnType<typeof make>;
      void watch(() => {
        made = make();
      }).then((error) => {
        if (error !== undefined) onFailure(error);
      });
      return made!;
    },
  };
}

function explain(found: GPUErrorFilter, cause: GPUError): PruneError {
  if (found === 'out-of-memory') {
    return new PruneError(
      'out-of-memory',
      `the GPU has no memory for this: ${cause.message}. Pruning needs one bit an element, and 3 % of the ` +
        'weights for the time of an update',
      { cause },
    );
  }
  if (found === 'validation') {
    return new PruneError(
      'weight-changed',
      `the GPU device refused to work on a weight; was its buffer destroyed, or made by another device? ${cause.message}`,
      { cause },
    );
  }
  return new PruneError('device-failed', `the GPU device failed: ${cause.message}`, { cause });
}
