import type { Graph } from '@synaprune/onnx/graph';
import type { SourceNode } from '../lower/lowering.js';

/** The newest version of the standard operators that the table below was compared with. */
export const NEWEST_OPSET = 28;

interface Signature {
  /** How many inputs there are at least, and at most. */
  readonly inputs: readonly [least: number, most: number];
  readonly attributes: ReadonlySet<string>;
}

const MANY = Number.POSITIVE_INFINITY;

const operators = (names: string, least: number, most: number, attributes: string): [string, Signature][] =>
  names
    .split(' ')
    .map((name) => [name, { inputs: [least, most], attributes: new Set(attributes.split(' ')) }]);

/** What the standard operators take, all versions up to {@link NEWEST_OPSET} together. */
const signatures: ReadonlyMap<string, Signature> = new Map([
  ...operators(
    'Abs Acos Acosh Asin Asinh Atan Atanh BitwiseNot Ceil Cos Cosh Erf Exp Floor GlobalAveragePool GlobalMaxPool HardSwish Identity IsNaN Log Mish Neg Not Reciprocal Relu Round Sigmoid Sign Sin Sinh Size Softplus Softsign Sqrt Tan Tanh',
    1,
    1,
    '',
  ),
  ...operators('Celu Elu LeakyRelu Swish ThresholdedRelu', 1, 1, 'alpha'),
  ...operators('HardSigmoid', 1, 1, 'alpha beta'),
  ...operators('Selu', 1, 1, 'alpha gamma'),
  ...operators('Gelu', 1, 1, 'approximate'),
  ...operators(
    'AveragePool',
    1,
    1,
    'auto_pad ceil_mode count_include_pad dilations kernel_shape pads strides',
  ),
  ...operators('MaxPool', 1, 1, 'auto_pad ceil_mode dilations kernel_shape pads storage_order strides'),
  ...operators('Flatten LogSoftmax Softmax', 1, 1, 'axis'),
  ...operators('ArgMax ArgMin', 1, 1, 'axis keepdims select_last_index'),
  ...operators('DepthToSpace SpaceToDepth', 1, 1, 'blocksize mode'),
  ...operators('IsInf', 1, 1, 'detect_negative detect_positive'),
  ...operators('Shape', 1, 1, 'end start'),
  ...operators('Transpose', 1, 1, 'perm'),
  ...operators('Cast', 1, 1, 'round_mode saturate to'),
  ...operators('ConstantOfShape', 1, 1, 'value'),
  ...operators('Reshape', 1, 2, 'allowzero shape'),
  ...operators('Squeeze Unsqueeze', 1, 2, 'axes'),
  ...operators(
    'ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare',
    1,
    2,
    'axes keepdims noop_with_empty_axes',
  ),
  ...operators('Split', 1, 2, 'axis num_outputs split'),
  ...operators('Upsample', 1, 2, 'height_scale mode scales width_scale'),
  ...operators('Trilu', 1, 2, 'upper'),
  ...operators('BitwiseAnd BitwiseOr BitwiseXor Expand GreaterOrEqual LessOrEqual MatMul PRelu', 2, 2, ''),
  ...operators('Gather GatherElements', 2, 2, 'axis'),
  ...operators('Add And Div Equal Greater Less Mul Or Pow Sub Xor', 2, 2, 'axis broadcast'),
  ...operators('RMSNormalization', 2, 2, 'axis epsilon stash_type'),
  ...operators('GatherND', 2, 2, 'batch_dims'),
  ...operators('BitShift', 2, 2, 'direction'),
  ...operators('CumSum', 2, 2, 'exclusive reverse'),
  ...operators('Mod', 2, 2, 'fmod'),
  ...operators('CastLike', 2, 2, 'round_mode saturate'),
  ...operators('Dropout', 1, 3, 'is_test ratio seed'),
  ...operators('Clip', 1, 3, 'max min'),
  ...operators('Tile', 2, 3, ''),
  ...operators('Gemm', 2, 3, 'alpha beta broadcast transA transB'),
  ...operators(
    'ConvTranspose',
    2,
    3,
    'auto_pad dilations group kernel_shape output_padding output_shape pads strides',
  ),
  ...operators('Conv', 2, 3, 'auto_pad dilations group kernel_shape pads strides'),
  ...operators('LayerNormalization', 2, 3, 'axis epsilon stash_type'),
  ...operators('Where', 3, 3, ''),
  ...operators('Scatter', 3, 3, 'axis'),
  ...operators('ScatterElements', 3, 3, 'axis reduction'),
  ...operators('InstanceNormalization', 3, 3, 'epsilon'),
  ...operators('GroupNormalization', 3, 3, 'epsilon num_groups stash_type'),
  ...operators('ScatterND', 3, 3, 'reduction'),
  ...operators('Range', 3, 3, 'stash_type'),
  ...operators(
    'Resize',
    1,
    4,
    'antialias axes coordinate_transformation_mode cubic_coeff_a exclude_outside extrapolation_value keep_aspect_ratio_policy mode nearest_mode',
  ),
  ...operators('Pad', 1, 4, 'mode paddings pads value'),
  ...operators('Slice', 1, 5, 'axes ends starts'),
  ...operators('BatchNormalization', 5, 5, 'epsilon is_test momentum spatial training_mode'),
  ...operators(
    'GRU',
    3,
    6,
    'activation_alpha activation_beta activations clip direction hidden_size layout linear_before_reset output_sequence',
  ),
  ...operators(
    'RNN',
    3,
    6,
    'activation_alpha activation_beta activations clip direction hidden_size layout output_sequence',
  ),
  ...operators(
    'LSTM',
    3,
    8,
    'activation_alpha activation_beta activations clip direction hidden_size input_forget layout output_sequence',
  ),
  ...operators('RandomNormal', 0, 0, 'dtype mean scale seed shape'),
  ...operators('RandomUniform', 0, 0, 'dtype high low seed shape'),
  ...operators('RandomNormalLike', 1, 1, 'dtype mean scale seed'),
  ...operators('RandomUniformLike', 1, 1, 'dtype high low seed'),
  ...operators('Bernoulli', 1, 1, 'dtype seed'),
  ...operators('Multinomial', 1, 1, 'dtype sample_size seed'),
  ...operators('EyeLike', 1, 1, 'dtype k'),
  ...operators('BlackmanWindow HammingWindow HannWindow', 1, 1, 'output_datatype periodic'),
  ...operators('MelWeightMatrix', 5, 5, 'output_datatype'),
  ...operators('Det DynamicQuantizeLinear NonZero', 1, 1, ''),
  ...operators('Hardmax', 1, 1, 'axis'),
  ...operators('Unique', 1, 1, 'axis sorted'),
  ...operators('NonMaxSuppression', 2, 5, 'center_point_box'),
  ...operators('TopK', 1, 2, 'axis k largest sorted'),
  ...operators('OneHot', 3, 3, 'axis'),
  ...operators('Compress', 2, 2, 'axis'),
  ...operators('ReverseSequence', 2, 2, 'batch_axis time_axis'),
  ...operators(
    'RoiAlign',
    3,
    3,
    'coordinate_transformation_mode mode output_height output_width sampling_ratio spatial_scale',
  ),
  ...operators('DeformConv', 3, 5, 'dilations group kernel_shape offset_group pads strides'),
  ...operators('QuantizeLinear', 2, 3, 'axis block_size output_dtype precision saturate'),
  ...operators('DequantizeLinear', 2, 3, 'axis block_size output_dtype'),
  ...operators('MatMulInteger', 2, 4, ''),
  ...operators('QLinearMatMul', 8, 8, ''),
  ...operators('ConvInteger', 2, 4, 'auto_pad dilations group kernel_shape pads strides'),
  ...operators('QLinearConv', 8, 9, 'auto_pad dilations group kernel_shape pads strides'),
  ...operators('LRN', 1, 1, 'alpha beta bias size'),
  ...operators('LpPool', 1, 1, 'auto_pad ceil_mode dilations kernel_shape p pads strides'),
  ...operators('GlobalLpPool', 1, 1, 'p'),
  ...operators('LpNormalization', 1, 1, 'axis p'),
  ...operators('MeanVarianceNormalization', 1, 1, 'axes'),
  ...operators('Shrink', 1, 1, 'bias lambd'),
  ...operators('SwiGLU', 2, 2, 'alpha'),
  ...operators('CenterCropPad', 2, 2, 'axes'),
  ...operators('Col2Im', 3, 3, 'dilations pads strides'),
  ...operators('MaxUnpool', 2, 3, 'kernel_shape pads strides'),
  ...operators('TensorScatter', 2, 3, 'axis mode'),
  ...operators('CausalConvWithState', 2, 4, 'activation'),
  ...operators('GridSample', 2, 2, 'align_corners mode padding_mode'),
  ...operators('AffineGrid', 2, 2, 'align_corners'),
  ...operators('DFT', 1, 3, 'axis inverse onesided'),
  ...operators('STFT', 2, 4, 'onesided'),
  ...operators('LinearAttention', 3, 6, 'chunk_size kv_num_heads q_num_heads scale update_rule'),
  ...operators('RotaryEmbedding', 3, 4, 'interleaved num_heads rotary_embedding_dim'),
  ...operators(
    'Attention',
    3,
    7,
    'is_causal kv_num_heads left_window_size q_num_heads qk_matmul_output_mode right_window_size scale softcap softmax_precision',
  ),
  ...operators('com.microsoft::Gelu', 1, 1, ''),
  ...operators('com.microsoft::FastGelu', 1, 2, ''),
  ...operators('com.microsoft::BiasGelu', 2, 2, ''),
  ...operators('com.microsoft::QuickGelu', 1, 1, 'alpha'),
  ...operators('com.microsoft::FusedMatMul', 2, 2, 'alpha transA transB transBatchA transBatchB'),
  ...operators(
    'SimplifiedLayerNormalization com.microsoft::SimplifiedLayerNormalization',
    2,
    2,
    'axis epsilon stash_type',
  ),
  ...operators('com.microsoft::SkipLayerNormalization', 3, 5, 'epsilon'),
  ...operators('com.microsoft::SkipSimplifiedLayerNormalization', 3, 4, 'epsilon'),
  ...operators(
    'com.microsoft::Attention',
    2,
    7,
    'do_rotary mask_filter_value num_heads past_present_share_buffer qkv_hidden_sizes rotary_embedding_dim scale unidirectional',
  ),
  ...operators(
    'com.microsoft::MultiHeadAttention',
    1,
    10,
    'mask_filter_value num_heads scale unidirectional',
  ),
  ...operators(
    'com.microsoft::GroupQueryAttention',
    1,
    16,
    'do_rotary k_quant_type kv_cache_bit_width kv_num_heads local_window_size num_heads qk_norm_epsilon qk_output rotary_interleaved scale smooth_softmax softcap v_quant_type',
  ),
  ...operators(
    'com.microsoft::RotaryEmbedding',
    4,
    4,
    'interleaved is_packed_batching num_heads rotary_embedding_dim scale',
  ),
  ...operators('Max Mean Min Sum', 1, MANY, ''),
  ...operators('Concat', 1, MANY, 'axis'),
  ...operators('Einsum', 1, MANY, 'equation'),
]);

/**
 * That a node has nothing which its operator did not have in the versions that are known: what came later would be
 * left out without a word.
 *
 * @throws PruneError `unsupported-operator` where the model is newer, `bad-model` where it is not
 */
export function requireSignature(graph: Graph, { op, domain, inputs, attributes, opset }: SourceNode): void {
  const key = domain === '' ? op : `${domain}::${op}`;
  const signature = graph.shapeRules.has(key) ? undefined : signatures.get(key);
  if (signature === undefined) return;
  const refuse = (what: string) => {
    if (domain !== '') {
      // Its versions say nothing: the runtime adds to operators as it goes.
      graph.unsupported(`it has ${what}, which this release does not know of ${key}`, 'export without it');
    }
    return opset > NEWEST_OPSET
      ? graph.unsupported(
          `it has ${what}, which ${op} did not have up to version ${NEWEST_OPSET} of the operators, and the model's are of version ${opset}`,
          `export the model with version ${NEWEST_OPSET} or an older one, or give ${op} a rule of your own (rules)`,
        )
      : graph.bad(`it has ${what}, which ${op} does not take`);
  };
  for (const name of Object.keys(attributes)) {
    if (!signature.attributes.has(name)) refuse(`the attribute "${name}"`);
  }
  const [least, most] = signature.inputs;
  if (inputs.length > most) refuse(`${inputs.length} inputs`);
  for (let index = 0; index < least; index++) {
    if (inputs[index] === undefined) graph.bad(`its input ${index + 1} is missing; ${op} needs ${least}`);
  }
}
