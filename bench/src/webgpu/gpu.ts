import { openDawn } from 'synaprune-devices';

/** The device that everything is measured on: tfjs's own, so that its operations can be compared. */
export interface Gpu {
  readonly device: GPUDevice;
  /** The adapter, its driver, and whether it is software. */
  readonly name: string;
  /** Whether the CPU plays the GPU. */
  readonly software: boolean;
  /** What the device complained of, so far. */
  readonly errors: readonly string[];
  /** Another device of the adapter, which binds as many storage buffers as that can. The caller destroys it. */
  openWidest(): Promise<GPUDevice>;
}

/** A device that is opened when a group first asks for it. */
export interface LazyGpu {
  /** Makes tfjs run on WebGPU, or tells why it cannot. */
  open(): Promise<Gpu | { readonly missing: string }>;
  /** What was opened. */
  name(): string | undefined;
  /** Lets the process end. */
  close(): void;
}

/** No device yet. */
export function createLazyGpu(): LazyGpu {
  let opened: ReturnType<typeof openGpu> | undefined;
  let name: string | undefined;
  let close = () => {};
  return {
    async open() {
      opened ??= openGpu();
      const gpu = await opened;
      if ('missing' in gpu) return gpu;
      name = gpu.name;
      close = gpu.close;
      if (!(await gpu.use())) return { missing: 'tfjs does not return to webgpu' };
      return gpu;
    },
    name: () => name,
    close: () => close(),
  };
}

/** A device, and what makes tfjs run on it again after others. */
interface OpenGpu extends Gpu {
  use(): Promise<boolean>;
  close(): void;
}

async function openGpu(): Promise<OpenGpu | { readonly missing: string }> {
  const tf = await import('@tensorflow/tfjs');
  // Silences the advice to install tfjs-node.
  tf.env().set('PROD', true);
  const dawn = await openDawn({ measuring: true });
  if ('missing' in dawn) return dawn;
  const adapter = await dawn.gpu.requestAdapter({ powerPreference: 'high-performance' });
  // It looks for a GPU as it is imported.
  await import('@tensorflow/tfjs-backend-webgpu');
  // Else tfjs would compute small tensors on the host.
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  if (adapter === null || !(await tf.setBackend('webgpu')) || tf.getBackend() !== 'webgpu') {
    dawn.close();
    return { missing: `tfjs took no webgpu on ${dawn.driver}` };
  }
  const { device } = tf.backend() as unknown as { readonly device: GPUDevice };
  const errors: string[] = [];
  const listen = (to: GPUDevice): void =>
    to.addEventListener('uncapturederror', (event) => {
      errors.push((event as GPUUncapturedErrorEvent).error.message);
    });
  listen(device);
  const software = isSoftware(adapter.info);
  return {
    device,
    name: `${dawn.driver}, ${software ? 'a software device' : 'hardware'}`,
    software,
    errors,
    async openWidest() {
      // An adapter gives one device only.
      const another = (await dawn.gpu.requestAdapter({ powerPreference: 'high-performance' }))!;
      const { maxStorageBuffersPerShaderStage } = another.limits;
      const widest = await another.requestDevice({ requiredLimits: { maxStorageBuffersPerShaderStage } });
      listen(widest);
      return widest;
    },
    use: () => tf.setBackend('webgpu'),
    close() {
      tf.removeBackend('webgpu');
      device.destroy();
      dawn.close();
    },
  };
}

function isSoftware({ isFallbackAdapter, architecture, device, description }: GPUAdapterInfo): boolean {
  const names = `${architecture} ${device} ${description}`;
  return isFallbackAdapter || /llvmpipe|lavapipe|swiftshader/i.test(names);
}
