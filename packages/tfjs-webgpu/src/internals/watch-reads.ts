import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';

const watched = new WeakMap<WebGPUBackend, (dataId: object) => void>();

/**
 * Follows the reads that tfjs has under way. Each ends by putting what it read into tfjs's memory of the tensor; what
 * is returned is called when a tensor is written, and has that forgotten again.
 *
 * Written for tfjs-backend-webgpu 4.22.0, whose `read` keeps what it read in `tensorMap` and answers from there: a
 * weight that is zeroed while its values are on their way would be read as it was before, from then on.
 */
export function watchReads(backend: WebGPUBackend): (dataId: object) => void {
  const known = watched.get(backend);
  if (known !== undefined) return known;
  const underWay = new WeakMap<object, number>();
  const outdated = new WeakSet<object>();
  const { read } = backend;
  backend.read = async (dataId) => {
    underWay.set(dataId, (underWay.get(dataId) ?? 0) + 1);
    try {
      return await read.call(backend, dataId);
    } finally {
      const others = underWay.get(dataId)! - 1;
      underWay.set(dataId, others);
      if (outdated.has(dataId)) {
        if (backend.tensorMap.has(dataId)) backend.tensorMap.get(dataId).values = null as never;
        if (others === 0) outdated.delete(dataId);
      }
    }
  };
  const written = (dataId: object): void => {
    if ((underWay.get(dataId) ?? 0) > 0) outdated.add(dataId);
  };
  watched.set(backend, written);
  return written;
}
