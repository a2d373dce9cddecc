import { digits } from './digits';
import { forecast } from './forecast';
import type { Task, TaskName } from './task';

/** What the page can learn, in the order of its list. */
export const TASKS: Readonly<Record<TaskName, Task>> = { digits, forecast };
