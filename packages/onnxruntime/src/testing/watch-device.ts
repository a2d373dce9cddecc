/** What has happened on a device since it was first watched. */
export interface DeviceWatch {
  /** Buffers of this repository's that were made and not destroyed; the runtime keeps its own for later use. */
  live(): number;
  /** Bytes of buffers that were mapped for reading, by anyone. */
  bytesRead(): number;
  /** What the device complained of and nobody asked for. */
  readonly errors: readonly string[];
}

/**
 * Counts the buffers of a device and what is read from it. The tests of tfjs-webgpu have the same lines: no package
 * imports another's tests, and one for the two alone would be more than it saves.
 */
export function watchDevice(device: GPUDevice): DeviceWatch {
  const errors: string[] = [];
  let live = 0;
  let bytesRead = 0;
  device.addEventListener('uncapturederror', (event) => {
    errors.push((event as GPUUncapturedErrorEvent).error.message);
  });
  const createBuffer = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const buffer = createBuffer(descriptor);
    if (descriptor.label?.startsWith('synaprune')) {
      live += 1;
      let destroyed = false;
      const destroy = buffer.destroy.bind(buffer);
      buffer.destroy = () => {
        if (!destroyed) live -= 1;
        destroyed = true;
        destroy();
        return undefined;
      };
    }
    const mapAsync = buffer.mapAsync.bind(buffer);
    buffer.mapAsync = async (mode, ...range) => {
      await mapAsync(mode, ...range);
      if (mode === 1) bytesRead += descriptor.size;
      return undefined;
    };
    return buffer;
  };
  return { live: () => live, bytesRead: () => bytesRead, errors };
}
