#!/usr/bin/env node
import { createCommand } from './command.js';
import { run } from './run.js';

await createCommand(run).parseAsync();
