"""Layers of torch.nn, in several settings each."""

import math

import torch
import torch.nn.functional as F
from torch import nn

from cases import Outputs, function, module, positive, whole, x

# Products and recurrent layers
module("Linear", lambda: nn.Linear(4, 3), x(2, 4))
module("Linear, no bias", lambda: nn.Linear(4, 3, bias=False), x(2, 4))
module("Linear, three axes", lambda: nn.Linear(4, 3), x(2, 5, 4))
module("Linear, a vector", lambda: nn.Linear(4, 3), x(4))
module("Bilinear", lambda: nn.Bilinear(3, 4, 5), x(2, 3), x(2, 4))
for kind in ("LSTM", "GRU", "RNN"):
    make = getattr(nn, kind)
    for text, settings in {
        "": {},
        ", batch first": {"batch_first": True},
        ", both ways": {"bidirectional": True},
        ", two layers": {"num_layers": 2},
        ", two layers, both ways": {"num_layers": 2, "bidirectional": True, "batch_first": True},
        ", no bias": {"bias": False},
    }.items():
        module(kind + text, lambda make=make, settings=settings: Outputs(make(3, 4, **settings)), x(5, 2, 3))
module("LSTM, states given", lambda: StatesGiven(nn.LSTM(3, 4)), x(5, 2, 3), x(1, 2, 4), x(1, 2, 4))
module("GRU, a state given", lambda: Outputs(nn.GRU(3, 4)), x(5, 2, 3), x(1, 2, 4))
module("LSTM, projected", lambda: Outputs(nn.LSTM(3, 4, proj_size=2)), x(5, 2, 3))
module("RNN, relu", lambda: Outputs(nn.RNN(3, 4, nonlinearity="relu")), x(5, 2, 3))
module("LSTMCell", lambda: Outputs(nn.LSTMCell(3, 4)), x(2, 3))
module("GRUCell", lambda: nn.GRUCell(3, 4), x(2, 3), x(2, 4))
module("RNNCell", lambda: nn.RNNCell(3, 4), x(2, 3), x(2, 4))


class StatesGiven(nn.Module):
    def __init__(self, lstm):
        super().__init__()
        self.lstm = lstm

    def forward(self, sequence, hidden, cell):
        y, (h, c) = self.lstm(sequence, (hidden, cell))
        return y, h, c


# Convolutions
for rank in (1, 2, 3):
    make, across = getattr(nn, f"Conv{rank}d"), getattr(nn, f"ConvTranspose{rank}d")
    size = (7, 6, 5)[:rank]
    for text, settings in {
        "": {},
        ", stride and padding": {"stride": 2, "padding": 1},
        ", same": {"padding": "same"},
        ", dilation": {"dilation": 2, "padding": 2},
        ", groups": {"groups": 2, "bias": False},
        ", reflect": {"padding": 1, "padding_mode": "reflect"},
        ", replicate": {"padding": 1, "padding_mode": "replicate"},
        ", circular": {"padding": 1, "padding_mode": "circular"},
    }.items():
        module(f"Conv{rank}d{text}", lambda m=make, s=settings: m(4, 6, 3, **s), x(2, 4, *size))
    for text, settings in {
        "": {},
        ", stride": {"stride": 2, "padding": 1, "output_padding": 1},
        ", groups": {"groups": 2, "bias": False},
        ", dilation": {"dilation": 2},
    }.items():
        module(f"ConvTranspose{rank}d{text}", lambda m=across, s=settings: m(4, 6, 3, **s), x(2, 4, *size[::-1]))
module("Conv2d, depthwise", lambda: nn.Conv2d(4, 8, (3, 1), groups=4), x(1, 4, 5, 5))
module("Conv2d, no batch", lambda: nn.Conv2d(3, 4, 3), x(3, 5, 5))

# Normalisation
for rank in (1, 2, 3):
    size = (4, 3, 2)[:rank]
    bn, inorm = getattr(nn, f"BatchNorm{rank}d"), getattr(nn, f"InstanceNorm{rank}d")
    module(f"BatchNorm{rank}d", lambda m=bn: m(3), x(4, 3, *size))
    module(f"BatchNorm{rank}d, training", lambda m=bn: m(3), x(4, 3, *size), training=True)
    module(f"InstanceNorm{rank}d", lambda m=inorm: m(3), x(2, 3, *size))
    module(f"InstanceNorm{rank}d, affine", lambda m=inorm: m(3, affine=True), x(2, 3, *size))
module("BatchNorm1d, two axes, training", lambda: nn.BatchNorm1d(5), x(6, 5), training=True)
module("BatchNorm2d, no scale, training", lambda: nn.BatchNorm2d(3, affine=False), x(4, 3, 2, 2), training=True)
module("BatchNorm2d, no statistics", lambda: nn.BatchNorm2d(3, track_running_stats=False), x(4, 3, 2, 2))
module("InstanceNorm2d, statistics", lambda: nn.InstanceNorm2d(3, track_running_stats=True), x(2, 3, 4, 4))
module("LayerNorm", lambda: nn.LayerNorm(5), x(2, 3, 5))
module("LayerNorm, two axes", lambda: nn.LayerNorm([3, 5]), x(2, 3, 5))
module("LayerNorm, no bias", lambda: nn.LayerNorm(5, bias=False), x(2, 3, 5))
module("LayerNorm, no scale", lambda: nn.LayerNorm(5, elementwise_affine=False), x(2, 3, 5))
module("RMSNorm", lambda: nn.RMSNorm(5), x(2, 3, 5))
module("RMSNorm, two axes", lambda: nn.RMSNorm([3, 5], eps=1e-3), x(2, 3, 5))
module("GroupNorm", lambda: nn.GroupNorm(2, 6), x(2, 6, 4))
module("GroupNorm, pictures", lambda: nn.GroupNorm(3, 6), x(2, 6, 3, 3))
module("GroupNorm, no scale", lambda: nn.GroupNorm(2, 4, affine=False), x(2, 4, 3, 3))
module("LocalResponseNorm", lambda: nn.LocalResponseNorm(3), x(2, 5, 3, 3))
module("CrossMapLRN2d", lambda: nn.CrossMapLRN2d(3), x(2, 5, 3, 3))
function("normalize", lambda a: F.normalize(a), x(3, 4))
function("normalize, p = 1", lambda a: F.normalize(a, p=1.0, dim=-1), x(3, 4))
function("weight_norm", lambda a, v, g: F.linear(a, torch._weight_norm(v, g, 0)), x(2, 4), parameters=[(3, 4), (3, 1)])

# Activations
for name in (
    "ELU CELU SELU GELU Hardshrink Hardsigmoid Hardswish Hardtanh LeakyReLU LogSigmoid Mish ReLU ReLU6 RReLU SiLU "
    "Sigmoid Softplus Softshrink Softsign Tanh Tanhshrink Identity Softmax2d"
).split():
    module(name, lambda name=name: getattr(nn, name)(), x(2, 4, 3, 3))
module("ELU, alpha", lambda: nn.ELU(0.7), x(3, 7))
module("CELU, alpha", lambda: nn.CELU(1.7), x(3, 7))
module("GELU, tanh", lambda: nn.GELU("tanh"), x(3, 7))
module("GLU", lambda: nn.GLU(), x(3, 8))
module("GLU, axis 1", lambda: nn.GLU(1), x(2, 4, 3))
module("Hardtanh, bounds", lambda: nn.Hardtanh(-0.4, 0.3), x(3, 7))
module("PReLU", lambda: nn.PReLU(), x(2, 4, 3))
module("PReLU, channels", lambda: nn.PReLU(4), x(2, 4, 3))
module("Softplus, beta", lambda: nn.Softplus(2.0, 1.0), x(3, 7))
module("Threshold", lambda: nn.Threshold(0.1, -0.5), x(3, 7))
for name in ("Softmax", "LogSoftmax", "Softmin"):
    for dim in (1, -1):
        module(f"{name}, axis {dim}", lambda name=name, dim=dim: getattr(nn, name)(dim), x(2, 4, 3))
function("swiglu", lambda a, w, v, o: (F.silu(a @ w) * (a @ v)) @ o, x(2, 4), parameters=[(4, 6), (4, 6), (6, 3)])

# Pools
for rank in (1, 2, 3):
    size = (9, 7, 6)[:rank]
    for text, settings in {"": {}, ", padding": {"stride": 2, "padding": 1}, ", ceil": {"stride": 2, "ceil_mode": True}}.items():
        module(f"MaxPool{rank}d{text}", lambda r=rank, s=settings: getattr(nn, f"MaxPool{r}d")(3, **s), x(2, 3, *size))
        module(f"AvgPool{rank}d{text}", lambda r=rank, s=settings: getattr(nn, f"AvgPool{r}d")(3, **s), x(2, 3, *size))
    module(f"AdaptiveAvgPool{rank}d, 1", lambda r=rank: getattr(nn, f"AdaptiveAvgPool{r}d")(1), x(2, 3, *size))
    module(f"AdaptiveMaxPool{rank}d, 1", lambda r=rank: getattr(nn, f"AdaptiveMaxPool{r}d")(1), x(2, 3, *size))
    even = (8, 4, 6)[:rank]
    module(f"AdaptiveAvgPool{rank}d, 2", lambda r=rank: getattr(nn, f"AdaptiveAvgPool{r}d")(2), x(2, 3, *even))
    module(f"AdaptiveMaxPool{rank}d, 2", lambda r=rank: getattr(nn, f"AdaptiveMaxPool{r}d")(2), x(2, 3, *even))
module("AdaptiveAvgPool2d, uneven", lambda: nn.AdaptiveAvgPool2d((3, 2)), x(2, 3, 7, 5))
module("AvgPool2d, padding not counted", lambda: nn.AvgPool2d(3, 2, 1, count_include_pad=False), x(2, 3, 7, 7))
module("AvgPool2d, divisor", lambda: nn.AvgPool2d(2, divisor_override=3), x(2, 3, 6, 6))
module("MaxPool2d, dilation", lambda: nn.MaxPool2d(2, stride=1, dilation=2), x(2, 3, 6, 6))
module("LPPool1d", lambda: nn.LPPool1d(2, 3), x(2, 3, 9))
module("LPPool2d", lambda: nn.LPPool2d(2, 2, stride=2), positive(2, 3, 6, 6))
module("LPPool2d, p = 3", lambda: nn.LPPool2d(3, 2), positive(2, 3, 6, 6))
module("FractionalMaxPool2d", lambda: nn.FractionalMaxPool2d(2, output_size=3), x(1, 2, 7, 7))
module("MaxUnpool2d", lambda: Unpooled(), x(1, 2, 6, 6))


class Unpooled(nn.Module):
    def forward(self, value):
        small, at = F.max_pool2d(value, 2, return_indices=True)
        return F.max_unpool2d(small * small, at, 2)


# Attention
def causal(size):
    return torch.full((size, size), -math.inf).triu(1)


class Attention(nn.Module):
    def __init__(self, width, heads, mask=None, padding=False, **settings):
        super().__init__()
        self.attention = nn.MultiheadAttention(width, heads, **settings)
        self.register_buffer("mask", mask)
        self.padding = padding

    def forward(self, query, key, value):
        told = {}
        if self.padding:
            told["key_padding_mask"] = torch.tensor([[False, False, True], [False, True, True]])
        return self.attention(query, key, value, attn_mask=self.mask, **told)


three = (x(3, 2, 8), x(3, 2, 8), x(3, 2, 8))
module("MultiheadAttention", lambda: Attention(8, 2), *three)
module("MultiheadAttention, batch first", lambda: Attention(8, 2, batch_first=True), x(2, 3, 8), x(2, 3, 8), x(2, 3, 8))
module("MultiheadAttention, causal", lambda: Attention(8, 2, causal(3)), *three)
module("MultiheadAttention, padding", lambda: Attention(8, 2, padding=True), *three)
module("MultiheadAttention, other widths", lambda: Attention(8, 2, kdim=5, vdim=6), x(3, 2, 8), x(4, 2, 5), x(4, 2, 6))
module("MultiheadAttention, added bias", lambda: Attention(8, 2, add_bias_kv=True), *three)
module("MultiheadAttention, no bias", lambda: Attention(8, 4, bias=False), *three)
for text, settings in {
    "": {},
    ", gelu, norm first": {"activation": "gelu", "norm_first": True},
    ", batch first": {"batch_first": True},
}.items():
    settings = {"d_model": 8, "nhead": 2, "dim_feedforward": 12, "dropout": 0.0} | settings
    module(f"TransformerEncoderLayer{text}", lambda s=settings: nn.TransformerEncoderLayer(**s), x(3, 2, 8))
    module(f"TransformerDecoderLayer{text}", lambda s=settings: nn.TransformerDecoderLayer(**s), x(3, 2, 8), x(3, 2, 8))
    module(f"TransformerEncoderLayer, training{text}", lambda s=settings: nn.TransformerEncoderLayer(**s), x(3, 2, 8), training=True)
module("TransformerEncoder", lambda: nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 12, 0.0), 2, nn.LayerNorm(8)), x(3, 2, 8))
module("TransformerDecoder", lambda: nn.TransformerDecoder(nn.TransformerDecoderLayer(8, 2, 12, 0.0), 2), x(3, 2, 8), x(4, 2, 8))
module("Transformer", lambda: nn.Transformer(8, 2, 1, 1, 12, 0.0), x(3, 2, 8), x(4, 2, 8))
heads = (x(2, 2, 3, 4), x(2, 2, 3, 4), x(2, 2, 3, 4))
function("scaled_dot_product_attention", F.scaled_dot_product_attention, *heads)
function("scaled_dot_product_attention, causal", lambda q, k, v: F.scaled_dot_product_attention(q, k, v, is_causal=True), *heads)
function("scaled_dot_product_attention, mask", F.scaled_dot_product_attention, *heads, x(3, 3))
function("scaled_dot_product_attention, bool mask", lambda q, k, v: F.scaled_dot_product_attention(q, k, v, torch.ones(3, 3).tril().bool()), *heads)
function("scaled_dot_product_attention, scale", lambda q, k, v: F.scaled_dot_product_attention(q, k, v, scale=0.3), *heads)
function("scaled_dot_product_attention, grouped", lambda q, k, v: F.scaled_dot_product_attention(q, k, v, enable_gqa=True), x(2, 4, 3, 4), x(2, 2, 3, 4), x(2, 2, 3, 4))


def rotary(q):
    angle = torch.arange(q.shape[-2], dtype=q.dtype)[:, None] * 0.3 ** torch.arange(q.shape[-1] // 2, dtype=q.dtype)
    a, b = q.chunk(2, -1)
    return torch.cat([a * angle.cos() - b * angle.sin(), a * angle.sin() + b * angle.cos()], -1)


function("rotary positions", rotary, x(2, 2, 3, 4))

# Embeddings
module("Embedding", lambda: nn.Embedding(7, 4), whole(7, 2, 3))
module("Embedding, padding index", lambda: nn.Embedding(7, 4, padding_idx=0), whole(6, 2, 3))
module("EmbeddingBag", lambda: nn.EmbeddingBag(7, 4, mode="mean"), whole(7, 2, 3))
module("EmbeddingBag, sum", lambda: nn.EmbeddingBag(7, 4, mode="sum"), whole(7, 2, 3))
module("EmbeddingBag, max", lambda: nn.EmbeddingBag(7, 4, mode="max"), whole(7, 2, 3))
function("one_hot", lambda i, w: F.one_hot(i, 5).to(w.dtype) @ w, whole(5, 2, 3), parameters=[(5, 4)])

# Shapes, pictures
for text, settings in {
    "nearest": {"scale_factor": 2, "mode": "nearest"},
    "nearest, to a size": {"size": (5, 7), "mode": "nearest"},
    "nearest-exact": {"size": (5, 7), "mode": "nearest-exact"},
    "bilinear": {"scale_factor": 2, "mode": "bilinear"},
    "bilinear, corners": {"scale_factor": 2, "mode": "bilinear", "align_corners": True},
    "bilinear, smaller": {"size": (2, 3), "mode": "bilinear"},
    "bicubic": {"scale_factor": 2, "mode": "bicubic"},
    "bicubic, corners": {"size": (6, 5), "mode": "bicubic", "align_corners": True},
    "area": {"size": (2, 2), "mode": "area"},
}.items():
    module(f"Upsample, {text}", lambda s=settings: nn.Upsample(**s), x(1, 2, 4, 4))
module("Upsample, linear", lambda: nn.Upsample(scale_factor=2, mode="linear"), x(1, 2, 5))
module("Upsample, trilinear", lambda: nn.Upsample(scale_factor=2, mode="trilinear"), x(1, 2, 2, 3, 3))
function("interpolate, antialias", lambda a: F.interpolate(a, (3, 3), mode="bilinear", antialias=True), x(1, 2, 7, 7))
module("PixelShuffle", lambda: nn.PixelShuffle(2), x(1, 8, 3, 3))
module("PixelUnshuffle", lambda: nn.PixelUnshuffle(2), x(1, 2, 4, 6))
module("ChannelShuffle", lambda: nn.ChannelShuffle(2), x(1, 4, 3, 3))
module("Fold", lambda: nn.Fold((4, 5), (2, 2)), x(1, 8, 12))
module("Unfold", lambda: nn.Unfold((2, 2)), x(1, 2, 4, 5))
module("Unfold, stride and padding", lambda: nn.Unfold(3, padding=1, stride=2), x(1, 2, 5, 5))
module("Flatten", lambda: nn.Flatten(), x(2, 3, 4))
module("Unflatten", lambda: nn.Unflatten(1, (2, 3)), x(2, 6))
for rank in (1, 2, 3):
    size = (5, 4, 6)[:rank]
    kinds = ["ConstantPad", "ReflectionPad", "ReplicationPad", "ZeroPad", "CircularPad"]
    for kind in kinds:
        told = (1, 0.5) if kind == "ConstantPad" else (1,)
        module(f"{kind}{rank}d", lambda k=kind, r=rank, t=told: getattr(nn, f"{k}{r}d")(*t), x(1, 2, *size))
module("ZeroPad2d, cut off", lambda: nn.ZeroPad2d((-1, 2, 1, -1)), x(1, 2, 4, 4))
for mode in ("bilinear", "nearest", "bicubic"):
    for padding in ("zeros", "border", "reflection"):
        function(f"grid_sample, {mode}, {padding}", lambda a, g, m=mode, p=padding: F.grid_sample(a, g, m, p, align_corners=False), x(1, 2, 4, 4), x(1, 3, 3, 2))
function("affine_grid", lambda a, t: F.grid_sample(a, F.affine_grid(t, (1, 2, 3, 3), align_corners=False), align_corners=False), x(1, 2, 4, 4), x(1, 2, 3))
for name, size in {"Dropout": (2, 3), "Dropout1d": (2, 3, 4), "Dropout2d": (2, 3, 4, 4), "AlphaDropout": (2, 3)}.items():
    module(name, lambda name=name: getattr(nn, name)(0.5), x(*size))
