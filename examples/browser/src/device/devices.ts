/** What can train, best first. */
export const DEVICES = ['webgpu', 'webgl', 'wasm', 'cpu'] as const;
export type Device = (typeof DEVICES)[number];

/** How a device is called on the page. */
export const DEVICE_TITLES: Readonly<Record<Device, string>> = {
  webgpu: 'WebGPU',
  webgl: 'WebGL',
  wasm: 'WebAssembly',
  cpu: 'plain JavaScript',
};
