import { describe } from 'vitest';
import { groupCases } from '../testing/group-cases.js';
import { loopCases } from '../testing/loop-cases.js';
import { patternCases } from '../testing/pattern-cases.js';
import { useNode } from '../testing/runtimes.js';
import { scoreCases } from '../testing/score-cases.js';
import { trainerCases } from '../testing/trainer-cases.js';

const runtime = await useNode();

describe('a trainer on onnxruntime-node', () => {
  trainerCases(runtime);
  patternCases(runtime);
  groupCases(runtime);
  loopCases(runtime);
  scoreCases(runtime);
});
