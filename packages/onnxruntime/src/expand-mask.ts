import type { MaskBits } from '@synaprune/webgpu';

const CODE = `
struct Place { firstWord: u32, elements: u32, overwrite: u32 }

@group(0) @binding(0) var<storage, read> words: array<u32>;
@group(0) @binding(1) var<storage, read_write> keeps: array<f32>;
@group(0) @binding(2) var<uniform> place: Place;

@compute @workgroup_size(256)
fn expand(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.x + id.y * groups.x * 256u;
  if (index >= place.elements) { return; }
  let dropped = ((words[place.firstWord + (index >> 5u)] >> (index & 31u)) & 1u) == 1u;
  if (dropped) { keeps[index] = 0.0; } else if (place.overwrite == 1u) { keeps[index] = 1.0; }
}`;

/** Usages of a buffer and modes of mapping, as numbers: the names are globals that Node lacks. */
export const USAGE = {
  mapRead: 0x1,
  copySource: 0x4,
  copyTarget: 0x8,
  uniform: 0x40,
  storage: 0x80,
} as const;
const MOST_GROUPS = 65_535;

/** Writes masks of bits as floats into a buffer, on the device: 1 where every one of them keeps, else 0. */
export type ExpandMasks = (masks: readonly MaskBits[], elements: number, into: GPUBuffer) => void;

export function createExpandMasks(device: GPUDevice): ExpandMasks {
  let pipeline: GPUComputePipeline | undefined;

  return (masks, elements, into) => {
    if (masks.length === 0) {
      device.queue.writeBuffer(into, 0, new Float32Array(elements).fill(1));
      return;
    }
    const module = () => device.createShaderModule({ label: 'synaprune expand mask', code: CODE });
    pipeline ??= device.createComputePipeline({ layout: 'auto', compute: { module: module() } });
    const groups = Math.ceil(elements / 256);
    const places: GPUBuffer[] = [];
    const encoder = device.createCommandEncoder();
    for (const [i, { buffer, firstWord }] of masks.entries()) {
      const place = device.createBuffer({
        label: 'synaprune place of a mask',
        size: 16,
        usage: USAGE.uniform | USAGE.copyTarget,
      });
      device.queue.writeBuffer(place, 0, Uint32Array.of(firstWord, elements, i === 0 ? 1 : 0, 0));
      places.push(place);
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      const entries = [buffer, into, place].map((resource, binding) => ({
        binding,
        resource: { buffer: resource },
      }));
      pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
      pass.dispatchWorkgroups(Math.min(groups, MOST_GROUPS), Math.ceil(groups / MOST_GROUPS));
      pass.end();
    }
    device.queue.submit([encoder.finish()]);
    for (const place of places) place.destroy();
  };
}
