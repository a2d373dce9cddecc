import { foundShapeCases } from '../testing/found-shape-cases.js';
import { useNode } from '../testing/runtimes.js';

foundShapeCases(await useNode());
