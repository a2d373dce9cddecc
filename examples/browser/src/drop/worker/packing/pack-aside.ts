import type { Packable, Packing } from './packer';

/**
 * Packs a model in a worker of its own, which ends at once when nobody waits for it any more: packing 10 MB takes
 * seconds and stops for nothing.
 *
 * @throws Error when it cannot be packed; the signal's reason
 */
export function packAside(content: Packable, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const worker = new Worker(new URL('./packer.ts', import.meta.url), { type: 'module' });
    const end = (): void => {
      worker.terminate();
      signal?.removeEventListener('abort', abort);
    };
    const abort = (): void => {
      end();
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort);
    worker.addEventListener('message', ({ data }: MessageEvent<Packing>) => {
      end();
      if ('bytes' in data) resolve(data.bytes);
      else reject(new Error(data.error));
    });
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      end();
      reject(new Error(`the packing ended before its time: ${event.message}`));
    });
    worker.postMessage(content);
  });
}
