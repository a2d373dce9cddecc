import { useDevice } from './device/use-device';
import { pruningBackend } from './pruning-backend';
import { TASKS } from './tasks/tasks';
import { openRun } from './training/run';

const out = document.getElementById('out')!;
const parameters = new URLSearchParams(location.search);
const device = (parameters.get('backend') ?? 'wasm') as 'wasm';
const problem = await useDevice(device);
if (problem !== null) out.textContent = problem;
else {
  const task = TASKS[(parameters.get('task') ?? 'forecast') as 'forecast'];
  const data = await task.load();
  const steps = Number(parameters.get('steps') ?? task.steps);
  const run = await openRun({
    task,
    data,
    settings: { steps, batch: task.batch, seed: 1 },
    backend: await pruningBackend(device),
    target: () => 0.8,
  });
  const begun = performance.now();
  while (run.position() < steps) {
    const { loss } = await run.step();
    out.textContent = `${run.position()} ${loss}`;
    await new Promise(requestAnimationFrame);
  }
  const seconds = (performance.now() - begun) / 1000;
  const metric = await run.evaluate();
  const { weights } = await run.masks();
  out.textContent = `done ${metric} ${JSON.stringify(data.metric.reference)} ${seconds} ${weights.map(({ name, kept }) => `${name} ${kept}`)}`;
}
