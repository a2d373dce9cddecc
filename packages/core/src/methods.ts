/*
 * Methods by their usual names, made of what `createPruner` takes: distributions, schedules and regrowth. Each is a value
 * of its own, and a page carries those it uses.
 */
export { requireAgreement } from './replicas/require-agreement.js';
export { globalNormalized } from './selection/distributions/global-normalized.js';
