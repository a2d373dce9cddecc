/*
 * The yardsticks: the least that any pass over weights costs on a device. They walk the weights as pruning does,
 * in tiles of 8192 elements, a workgroup of 256 threads each.
 */

const THREADS = 256;
const TILE = 8192;
/** Workgroups along one axis of a dispatch; the limit that every device has. */
const MOST_WORKGROUPS = 65535;

/** A pass over a buffer, ready to run. */
export interface Pass {
  /** Sends it off; `queue.onSubmittedWorkDone()` tells when it is through. */
  submit(): void;
  dispose(): void;
}

/** What a pass goes over. */
export interface PassOptions {
  readonly buffer: GPUBuffer;
  readonly elements: number;
  /** What no compiler can know: it leads nowhere in the bench, and shows in tests that all elements are met. */
  readonly key: number;
}

/**
 * Reads every element once. Where the exclusive or of a thread's 32 elements is the key, `found` becomes 1; so all
 * of them have to be read.
 */
export function createReadPass(device: GPUDevice, options: PassOptions & { found: GPUBuffer }): Pass {
  const code = `
${bindings('read')}
@group(0) @binding(2) var<storage, read_write> found: array<u32>;
@compute @workgroup_size(${THREADS}) fn main(${INPUTS}) {
  var all = 0u;
  ${eachElement('all ^= weights[first + element];')}
  if (all == params.key) { found[0] = 1u; }
}`;
  return createPass(device, code, options, [options.found]);
}

/** Reads every element once and writes it back, exclusive-ored with the key: 0 leaves it as it was. */
export function createReadWritePass(device: GPUDevice, options: PassOptions): Pass {
  const code = `
${bindings('read_write')}
@compute @workgroup_size(${THREADS}) fn main(${INPUTS}) {
  ${eachElement('weights[first + element] = weights[first + element] ^ params.key;')}
}`;
  return createPass(device, code, options, []);
}

const INPUTS = `@builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>, @builtin(local_invocation_index) thread: u32`;

function bindings(access: 'read' | 'read_write'): string {
  return `
struct Params { elements: u32, key: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, ${access}> weights: array<u32>;`;
}

function eachElement(body: string): string {
  return `
  let first = (workgroup.y * workgroups.x + workgroup.x) * ${TILE}u;
  if (first >= params.elements) { return; }
  let count = min(${TILE}u, params.elements - first);
  for (var step = 0u; step < ${TILE / THREADS}u; step += 1u) {
    let element = step * ${THREADS}u + thread;
    if (element < count) { ${body} }
  }`;
}

/** A pipeline, and a dispatch for each stretch of the buffer that can be bound at once. */
function createPass(
  device: GPUDevice,
  code: string,
  { buffer, elements, key }: PassOptions,
  more: readonly GPUBuffer[],
): Pass {
  const pipeline = device.createComputePipeline({
    layout: 'auto',
    compute: { module: device.createShaderModule({ code }), entryPoint: 'main' },
  });
  const most = TILE * Math.floor(device.limits.maxStorageBufferBindingSize / 4 / TILE);
  const stretches = Array.from({ length: Math.ceil(elements / most) }, (_, i) => {
    const own = Math.min(most, elements - i * most);
    const params = device.createBuffer({
      size: 8,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    device.queue.writeBuffer(params, 0, Uint32Array.of(own, key));
    const resources = [
      { buffer: params },
      { buffer, offset: 4 * most * i, size: 4 * own },
      ...more.map((other) => ({ buffer: other })),
    ];
    const bound = device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: resources.map((resource, binding) => ({ binding, resource })),
    });
    return { params, bound, workgroups: Math.ceil(own / TILE) };
  });
  return {
    submit() {
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      for (const { bound, workgroups } of stretches) {
        const width = Math.min(workgroups, MOST_WORKGROUPS);
        pass.setBindGroup(0, bound);
        pass.dispatchWorkgroups(width, Math.ceil(workgroups / width));
      }
      pass.end();
      device.queue.submit([encoder.finish()]);
    },
    dispose() {
      for (const { params } of stretches) params.destroy();
    },
  };
}
