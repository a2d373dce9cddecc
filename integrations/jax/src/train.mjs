// @ts-check
import { loadDigits } from './digits.mjs';
import { accuracyOf, createTraining } from './training.mjs';

const { train, test } = loadDigits();
const steps = 800;
for (const sparsity of [0, 0.9]) {
  const training = createTraining(train, { seed: 1, sparsity, steps });
  console.log(sparsity === 0 ? '\nDense' : '\nPruned on the way');
  console.log('step  error  digits read  weights dropped');
  for (let position = 100; position <= steps; position += 100) {
    const error = await training.train(position);
    const { total } = await training.pruner.report();
    console.log(
      `${position}`.padStart(4),
      error.toFixed(3).padStart(6),
      `${(100 * (await accuracyOf(training.params(), test))).toFixed(1)} %`.padStart(12),
      `${total.dropped} of ${total.elements}`.padStart(16),
    );
  }
  training.dispose();
}
