/**
 * Reads the text out of the model's output, greedily: the likeliest class of each column, repeats merged, blanks
 * (class 0) dropped. Spaces at the ends go, several in a row are one: nobody sees them.
 *
 * @param probabilities `[columns, classes]` of one line
 */
export function decode(probabilities: Float32Array, letters: readonly string[]): string {
  const classes = letters.length;
  let text = '';
  let previous = 0;
  for (let at = 0; at < probabilities.length; at += classes) {
    let best = 0;
    for (let k = 1; k < classes; k += 1) {
      if (probabilities[at + k]! > probabilities[at + best]!) best = k;
    }
    if (best !== 0 && best !== previous) text += letters[best];
    previous = best;
  }
  return text.replace(/ +/g, ' ').trim();
}
