/** The bytes that a buffer holds. */
export async function readBack(device: GPUDevice, buffer: GPUBuffer): Promise<ArrayBuffer> {
  const { size } = buffer;
  const staging = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  try {
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, 0, staging, 0, size);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    return staging.getMappedRange().slice(0);
  } finally {
    staging.destroy();
  }
}

/** How many bytes of buffers are mapped for reading while `run` runs, by anyone and on any device. */
export async function countBytesRead(run: () => Promise<unknown>): Promise<number> {
  const { prototype } = GPUBuffer;
  const { mapAsync } = prototype;
  let bytes = 0;
  prototype.mapAsync = function (this: GPUBuffer, mode, offset = 0, size = this.size - offset) {
    if (mode === GPUMapMode.READ) bytes += size;
    return mapAsync.call(this, mode, offset, size);
  };
  try {
    await run();
  } finally {
    prototype.mapAsync = mapAsync;
  }
  return bytes;
}
