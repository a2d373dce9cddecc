import { describe, expect, it } from 'vitest';
import { contrib } from './contrib.js';
import { lockedBy, roleOf } from './role-of.js';

/*
 * The inputs of each operator in the order and by the names of `docs/ContribOperators.md` of microsoft/onnxruntime
 * (commit 004b79eda305), and what each that is a weight does: written down apart from the table, so that an index that
 * is off by one shows.
 */
const documented: Readonly<Record<string, string>> = {
  Attention: 'input weights=kernel bias=bias mask_index past attention_bias=setting past_sequence_length',
  AttnLSTM:
    'X W=kernel R=recurrent_kernel B=bias sequence_lens initial_h=state initial_c=state P=bias QW=kernel MW=kernel V=kernel M memory_seq_lens AW=kernel',
  BiasAdd: 'X bias=bias skip',
  BiasDropout: 'data bias=bias residual ratio=setting training_mode',
  BiasGelu: 'A B=bias',
  BiasSoftmax: 'data bias=setting',
  BiasSplitGelu: 'X bias=bias',
  BitmaskBiasDropout: 'data bias=bias residual ratio=setting training_mode',
  BitmaskDropout: 'data ratio=setting training_mode',
  CausalConvWithState: 'input weight=kernel bias=bias past_state=state',
  ConvTransposeWithDynamicPads: 'X W=kernel Pads B=bias',
  DecoderAttention:
    'query key q_weight=kernel kv_weight=kernel bias=bias key_padding_mask key_cache value_cache static_kv use_past has_layer_state has_key_padding_mask',
  DecoderMaskedMultiHeadAttention:
    'query key value mask_index attention_bias=setting past_key past_value past_sequence_length beam_width cache_indirection bias=bias',
  DecoderMaskedSelfAttention:
    'input weights=kernel bias=bias mask_index past attention_bias=setting past_sequence_length beam_width cache_indirection',
  DynamicQuantizeLSTM:
    'X W=kernel R=recurrent_kernel B=bias sequence_lens initial_h=state initial_c=state P=bias W_scale=quantisation W_zero_point=quantisation R_scale=quantisation R_zero_point=quantisation',
  DynamicQuantizeMatMul: 'A B=kernel b_scale=quantisation b_zero_point=quantisation bias=bias',
  EmbedLayerNormalization:
    'input_ids segment_ids word_embedding=embedding position_embedding=embedding segment_embedding=embedding gamma=normalisation beta=normalisation mask position_ids',
  EngramGate:
    'key query value key_norm_scale=normalisation query_norm_scale=normalisation conv_norm_scale=normalisation',
  FastGelu: 'X bias=bias',
  FusedConv: 'X W=kernel B=bias Z',
  FusedGemm: 'A=kernel B=kernel C=bias',
  FusedMatMul: 'A=kernel B=kernel',
  GatedDeltaNet:
    'query key value cu_seqlens decay beta initial_state=state a_log=scale dt_bias=bias capture_count state_update_active',
  GatedRelativePositionBias:
    'query_layer query_bias=bias rel_pos weight=kernel bias=bias eco_a=scale token_offset',
  GatedRMSNorm: 'X scale=normalisation gate',
  GatherBlockQuantized: 'data=embedding indices scales=quantisation zero_points=quantisation',
  GemmFastGelu: 'X=kernel W=kernel bias=bias',
  GemmFloat8: 'A=kernel B=kernel C=bias scaleA=quantisation scaleB=quantisation scaleY=quantisation',
  GroupNorm: 'X gamma=normalisation beta=normalisation',
  GroupQueryAttention:
    'query key value past_key past_value seqlens_k total_sequence_length cos_cache=setting sin_cache=setting position_ids attention_bias=setting head_sink=bias k_scale=quantisation v_scale=quantisation q_norm_weight=normalisation k_norm_weight=normalisation',
  LinearAttention: 'query key value past_state=state decay beta',
  LinearAttentionGate: 'a dt_bias=bias decay_scale=scale b',
  LongformerAttention:
    'input weight=kernel bias=bias mask=setting global_weight=kernel global_bias=bias global',
  MatMulBlockQuantizedFp4Weight:
    'A B=kernel weight_scale=quantisation weight_scale_2=quantisation input_scale=quantisation bias=bias',
  MatMulBlockQuantizedFp8Weight: 'A B=kernel b_scale=quantisation a_scale=quantisation bias=bias',
  MatMulBnb4: 'A B=kernel absmax=quantisation',
  MatMulFpQ4: 'A B=kernel B_shape',
  MatMulIntegerToFloat:
    'A=kernel B=kernel a_scale=quantisation b_scale=quantisation a_zero_point=quantisation b_zero_point=quantisation bias=bias',
  MatMulNBits: 'A B=kernel scales=quantisation zero_points=quantisation g_idx bias=bias',
  MatMulNBitsMlp:
    'A skip norm_scale=normalisation gate_B=kernel gate_scales=quantisation gate_bias=bias up_B=kernel up_scales=quantisation up_bias=bias',
  MatMulNBitsQkv:
    'A skip norm_scale=normalisation q_B=kernel q_scales=quantisation q_bias=bias k_B=kernel k_scales=quantisation k_bias=bias v_B=kernel v_scales=quantisation v_bias=bias',
  MoE: 'input router_probs fc1_experts_weights=kernel fc1_experts_bias=bias fc2_experts_weights=kernel fc2_experts_bias=bias fc3_experts_weights=kernel fc3_experts_bias=bias',
  MRotaryEmbedding: 'input position_ids cos_cache=setting sin_cache=setting',
  MulInteger: 'A A_zero_point=quantisation B B_zero_point=quantisation',
  MultiHeadAttention:
    'query key value bias=bias key_padding_mask attention_bias=setting past_key past_value past_sequence_length cache_indirection',
  NhwcConv: 'X W=kernel B=bias',
  NhwcFusedConv: 'X W=kernel B=bias Z',
  PackedAttention:
    'input weights=kernel bias=bias token_offset cumulative_sequence_length attention_bias=setting',
  PackedMultiHeadAttention:
    'query key value bias=bias token_offset cumulative_sequence_length attention_bias=setting',
  PagedAttention:
    'query key value key_cache value_cache cumulative_sequence_length past_seqlens block_table cos_cache=setting sin_cache=setting slot_mapping head_sink=bias q_norm_weight=normalisation k_norm_weight=normalisation k_scale=quantisation v_scale=quantisation attention_metadata',
  QAttention:
    'input weight=kernel bias=bias input_scale=quantisation weight_scale=quantisation mask_index input_zero_point=quantisation weight_zero_point=quantisation past',
  QEmbedLayerNormalization:
    'input_ids segment_ids word_embedding_quant=embedding position_embedding_quant=embedding segment_embedding=embedding gamma_quant=normalisation beta_quant=normalisation mask word_embedding_scale=quantisation position_embedding_scale=quantisation segment_embedding_scale=quantisation gamma_scale=quantisation beta_scale=quantisation word_embedding_zero_point=quantisation position_embedding_zero_point=quantisation segment_embedding_zero_point=quantisation gamma_zero_point=quantisation beta_zero_point=quantisation',
  QGemm:
    'A=kernel a_scale=quantisation a_zero_point=quantisation B=kernel b_scale=quantisation b_zero_point=quantisation C=bias y_scale=quantisation y_zero_point=quantisation',
  QLinearAdd:
    'A A_scale=quantisation A_zero_point=quantisation B B_scale=quantisation B_zero_point=quantisation C_scale=quantisation C_zero_point=quantisation',
  QLinearConv:
    'x x_scale=quantisation x_zero_point=quantisation w=kernel w_scale=quantisation w_zero_point=quantisation y_scale=quantisation y_zero_point=quantisation B=bias',
  QLinearLeakyRelu:
    'X X_scale=quantisation X_zero_point=quantisation Y_scale=quantisation Y_zero_point=quantisation',
  QLinearWhere:
    'condition X x_scale=quantisation x_zero_point=quantisation Y y_scale=quantisation y_zero_point=quantisation z_scale=quantisation z_zero_point=quantisation',
  QMoE: 'input router_probs fc1_experts_weights=kernel fc1_scales=quantisation fc1_experts_bias=bias fc2_experts_weights=kernel fc2_scales=quantisation fc2_experts_bias=bias fc3_experts_weights=kernel fc3_scales=quantisation fc3_experts_bias=bias fc1_zero_points=quantisation fc2_zero_points=quantisation fc3_zero_points=quantisation router_weights fc1_global_scale=quantisation fc2_global_scale=quantisation fc1_act_scale=quantisation fc2_act_scale=quantisation fc1_act_block_scale=quantisation fc2_act_block_scale=quantisation',
  QOrderedAttention:
    'input scale_input=quantisation scale_Q_gemm=quantisation scale_K_gemm=quantisation scale_V_gemm=quantisation Q_weight=kernel K_weight=kernel V_weight=kernel scale_Q_weight=quantisation scale_K_weight=quantisation scale_V_weight=quantisation Q_bias=bias K_bias=bias V_bias=bias scale_QKT_gemm=quantisation scale_QKT_softmax=quantisation scale_values_gemm=quantisation mask_index past attention_bias=setting',
  QOrderedGelu: 'X scale_X=quantisation scale_Y=quantisation',
  QOrderedLayerNormalization:
    'X scale_X=quantisation scale=normalisation B=normalisation scale_Y=quantisation',
  QOrderedLongformerAttention:
    'input scale_input=quantisation weight=kernel scale_weight=quantisation bias=bias scale_bias=quantisation scale_qkv_gemm=quantisation mask=setting global_weight=kernel scale_global_weight=quantisation global_bias=bias scale_global_gemm=quantisation global scale_output=quantisation',
  QOrderedMatMul:
    'A scale_A=quantisation B=kernel scale_B=quantisation scale_Y=quantisation bias=bias C scale_C=quantisation',
  RelativePositionBias: 'bias_table=embedding query_length key_length',
  RotaryEmbedding: 'input position_ids cos_cache=setting sin_cache=setting',
  SkipGroupNorm: 'X gamma=normalisation beta=normalisation skip bias=bias',
  SkipLayerNormalization: 'input skip gamma=normalisation beta=normalisation bias=bias',
  SkipSimplifiedLayerNormalization: 'input skip gamma=normalisation bias=bias',
  SparseAttention:
    'query key value past_key past_value block_row_indices block_col_indices total_sequence_length key_total_sequence_lengths cos_cache=setting sin_cache=setting',
  TorchEmbedding: 'weight=embedding indices padding_idx scale_grad_by_freq',
  VarlenCausalConvWithState:
    'input weight=kernel cumulative_sequence_length bias=bias initial_state=state capture_count',
  WordConvEmbedding: 'Sequence W=kernel B=bias C=embedding',
};

const readInputs = (text: string) =>
  text.split(' ').map((input) => {
    const [name = '', role = 'other'] = input.split('=');
    return { name, role: role.replace('_', ' ') };
  });

describe('the inputs of com.microsoft operators', () => {
  it.each(Object.keys(documented))('%s are what its documentation names them', (op) => {
    const inputs = readInputs(documented[op]!);
    expect(inputs.map(({ name }, at) => ({ name, role: roleOf(op, 'com.microsoft', at) }))).toEqual(inputs);
    expect(roleOf(op, 'com.microsoft', inputs.length)).toBe('other');
  });

  it('with a row are written down here, or are the same as others that are', () => {
    const alike = [
      ...['BeamSearch', 'WhisperBeamSearch', 'GreedySearch', 'Sampling', 'CropAndResize'],
      ...['FusedMatMulActivation', 'TransposeMatMul', 'SparseToDenseMatMul', 'MatMulInteger16', 'QLinearMul'],
      ...['QLinearAveragePool', 'QLinearGlobalAveragePool', 'QLinearReduceMean', 'QLinearSigmoid'],
      ...['QLinearSoftmax', 'QuantizeWithOrder', 'DequantizeWithOrder'],
    ];
    expect(Object.keys(contrib).filter((op) => !(op in documented))).toEqual(expect.arrayContaining(alike));
    expect(Object.keys(contrib).filter((op) => !(op in documented) && !alike.includes(op))).toEqual([]);
  });
});

it('kernels that a few bits hold, or that lie in an order of their own, are locked, and it is said why', () => {
  const locked = (op: string) => lockedBy(op, 'com.microsoft');
  expect(locked('MatMulNBitsQkv')).toBe(
    'numbers of a few bits packed in blocks: prune the model before it is quantised',
  );
  expect(locked('QOrderedMatMul')).toBe(
    'ordered for one kind of machine: prune the model before it is optimised',
  );
  expect(['MoE', 'Attention', 'CausalConvWithState'].map(locked)).toEqual([undefined, undefined, undefined]);
});
