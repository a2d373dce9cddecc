import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';

/** Where a run took place. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  /** The GPU adapter, and whether it is software; where one was measured on. */
  readonly gpu?: string;
  /** Processes that wanted to run, over the last minute: what else was going on. */
  readonly loadAtStart: number;
  readonly loadAtEnd: number;
}

/** The machine; the load at the end is for the caller to fill in, once it is there. */
export function describeMachine(): Machine {
  const load = currentLoad();
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${process.arch}`,
    loadAtStart: load,
    loadAtEnd: load,
  };
}

/** Load average of the last minute. */
export function currentLoad(): number {
  return round(loadavg()[0] ?? 0);
}

const require = createRequire(import.meta.url);

const PACKAGES = [
  '@synaprune/core',
  '@synaprune/host',
  '@synaprune/onnx',
  '@synaprune/onnx-train',
  '@synaprune/onnxruntime',
  '@synaprune/tfjs',
  '@synaprune/tfjs-webgpu',
  '@synaprune/webgpu',
  '@tensorflow/tfjs',
  '@tensorflow/tfjs-backend-wasm',
  '@tensorflow/tfjs-backend-webgpu',
] as const;

/** Versions of everything that the figures may hang on. */
export function describeVersions(): Record<string, string> {
  const packages = PACKAGES.map((name) => {
    const manifest = readFileSync(require.resolve(`${name}/package.json`), 'utf8');
    return [name, (JSON.parse(manifest) as { version: string }).version] as const;
  });
  return { node: process.versions.node, v8: process.versions.v8, ...Object.fromEntries(packages) };
}

function round(value: number): number {
  return Math.round(100 * value) / 100;
}
