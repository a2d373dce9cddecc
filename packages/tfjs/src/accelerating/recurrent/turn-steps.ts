/** Writes `[samples, steps]` with the last step first. Cells above the first read what it made, in the order in which it did. */
export function turnSteps(mask: Float32Array, to: Float32Array, samples: number, steps: number): void {
  for (let sample = 0; sample < samples; sample += 1) {
    const own = mask.subarray(sample * steps, (sample + 1) * steps);
    to.set(own.slice().reverse(), sample * steps);
  }
}
