import { PruneError } from '@synaprune/core';
import { describe, isRecord, requireOptions, requireWhole } from '@synaprune/core/checks';
import { whyNoKernels } from '../wasm-module.js';
import type { Allocator } from './arena.js';
import { hasWorkers } from './worker.js';

const CALLER = 'createThreadedBackend';
const OPTIONS = ['memory', 'threads', 'allocate', 'release', 'startThread'] as const;

/**
 * @returns the allocator, if the memory has one
 * @throws TypeError | RangeError for what no host could do
 */
export function requireOptionsOf(options: unknown, mostThreads: number): Allocator | undefined {
  requireOptions(CALLER, '', options, OPTIONS);
  const { threads, allocate, release, startThread } = options;
  if (threads !== undefined) {
    requireWhole(CALLER, 'threads', threads, 1);
    if (threads > mostThreads)
      throw new RangeError(`${CALLER} needs threads to be at most ${mostThreads}, got ${threads}`);
  }
  for (const [name, value] of Object.entries({ allocate, release, startThread })) {
    if (value !== undefined && typeof value !== 'function')
      throw new TypeError(`${CALLER} needs ${name} to be a function, got ${describe(value)}`);
  }
  if ((allocate === undefined) !== (release === undefined))
    throw new TypeError(`${CALLER} needs allocate and release together, or neither`);
  return allocate === undefined ? undefined : (options as unknown as Allocator);
}

/**
 * @throws PruneError `threads-unavailable` where there are none
 * @throws TypeError when the memory is none, or not shared
 */
export function requireThreadsHere({ memory }: { readonly memory?: unknown }): void {
  const lacks = (needed: string, got: string): PruneError =>
    new PruneError('threads-unavailable', `threads need ${needed}, and ${got}; hostBackend() prunes without`);
  if (typeof SharedArrayBuffer !== 'function') {
    const { crossOriginIsolated } = globalThis as { crossOriginIsolated?: boolean };
    throw lacks(
      'memory that can be shared',
      crossOriginIsolated === false
        ? 'this page is not cross-origin isolated: it is served without Cross-Origin-Opener-Policy: same-origin and ' +
            'Cross-Origin-Embedder-Policy: require-corp'
        : 'there is no SharedArrayBuffer here',
    );
  }
  const reason = whyNoKernels();
  if (reason !== undefined) throw lacks('kernels in WASM SIMD', reason);
  if (!hasWorkers()) throw lacks('workers', 'there are none here');
  if (!(memory instanceof WebAssembly.Memory)) {
    throw new TypeError(`${CALLER} needs memory to be a WebAssembly.Memory, got ${described(memory)}`);
  }
  if (!(memory.buffer instanceof SharedArrayBuffer)) {
    throw new TypeError(
      `${CALLER} needs a memory made with shared: true and a maximum, got one of ${memory.buffer.byteLength} bytes that ` +
        'is not shared',
    );
  }
}

/** A memory of another world, of a frame say, is an object like any other. */
function described(value: unknown): string {
  return isRecord(value) && 'buffer' in value ? 'another kind of memory' : describe(value);
}
