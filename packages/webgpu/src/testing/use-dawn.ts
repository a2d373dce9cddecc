import { openDawn } from 'synaprune-devices';
import { watchDevice } from './watch-device.js';

/** WebGPU in this process, for one test file. */
export interface TestDawn {
  readonly driver: string;
  readonly subgroups: boolean;
  /** A device of its own. What it complains of is kept in `errors`. */
  device(descriptor?: GPUDeviceDescriptor): Promise<GPUDevice>;
  readonly errors: string[];
  /** Destroys every device and lets the process end. */
  close(): void;
}

/** Opens Dawn, or tells what is missing. */
export async function useDawn(): Promise<TestDawn | { readonly missing: string }> {
  const dawn = await openDawn();
  if ('missing' in dawn) return dawn;
  const first = (await dawn.gpu.requestAdapter())!;
  const devices: GPUDevice[] = [];
  const errors: string[] = [];
  return {
    driver: dawn.driver,
    subgroups: first.features.has('subgroups'),
    async device(descriptor) {
      // An adapter gives one device only.
      const device = await (await dawn.gpu.requestAdapter())!.requestDevice(descriptor);
      devices.push(device);
      watchDevice(device, errors);
      return device;
    },
    errors,
    close() {
      for (const device of devices) device.destroy();
      dawn.close();
    },
  };
}
