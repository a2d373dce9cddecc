/*
 * Methods by their usual names, made of what `createPruner` takes: distributions, schedules and regrowth. Each is a value
 * of its own, and a page carries those it uses.
 */
export { globalNormalized } from './selection/distributions/global-normalized.js';
