export { type TfjsFileHandler, tfjsFileHandler } from './node/file-handler.js';
export { readTfjsFiles } from './node/read-files.js';
export { writeTfjsFiles } from './node/write-files.js';
