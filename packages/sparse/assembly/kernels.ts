/*
 * Products with weights of which most are zero, in AssemblyScript: TypeScript's syntax, WebAssembly's types. Compiled to
 * WASM SIMD by `npm run build`, all files as one module. Nothing lives at a fixed address: no data, no stack, no
 * allocation; every pointer is an argument.
 *
 * Whatever the loop, each output is one float32 sum: it starts from the bias, or +0, and takes the products of its kept
 * weights in the order of their columns, each rounded before it is added. So all loops give the same bits, and those of
 * a plain dense loop.
 */

export { activate, sigmoidVectors, tanhVectors } from './activations';
export * from './loops';
export { batch, vector } from './products';
export { convolveFour, separable } from './separable';
export { sequence, sequenceBytes } from './sequences';
