/** Numbers between -1 and 1 that a seed determines: the linear congruential generator of Numerical Recipes. */
export function randomNumbers(count: number, seed: number): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** Samples whose features hang together, as those of a real layer do: each is the last with a little of its own. */
export function randomSamples(samples: number, features: number, seed: number): Float32Array {
  const numbers = randomNumbers(samples * features, seed);
  for (let i = 0; i < numbers.length; i += 1) {
    if (i % features > 0) numbers[i] = 0.7 * numbers[i - 1]! + 0.7 * numbers[i]!;
  }
  return numbers;
}
