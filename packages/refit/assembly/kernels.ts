/*
 * The loops of linear algebra, in AssemblyScript: TypeScript's syntax, WebAssembly's types. Compiled to WASM SIMD by
 * `npm run build`, all files as one module. Nothing lives at a fixed address: no data, no stack, no allocation; every
 * pointer is an argument.
 *
 * Matrices of float32 that are multiplied are packed first: in panels of eight columns, each `[rows, 8]` without gaps, the
 * last filled up with zeros. A tile is four by eight sums in eight registers.
 */

export { addProducts, packPanels } from './products';
export { factor, gather, substitute } from './cholesky';
export { residual } from './residual';
export { multiply, packWide } from './multiply';
export { addColumns } from './columns';
export { removeGreedily } from './remove';
