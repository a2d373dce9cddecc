export type { CodeBook } from './stored/code-book.js';
export { halfBook } from './stored/half-book.js';
export { type Stretches, selectInStretches } from './stored/select-in-stretches.js';
export { storedBackend } from './stored/stored-backend.js';
export { storedLoops } from './stored/stored-loops.js';
export { storedPartOf } from './stored/stored-part.js';
export type { StoredWeight } from './stored/stored-weight.js';
