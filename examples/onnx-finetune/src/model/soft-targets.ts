/** The probabilities of a line above a threshold, as pairs of places and values. */
export interface SoftTargets {
  readonly places: Uint32Array;
  readonly values: Float32Array;
}

/** Of 6,625 classes all but a few are next to nothing: what is below is left out. */
const THRESHOLD = 1e-4;

/** Keeps what counts of one line's probabilities: some hundred numbers in place of 132,500. */
export function packTargets(probabilities: Float32Array): SoftTargets {
  const places: number[] = [];
  for (let place = 0; place < probabilities.length; place += 1) {
    if (probabilities[place]! >= THRESHOLD) places.push(place);
  }
  return {
    places: Uint32Array.from(places),
    values: Float32Array.from(places, (place) => probabilities[place]!),
  };
}

/** Lays a batch's targets out in full, `size` numbers a line. */
export function unpackTargets(targets: readonly SoftTargets[], size: number): Float32Array {
  const full = new Float32Array(targets.length * size);
  targets.forEach(({ places, values }, line) => {
    places.forEach((place, i) => {
      full[line * size + place] = values[i]!;
    });
  });
  return full;
}
