import { describe } from 'vitest';
import { foundShapeCases } from '../testing/found-shape-cases.js';
import { groupCases } from '../testing/group-cases.js';
import { loopCases } from '../testing/loop-cases.js';
import { patternCases } from '../testing/pattern-cases.js';
import { useWasm } from '../testing/runtimes.js';
import { scoreCases } from '../testing/score-cases.js';
import { trainerCases } from '../testing/trainer-cases.js';

const runtime = await useWasm();

describe('a trainer on onnxruntime-web, wasm', () => {
  trainerCases(runtime);
  patternCases(runtime);
  groupCases(runtime);
  loopCases(runtime);
  scoreCases(runtime);
  foundShapeCases(runtime);
});
