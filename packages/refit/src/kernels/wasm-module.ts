import { compileOnce } from '@synaprune/host';
import { WASM_DIGITS } from '../generated/wasm-bytes.js';

/** What assembly/kernels.ts exports. Pointers are byte offsets into the imported memory. */
export interface WasmExports {
  packPanels(from: number, rows: number, columns: number, to: number): void;
  addProducts(
    a: number,
    aPanels: number,
    b: number,
    bPanels: number,
    samples: number,
    out: number,
    stride: number,
    symmetric: number,
  ): void;
  addColumns(from: number, samples: number, columns: number, sums: number, squares: number): void;
  removeGreedily(
    matrix: number,
    stride: number,
    count: number,
    weights: number,
    ids: number,
    steps: number,
    of: number,
    keep: number,
    left: number,
    order: number,
    losses: number,
  ): number;
  gather(matrix: number, stride: number, kept: number, count: number, to: number, edge: number): void;
  factor(matrix: number, edge: number, panels: number): number;
  substitute(matrix: number, edge: number, side: number): void;
  residual(
    matrix: number,
    stride: number,
    kept: number,
    count: number,
    x: number,
    side: number,
    out: number,
  ): void;
  packWide(from: number, rows: number, columns: number, to: number, panel: number): void;
  multiply(
    rows: number,
    depth: number,
    columns: number,
    left: number,
    leftStride: number,
    right: number,
    panel: number,
    out: number,
  ): void;
}

/** A memory of its own, that goes when nobody holds it, and the loops on it. */
export interface WasmRoom {
  readonly wasm: WasmExports;
  /** Takes so many bytes of it, at a multiple of 16; it must not be asked for more than was said at first. */
  take(bytes: number): number;
  floats(at: number, length: number): Float32Array;
  doubles(at: number, length: number): Float64Array;
  words(at: number, length: number): Int32Array;
}

const PAGE = 65_536;
/** What a memory of 32-bit addresses can hold, with some to spare. */
const MOST = 4_000_000_000;

const compiled = compileOnce(WASM_DIGITS);

/** Whether the loops can be had: `node --jitless` and pages locked down have no WebAssembly. */
export function canInstantiate(): boolean {
  return compiled() !== null;
}

/** Room of so many bytes, all 0, or `undefined` where there is no WASM SIMD, or not so much memory. */
export function createRoom(bytes: number): WasmRoom | undefined {
  const module = compiled();
  if (module === null || bytes > MOST) return undefined;
  let memory: WebAssembly.Memory;
  try {
    memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) + 1 });
  } catch {
    return undefined;
  }
  const wasm = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as WasmExports;
  let next = 0;
  return {
    wasm,
    take(size) {
      const at = next;
      next += Math.ceil(size / 16) * 16;
      return at;
    },
    floats: (at, length) => new Float32Array(memory.buffer, at, length),
    doubles: (at, length) => new Float64Array(memory.buffer, at, length),
    words: (at, length) => new Int32Array(memory.buffer, at, length),
  };
}

let lent: { readonly bytes: number; readonly room: WasmRoom; readonly restart: () => void } | undefined;
/** Room larger than this is not kept for the next who asks. */
const KEPT = 1 << 25;

/**
 * Room for the length of one call, with whatever the last left in it: what the system takes to give fresh memory can be
 * more than the work in it. `undefined` as of {@link createRoom}.
 */
export function borrowRoom(bytes: number): WasmRoom | undefined {
  if (lent !== undefined && lent.bytes >= bytes) {
    lent.restart();
    return lent.room;
  }
  const room = createRoom(bytes);
  if (room === undefined || bytes > KEPT) return room;
  let next = 0;
  const borrowed: WasmRoom = {
    ...room,
    take(size) {
      const at = next;
      next += Math.ceil(size / 16) * 16;
      return at;
    },
  };
  const restart = (): void => {
    next = 0;
  };
  lent = { bytes, room: borrowed, restart };
  return borrowed;
}
