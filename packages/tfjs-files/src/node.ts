export { readTfjsFiles } from './node/read-files.js';
export { writeTfjsFiles } from './node/write-files.js';
