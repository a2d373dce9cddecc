import type { Rule } from '../../follow/node-call.js';
import { groupQuery, multiHead, projected } from './contrib-attention.js';
import { fusedRules } from './fused.js';
import { attention } from './onnx-attention.js';

/** Attention as one operator, and what stands beside it in models that were optimised. */
export const attentionRules: Readonly<Record<string, Rule>> = {
  ...fusedRules,
  Attention: attention,
  'com.microsoft::MultiHeadAttention': multiHead,
  'com.microsoft::Attention': projected,
  'com.microsoft::GroupQueryAttention': groupQuery,
};
