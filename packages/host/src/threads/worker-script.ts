/* The script of a worker: where bundlers and runtimes look for it, by its address. */
import { runThread } from './thread.js';

runThread();
