/** What would do instead of an operator that no step can hold, by its name. */
const instead: Readonly<Record<string, string>> = {
  ...each(
    'QuantizeLinear DynamicQuantizeLinear QLinearConv QLinearMatMul MatMulInteger ConvInteger',
    'train the model in float32 and quantise it afterwards',
  ),
  ...each(
    'NonMaxSuppression Unique Compress Multinomial Bernoulli',
    'it chooses rather than computes; name an output before it (outputs)',
  ),
  RoiAlign: 'export it with a sampling_ratio, or with boxes that are constant',
  ...each(
    'RandomNormal RandomUniform RandomNormalLike RandomUniformLike',
    'make the random numbers an input of the model',
  ),
  ...each(
    'SequenceConstruct SequenceAt SequenceEmpty SequenceInsert SequenceErase SequenceLength SequenceMap ' +
      'SplitToSequence ConcatFromSequence Optional OptionalGetElement OptionalHasElement',
    'export without sequences and optional values, as tensors',
  ),
  Constant: 'write it as a dense tensor of numbers',
  ...each(
    'StringNormalizer StringConcat StringSplit RegexFullMatch TfIdfVectorizer LabelEncoder',
    'prepare text outside the model',
  ),
};

const domains: Readonly<Record<string, string>> = {
  'com.microsoft': 'it comes of optimising for one runtime; take the model as it was exported',
  'com.microsoft.nchwc': 'it comes of optimising for one machine; take the model as it was exported',
  'ai.onnx.ml': 'trees, tables and text have no gradients; name an output before it (outputs)',
};

function each(names: string, what: string): Record<string, string> {
  return Object.fromEntries(names.split(' ').map((name) => [name, what]));
}

/** What would do instead of an operator that no step can hold, as far as it is not a rule of the user's own. */
export function insteadOf(op: string, domain: string): string {
  const key = domain === '' ? op : `${domain}::${op}`;
  const own = `give it a rule of your own: rules: { ${JSON.stringify(key)}: { shapes, gradient } }`;
  const inline = 'inline it where it is a function of the model (onnx.inliner)';
  const other = domain === '' ? instead[op] : (domains[domain] ?? inline);
  return other === undefined ? own : `${other}, or ${own}`;
}

/** What would do besides a rule where an operator has a place in a step and no gradient; empty where nothing would. */
export function insteadOfGradient(op: string, domain: string): string {
  const what = domain === '' ? instead[op] : undefined;
  return what === undefined ? '' : `${what}, or `;
}
