export type { CodeBook } from './stored/codes/code-book.js';
export { halfBook } from './stored/codes/half-book.js';
export { countZeroCodes } from './stored/count-zero-codes.js';
export { type Stretches, selectInStretches } from './stored/select-in-stretches.js';
export { storedBackend } from './stored/stored-backend.js';
export { storedLoops } from './stored/stored-loops.js';
export { storedPartOf } from './stored/stored-part.js';
export type { CodedWeight, StoredWeight } from './stored/stored-weight.js';
