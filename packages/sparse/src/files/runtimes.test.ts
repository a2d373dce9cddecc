import * as ort from 'onnxruntime-web';
import { describe } from 'vitest';
import { runtimeCases } from './testing/runtime-cases.js';

ort.env.wasm.numThreads = 1;

describe('of a packed file, in Node:', () => runtimeCases(ort, (bytes) => new Response(bytes)));
