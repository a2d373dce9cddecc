import * as ort from 'onnxruntime-web';
import { type Fitting, fittingCandidate } from './adapter-candidates.js';
import { TEN_MILLION, transformer } from './transformer.js';

declare global {
  /** Makes a transformer of so many layers and takes steps of it on WebAssembly, one thread. */
  var fit: (fitting: Fitting, layers: number, steps: number) => Promise<void>;
}

ort.env.wasm.numThreads = 1;
ort.env.wasm.wasmPaths = '/runtime/';

globalThis.fit = async (fitting, layers, steps) => {
  const runtime = {
    name: 'onnxruntime-web wasm',
    ort,
    executionProviders: ['wasm'],
    sessionOptions: { logSeverityLevel: 3 },
  } as const;
  const { candidate, close } = await fittingCandidate(
    runtime,
    transformer({ ...TEN_MILLION, layers }),
    fitting,
  );
  for (let step = 0; step < steps; step += 1) if ('run' in candidate) await candidate.run();
  await close();
};
