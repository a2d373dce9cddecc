export { type CompressedBytes, compressedBytes } from './node/compressed-bytes.js';
