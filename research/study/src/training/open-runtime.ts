import { PruneError } from '@synaprune/core';
import type { TrainerOptions } from '@synaprune/onnxruntime';

/** What trains and forecasts: a build of ONNX Runtime, on one thread, so that runs in parallel do not fight. */
export interface StudyRuntime {
  /** Name and version, as `RunSpec.runtime` has it: `onnxruntime-node 1.30.0`. */
  readonly name: string;
  readonly ort: TrainerOptions['ort'];
  readonly sessionOptions: NonNullable<TrainerOptions['sessionOptions']>;
  /** Nothing is held between runs; harmless when repeated. */
  dispose(): Promise<void>;
}

/** The builds that can be asked for, the fastest first. */
export type RuntimeName = 'onnxruntime-node' | 'onnxruntime-web';

/**
 * The fastest build that this machine can load, or the one that is named: onnxruntime-node is native and lacks
 * binaries for some systems, onnxruntime-web runs wherever WebAssembly does.
 *
 * @throws PruneError `unsupported` when it cannot be loaded, with the reason
 */
export async function openRuntime(name?: RuntimeName): Promise<StudyRuntime> {
  if (name === 'onnxruntime-node') return openNative();
  if (name === 'onnxruntime-web') return openWeb();
  return openNative().catch(openWeb);
}

async function openNative(): Promise<StudyRuntime> {
  // Read when the library is loaded: a static import would come first, and telemetry would be sent.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  const ort = await load('onnxruntime-node', () => import('onnxruntime-node'));
  return runtimeOf('onnxruntime-node', ort.env.versions.node, ort);
}

async function openWeb(): Promise<StudyRuntime> {
  const ort = await load('onnxruntime-web', () => import('onnxruntime-web'));
  ort.env.wasm.numThreads = 1;
  return runtimeOf('onnxruntime-web', ort.env.versions.web, ort);
}

function runtimeOf(name: RuntimeName, version: string | undefined, ort: TrainerOptions['ort']): StudyRuntime {
  if (version === undefined) throw new PruneError('unsupported', `${name} does not tell its version`);
  return {
    name: `${name} ${version}`,
    ort,
    sessionOptions: { intraOpNumThreads: 1, interOpNumThreads: 1 },
    dispose: async () => {},
  };
}

async function load<Module>(name: RuntimeName, from: () => Promise<Module>): Promise<Module> {
  try {
    return await from();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PruneError('unsupported', `${name} cannot be loaded here: ${reason}`, { cause });
  }
}
