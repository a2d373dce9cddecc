/* `@synaprune/host/threads`. It begins with `threads/threaded-backend.ts`. */
export { runThread } from './threads/thread.js';
export {
  createThreadedBackend,
  type ThreadedBackend,
  type ThreadedOptions,
} from './threads/threaded-backend.js';
export type { ThreadWorker } from './threads/worker.js';
