import { describe } from 'vitest';
import { useNode } from './testing/runtimes.js';
import { trainerCases } from './testing/trainer-cases.js';

const runtime = await useNode();

describe('a trainer on onnxruntime-node', () => trainerCases(runtime));
