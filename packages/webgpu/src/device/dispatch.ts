import type { OwnKernel } from './pipelines.js';

/** Workgroups along one axis of a dispatch; the limit that every device has. */
const MOST_WORKGROUPS = 65535;

/** Binds and dispatches a kernel over buffers, or parts of them. */
export function dispatchKernel(
  device: GPUDevice,
  pass: GPUComputePassEncoder,
  { pipeline, layout }: OwnKernel,
  bound: readonly (GPUBuffer | GPUBufferBinding)[],
  workgroups = 1,
): void {
  pass.setPipeline(pipeline);
  const bindings = bound.map((one) => ('buffer' in one ? one : { buffer: one }));
  dispatchGroup(pass, bind(device, layout, bindings), workgroups);
}

/** Dispatches the pipeline that is set over what a group binds. Kernels read their number as `y · width + x`. */
export function dispatchGroup(pass: GPUComputePassEncoder, group: GPUBindGroup, workgroups: number): void {
  pass.setBindGroup(0, group);
  const width = Math.min(workgroups, MOST_WORKGROUPS);
  pass.dispatchWorkgroups(width, Math.ceil(workgroups / width));
}

export function bind(
  device: GPUDevice,
  layout: GPUBindGroupLayout,
  buffers: readonly GPUBufferBinding[],
): GPUBindGroup {
  return device.createBindGroup({
    layout,
    entries: buffers.map((resource, binding) => ({ binding, resource })),
  });
}
