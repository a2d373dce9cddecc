/** What has happened on a device since it was first watched. */
export interface DeviceWatch {
  /** Buffers that were made and not destroyed. */
  live(): number;
  /** Bytes of buffers that were mapped for reading. */
  bytesRead(): number;
}

const watches = new WeakMap<GPUDevice, DeviceWatch>();

/**
 * Counts the buffers of a device and what is read from it.
 *
 * @param errors takes what the device complains of and nobody asked for
 */
export function watchDevice(device: GPUDevice, errors: string[] = []): DeviceWatch {
  const known = watches.get(device);
  if (known !== undefined) return known;
  let live = 0;
  let bytesRead = 0;
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
  const watch = { live: () => live, bytesRead: () => bytesRead };
  watches.set(device, watch);
  return watch;
}
