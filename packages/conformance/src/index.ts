export type { ConformanceOptions, Law } from './cases/case.js';
export { type ConformanceCase, conformanceCases } from './cases.js';
export { registerConformance, type TestRunner } from './register.js';
export { type ConformanceReport, type ConformanceResult, runConformance } from './run.js';
export { ConformanceSkip } from './skip.js';
export type { ConformanceHarness } from './stand/harness.js';
