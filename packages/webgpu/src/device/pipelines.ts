import type { Pooling } from '@synaprune/core';
import { poolCode, SPREAD_CODE, type Walker } from '../wgsl/blocks.js';
import { COPY_CODE } from '../wgsl/copy.js';
import { COUNT_DROPPED_CODE, SCAN_TIES_CODE } from '../wgsl/counts.js';
import { chooseKernel, enforceKernel, takeTiesKernel } from '../wgsl/drop.js';
import { COMBINE_CODE, EXPAND_CODE } from '../wgsl/masks.js';
import { RADIX_CODE } from '../wgsl/radix.js';
import { RANK_WITHIN_CODE } from '../wgsl/rank-within.js';
import { collectKernel, countBelowKernel, sampleKernel } from '../wgsl/search.js';
import type { KernelShape } from '../wgsl/tiles.js';
import { COMPUTE_STAGE } from './flags.js';

/** A compiled kernel over weights. */
export interface TileKernel {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  /** Weights it binds; all of them must be bound. */
  readonly slots: number;
  readonly own: number;
}

/** A compiled kernel over buffers of the backend's own. */
export interface OwnKernel {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** Kernels over weights, by name. */
export type TileKernelName =
  | 'sample'
  | 'collect'
  | 'count_below'
  | 'choose fused'
  | 'choose masks-only'
  | 'take_ties fused'
  | 'take_ties masks-only'
  | 'enforce';

type Source = (slots: number, subgroups: boolean) => { readonly shape: KernelShape; readonly code: string };

const TILE_KERNELS: Readonly<Record<TileKernelName, Source>> = {
  sample: sampleKernel,
  collect: collectKernel,
  count_below: countBelowKernel,
  'choose fused': (slots) => chooseKernel(slots, 'fused'),
  'choose masks-only': (slots) => chooseKernel(slots, 'masks-only'),
  'take_ties fused': (slots) => takeTiesKernel(slots, 'fused'),
  'take_ties masks-only': (slots) => takeTiesKernel(slots, 'masks-only'),
  enforce: enforceKernel,
};

/** Storage bindings besides the weights, of the kernel that has most: masks, state, list. */
const MOST_OTHER_BINDINGS = 3;

/** Those of the kernel that enforces: masks. */
const ENFORCING_OTHER_BINDINGS = 1;

/** Weights in one dispatch that are worth binding; the switch between them is not free. */
const MOST_SLOTS = 12;

/** The same where a kernel does next to nothing with each, and what a dispatch costs by itself is most of it. */
const MOST_SLOTS_ENFORCING = 28;

/** The compiled kernels of a device. Compiled on first use, and kept as long as the device lives. */
export interface Pipelines {
  /** Most weights that a dispatch binds. */
  readonly slots: number;
  /** Most weights that a dispatch binds which only enforces. */
  readonly enforcingSlots: number;
  readonly subgroups: boolean;
  tiles(name: TileKernelName, slots: number): TileKernel;
  radix(entryPoint: string, constants?: Readonly<Record<string, number>>): OwnKernel;
  scanTies(): OwnKernel;
  countDropped(): OwnKernel;
  combine(): OwnKernel;
  pool(pooling: Pooling, walker: Walker): OwnKernel;
  spread(): OwnKernel;
  rankWithin(): OwnKernel;
  expand(): OwnKernel;
  copy(): OwnKernel;
  /** Compiles everything anew when it is needed next. */
  forget(): void;
}

const known = new WeakMap<GPUDevice, Map<boolean, Pipelines>>();

/** The pipelines of a device; every backend on it shares them. */
export function pipelinesOf(device: GPUDevice, subgroups: boolean): Pipelines {
  const kinds = known.get(device) ?? new Map<boolean, Pipelines>();
  known.set(device, kinds);
  const pipelines = kinds.get(subgroups) ?? createPipelines(device, subgroups);
  kinds.set(subgroups, pipelines);
  return pipelines;
}

function createPipelines(device: GPUDevice, subgroups: boolean): Pipelines {
  const cache = new Map<string, TileKernel & OwnKernel>();
  const cached = <Kernel>(key: string, make: () => Kernel): Kernel => {
    const kernel = (cache.get(key) as Kernel | undefined) ?? make();
    cache.set(key, kernel as TileKernel & OwnKernel);
    return kernel;
  };
  const own = (
    code: string,
    entryPoint: string,
    types: readonly GPUBufferBindingType[],
    constants: Readonly<Record<string, number>> = {},
  ): OwnKernel =>
    cached(`${entryPoint} ${JSON.stringify(constants)}`, () => {
      const layout = layoutOf(device, types);
      return { layout, pipeline: compile(device, code, entryPoint, layout, constants) };
    });
  const most = device.limits.maxStorageBuffersPerShaderStage;

  return {
    slots: Math.min(MOST_SLOTS, most - MOST_OTHER_BINDINGS),
    enforcingSlots: Math.min(MOST_SLOTS_ENFORCING, most - ENFORCING_OTHER_BINDINGS),
    subgroups,
    tiles: (name, slots) =>
      cached(`${name} ${slots}`, () => {
        const { shape, code } = TILE_KERNELS[name](slots, subgroups);
        const layout = layoutOf(device, typesOf(shape));
        const pipeline = compile(device, code, name.split(' ')[0]!, layout);
        return { layout, pipeline, slots, own: shape.own.length };
      }),
    radix: (entryPoint, constants) =>
      own(RADIX_CODE, entryPoint, ['storage', 'storage', 'storage', 'uniform'], constants),
    forget: () => cache.clear(),
    scanTies: () => own(SCAN_TIES_CODE, 'scan_ties', ['storage']),
    countDropped: () =>
      own(COUNT_DROPPED_CODE, 'count_dropped', ['read-only-storage', 'read-only-storage', 'storage']),
    combine: () => own(COMBINE_CODE, 'combine', ['storage', 'read-only-storage', 'uniform']),
    pool: (pooling, walker) =>
      cached(`pool ${pooling} ${walker}`, () => {
        const read = 'read-only-storage';
        const layout = layoutOf(device, [read, read, read, 'storage', 'storage']);
        return { layout, pipeline: compile(device, poolCode(pooling, walker), 'pool', layout) };
      }),
    spread: () => own(SPREAD_CODE, 'spread', ['storage', 'read-only-storage', 'read-only-storage']),
    rankWithin: () => {
      const read = 'read-only-storage';
      return own(RANK_WITHIN_CODE, 'rank_within', [read, read, read, 'storage']);
    },
    expand: () => own(EXPAND_CODE, 'expand', ['read-only-storage', 'storage', 'uniform']),
    copy: () => own(COPY_CODE, 'copy', ['read-only-storage', 'storage', 'uniform']),
  };
}

function typesOf({ slots, weights, masks, own }: KernelShape): GPUBufferBindingType[] {
  const typeOf = (access: string): GPUBufferBindingType =>
    access === 'read' ? 'read-only-storage' : 'storage';
  return [
    'uniform',
    typeOf(masks),
    ...own.map((declaration) => typeOf(declaration.includes('read_write') ? 'read_write' : 'read')),
    ...Array.from({ length: slots }, () => typeOf(weights)),
  ];
}

/** Explicit, because a layout made up by the device leaves out what a kernel happens not to use. */
function layoutOf(device: GPUDevice, types: readonly GPUBufferBindingType[]): GPUBindGroupLayout {
  return device.createBindGroupLayout({
    entries: types.map((type, binding) => ({
      binding,
      visibility: COMPUTE_STAGE,
      buffer: { type },
    })),
  });
}

function compile(
  device: GPUDevice,
  code: string,
  entryPoint: string,
  layout: GPUBindGroupLayout,
  constants: Readonly<Record<string, number>> = {},
): GPUComputePipeline {
  return device.createComputePipeline({
    label: `synaprune ${entryPoint}`,
    layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
    compute: { module: device.createShaderModule({ code }), entryPoint, constants },
  });
}
