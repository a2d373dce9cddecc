import { tensorFromFloat32 } from '@synaprune/onnx';
import { expect, it } from 'vitest';
import { BATCH, bias, kernel, openSession } from './testing/legacy-session.js';
import { modelOf } from './testing/models.js';
import { useNode } from './testing/runtimes.js';
import { startTrainer } from './testing/trainer-cases.js';

it('has the losses and weights of ONNX Runtime’s own training, 1.19.2, over 50 steps of Adam', async () => {
  const { session, train, parameters, x, labels } = await openSession();
  const model = modelOf(
    [-1, 20],
    [-1, 5],
    [kernel, bias].map(({ name, shape, values }) => tensorFromFloat32(name, values, shape)),
    [['Gemm', ['x', kernel.name, bias.name], ['y']]],
  );
  const trainer = await startTrainer(await useNode(), {
    model,
    loss: { kind: 'crossEntropy', targets: 'indices' },
    // What its sessions have, which have no setter for it.
    learningRate: 1e-3,
  });
  let worst = 0;
  for (let step = 0; step < 50; step += 1) {
    const own = await trainer.step({
      inputs: { x },
      targets: { y: { data: labels, dims: [BATCH] } },
    });
    worst = Math.max(worst, Math.abs(own.loss - (await train())));
  }
  expect(worst).toBeLessThan(1e-5);
  const trained = await trainer.read();
  const [w, b] = [trained.get(kernel.name)!, trained.get(bias.name)!];
  const official = await parameters();
  const apart = [...w, ...b].map((value, i) => Math.abs(value - official[i]!));
  expect(Math.max(...apart)).toBeLessThan(1e-4);
  await trainer.dispose();
  await session.release();
});
