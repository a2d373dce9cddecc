export { endedEarly, readAll, writeAll } from './bytes.js';
export type { FilesErrorCode } from './error-codes.js';
export { type Output, openOutput } from './output.js';
export { settleFolder } from './publish/recover.js';
export { type NamedHandle, requireOneState } from './reading/one-state.js';
export {
  isRefusal,
  type OpenedFile,
  type OpenRules,
  openPlainFile,
  type PathOf,
  pathOfHandle,
  type Refusal,
} from './reading/opened-file.js';
export { realFolderOf } from './reading/real-folder.js';
export { type WatchedFiles, watchFiles } from './reading/watched-files.js';
