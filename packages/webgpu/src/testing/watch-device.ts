/** What has happened on a device since it was first watched. */
export interface DeviceWatch {
  /** Buffers that were made and not destroyed. */
  live(): number;
  /** Bytes of buffers that were mapped for reading. */
  bytesRead(): number;
  /** Errors that nobody asked for. */
  readonly errors: readonly string[];
}

const watches = new WeakMap<GPUDevice, DeviceWatch>();

/** Counts the buffers of a device and what is read from it. */
export function watchDevice(device: GPUDevice): DeviceWatch {
  const known = watches.get(device);
  if (known !== undefined) return known;
  let live = 0;
  let bytesRead = 0;
  const errors: string[] = [];
  device.addEventListener('uncapturederror', (event) => {
    errors.push((event as GPUUncapturedErrorEvent).error.message);
  });
  const createBuffer = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const buffer = createBuffer(descriptor);
    live += 1;
    let destroyed = false;
    const destroy = buffer.destroy.bind(buffer);
    buffer.destroy = () => {
      if (!destroyed) live -= 1;
      destroyed = true;
      destroy();
      return undefined;
    };
    const mapAsync = buffer.mapAsync.bind(buffer);
    buffer.mapAsync = async (...range) => {
      await mapAsync(...range);
      bytesRead += descriptor.size;
      return undefined;
    };
    return buffer;
  };
  const watch = { live: () => live, bytesRead: () => bytesRead, errors };
  watches.set(device, watch);
  return watch;
}
