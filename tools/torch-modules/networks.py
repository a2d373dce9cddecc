"""Parts of networks as people write them: of pictures, sound, language, boxes, graphs and tables."""

import math

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from cases import Outputs, function, module, positive, unit, whole, x


class Several(nn.Module):
    """Layers of their own, by name, and what is made of them."""

    def __init__(self, call, **layers):
        super().__init__()
        self.call = call
        for name, layer in layers.items():
            if isinstance(layer, tuple):
                layer = nn.Parameter(torch.empty(*layer))
            elif not isinstance(layer, nn.Module):
                self.register_buffer(name, layer)
                continue
            setattr(self, name, layer)

    def forward(self, *inputs):
        return self.call(self, *inputs)


def network(name, call, *inputs, **layers):
    """`layers`: modules and functions that make one, shapes of parameters, and tensors that stay."""
    made = lambda layer: layer() if callable(layer) and not isinstance(layer, nn.Module) else layer
    module(name, lambda: Several(call, **{key: made(layer) for key, layer in layers.items()}), *inputs)


# Pictures
network(
    "squeeze and excitation", lambda m, a: a * torch.sigmoid(m.up(F.relu(m.down(a.mean((2, 3), keepdim=True))))), x(2, 6, 4, 4),
    down=lambda: nn.Conv2d(6, 2, 1), up=lambda: nn.Conv2d(2, 6, 1),
)
network(
    "channel and spatial attention (CBAM)",
    lambda m, a: a * torch.sigmoid(m.mlp(a.mean((2, 3))) + m.mlp(a.amax((2, 3))))[..., None, None]
    * torch.sigmoid(m.conv(torch.cat([a.mean(1, keepdim=True), a.amax(1, keepdim=True)], 1))),
    x(2, 4, 5, 5), mlp=lambda: nn.Sequential(nn.Linear(4, 2), nn.ReLU(), nn.Linear(2, 4)), conv=lambda: nn.Conv2d(2, 1, 3, padding=1),
)
network(
    "efficient channel attention", lambda m, a: a * torch.sigmoid(m.conv(a.mean((2, 3))[:, None]).transpose(1, 2)[..., None]), x(2, 5, 3, 3),
    conv=lambda: nn.Conv1d(1, 1, 3, padding=1, bias=False),
)
network(
    "ConvNeXt block",
    lambda m, a: a + (m.gamma * m.out(F.gelu(m.up(m.norm(m.depth(a).permute(0, 2, 3, 1)))))).permute(0, 3, 1, 2), x(1, 4, 6, 6),
    depth=lambda: nn.Conv2d(4, 4, 5, padding=2, groups=4), norm=lambda: nn.LayerNorm(4), up=lambda: nn.Linear(4, 8),
    out=lambda: nn.Linear(8, 4), gamma=(4,),
)
network(
    "inverted residual", lambda m, a: a + m.layers(a), x(2, 4, 5, 5),
    layers=lambda: nn.Sequential(
        nn.Conv2d(4, 8, 1, bias=False), nn.BatchNorm2d(8), nn.SiLU(), nn.Conv2d(8, 8, 3, padding=1, groups=8, bias=False),
        nn.BatchNorm2d(8), nn.Hardswish(), nn.Conv2d(8, 4, 1, bias=False), nn.BatchNorm2d(4),
    ),
)
network(
    "standardised kernels", lambda m, a: F.conv2d(a, (m.w - m.w.mean((1, 2, 3), keepdim=True)) / (m.w.var((1, 2, 3), keepdim=True) + 1e-5).sqrt()),
    x(1, 3, 5, 5), w=(4, 3, 3, 3),
)


def windows(m, a):
    """A block of a Swin transformer: shifted windows of 2 × 2, with a bias for each relative position."""
    batch, height, width, size = a.shape
    b = torch.roll(m.norm(a), (-1, -1), (1, 2))
    b = b.view(batch, height // 2, 2, width // 2, 2, size).permute(0, 1, 3, 2, 4, 5).reshape(-1, 4, size)
    q, k, v = m.qkv(b).view(-1, 4, 3, 2, size // 2).permute(2, 0, 3, 1, 4).unbind(0)
    scores = q @ k.transpose(-1, -2) * (size // 2) ** -0.5 + m.table[m.index.view(-1)].view(4, 4, 2).permute(2, 0, 1)
    b = m.out((scores.softmax(-1) @ v).transpose(1, 2).reshape(-1, 4, size))
    b = b.view(batch, height // 2, width // 2, 2, 2, size).permute(0, 1, 3, 2, 4, 5).reshape(a.shape)
    return a + torch.roll(b, (1, 1), (1, 2))


network(
    "shifted windows", windows, x(1, 4, 4, 4), norm=lambda: nn.LayerNorm(4), qkv=lambda: nn.Linear(4, 12), out=lambda: nn.Linear(4, 4),
    table=(9, 2), index=torch.tensor([[4, 3, 1, 0], [5, 4, 2, 1], [7, 6, 4, 3], [8, 7, 5, 4]]),
)
network(
    "patches and a class token",
    lambda m, a: m.layer(torch.cat([m.token.expand(a.shape[0], -1, -1), m.patches(a).flatten(2).transpose(1, 2)], 1) + m.positions)[:, 0],
    x(2, 3, 4, 4), patches=lambda: nn.Conv2d(3, 8, 2, 2), token=(1, 1, 8), positions=(1, 5, 8),
    layer=lambda: nn.TransformerEncoderLayer(8, 2, 12, 0.0, "gelu", batch_first=True, norm_first=True),
)
network(
    "a small U", lambda m, a: m.out(torch.cat([m.left(a), m.up(m.bottom(F.max_pool2d(m.left(a), 2)))], 1)), x(1, 2, 6, 6),
    left=lambda: nn.Sequential(nn.Conv2d(2, 3, 3, padding=1), nn.LeakyReLU(0.1)), bottom=lambda: nn.Conv2d(3, 4, 3, padding=1),
    up=lambda: nn.ConvTranspose2d(4, 3, 2, 2), out=lambda: nn.Conv2d(6, 2, 1),
)
network(
    "a pyramid of features",
    lambda m, a, b: (m.top(b), m.smooth(m.side(a) + F.interpolate(m.top(b), size=a.shape[-2:], mode="nearest")), F.max_pool2d(m.top(b), 1, 2)),
    x(1, 3, 6, 6), x(1, 5, 3, 3), top=lambda: nn.Conv2d(5, 4, 1), side=lambda: nn.Conv2d(3, 4, 1), smooth=lambda: nn.Conv2d(4, 4, 3, padding=1),
)
network(
    "pooling of pyramids (PPM)",
    lambda m, a: torch.cat([a] + [F.interpolate(m.conv(F.adaptive_avg_pool2d(a, s)), (4, 4), mode="bilinear", align_corners=False) for s in (1, 2)], 1),
    x(1, 3, 4, 4), conv=lambda: nn.Conv2d(3, 2, 1),
)
network(
    "holes of several rates (ASPP)", lambda m, a: m.out(torch.cat([m.one(a), m.two(a), m.mean(a).expand(-1, -1, 5, 5)], 1)), x(1, 3, 5, 5),
    one=lambda: nn.Conv2d(3, 2, 3, padding=1), two=lambda: nn.Conv2d(3, 2, 3, padding=2, dilation=2),
    mean=lambda: nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(3, 2, 1), nn.ReLU()), out=lambda: nn.Conv2d(6, 2, 1),
)
network(
    "focus of four pictures", lambda m, a: m.conv(torch.cat([a[..., ::2, ::2], a[..., 1::2, ::2], a[..., ::2, 1::2], a[..., 1::2, 1::2]], 1)), x(1, 2, 6, 6),
    conv=lambda: nn.Conv2d(8, 3, 1),
)
network(
    "statistics of a style (AdaIN)",
    lambda m, a, s: F.instance_norm(a) * s.std((2, 3), keepdim=True) + s.mean((2, 3), keepdim=True) + m.conv(a), x(1, 3, 4, 4), x(1, 3, 4, 4),
    conv=lambda: nn.Conv2d(3, 3, 1),
)
network(
    "features modulated (FiLM)", lambda m, a, c: a * (1 + m.scale(c)[..., None, None]) + m.shift(c)[..., None, None], x(2, 3, 4, 4), x(2, 5),
    scale=lambda: nn.Linear(5, 3), shift=lambda: nn.Linear(5, 3),
)
network(
    "a field of motion", lambda m, a: F.grid_sample(a, (m.grid + 0.1 * torch.tanh(m.flow(a))).permute(0, 2, 3, 1), align_corners=True), x(1, 2, 5, 5),
    flow=lambda: nn.Conv2d(2, 2, 3, padding=1), grid=torch.stack(torch.meshgrid(torch.linspace(-1, 1, 5), torch.linspace(-1, 1, 5), indexing="xy"))[None],
)
network(
    "attention of neighbours", lambda m, a: F.fold(F.unfold(m.v(a), 3, padding=1) * F.unfold(m.k(a), 3, padding=1).softmax(1), (4, 4), 3, padding=1), x(1, 2, 4, 4),
    v=lambda: nn.Conv2d(2, 2, 1), k=lambda: nn.Conv2d(2, 2, 1),
)
network(
    "a memory of pictures (ConvLSTM)", lambda m, a, h, c: convolved(m.conv(torch.cat([a, h], 1)), c), x(1, 2, 4, 4), x(1, 3, 4, 4), x(1, 3, 4, 4),
    conv=lambda: nn.Conv2d(5, 12, 3, padding=1),
)


def convolved(gates, c):
    i, f, o, g = gates.chunk(4, 1)
    cell = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * cell.tanh(), cell


# Boxes
def boxes(m, *levels):
    """Heads of a detector over fixed anchors: scores, and boxes by their offsets."""
    flat = lambda y, last: y.view(y.shape[0], -1, last, y.shape[2], y.shape[3]).permute(0, 3, 4, 1, 2).reshape(y.shape[0], -1, last)
    scores = torch.cat([flat(m.scores(a), 3) for a in levels], 1)
    moves = torch.cat([flat(m.moves(a), 4) for a in levels], 1)
    size = m.anchors[:, 2:] - m.anchors[:, :2]
    middle = m.anchors[:, :2] + 0.5 * size + moves[..., :2] * 0.1 * size
    half = 0.5 * size * torch.exp(torch.clamp(moves[..., 2:] * 0.2, max=math.log(1000 / 16)))
    return scores.softmax(-1), torch.cat([middle - half, middle + half], -1).clamp(-20, 20)


def anchors(count):
    corner = torch.arange(count * 2).reshape(count, 2) % 7 / 7.0
    return torch.cat([corner, corner + torch.tensor([[0.3, 0.5]])], 1)


network(
    "heads over fixed anchors", boxes, x(1, 4, 3, 3), x(1, 4, 2, 2),
    scores=lambda: nn.Conv2d(4, 6, 3, padding=1), moves=lambda: nn.Conv2d(4, 8, 3, padding=1), anchors=anchors(26),
)
network(
    "boxes of a grid (YOLO)",
    lambda m, a: torch.cat([(m.conv(a).sigmoid().flatten(2).transpose(1, 2)[..., :2] * 2 - 0.5 + m.places) * 8, (m.conv(a).sigmoid().flatten(2).transpose(1, 2)[..., 2:4] * 2) ** 2 * 16, m.conv(a).sigmoid().flatten(2).transpose(1, 2)[..., 4:]], -1),
    x(1, 4, 3, 3), conv=lambda: nn.Conv2d(4, 7, 1), places=torch.stack(torch.meshgrid(torch.arange(3.0), torch.arange(3.0), indexing="xy"), -1).reshape(9, 2),
)
network(
    "expected distances (DFL)", lambda m, a: (m.conv(a).view(1, 4, 5, -1).softmax(2) * m.steps).sum(2), x(1, 3, 2, 2), conv=lambda: nn.Conv2d(3, 20, 1),
    steps=torch.arange(5.0).view(1, 1, 5, 1),
)


def overlap(a, b):
    """How much boxes have in common (generalised), of corners and lengths."""
    a, b = torch.cat([a[:, :2], a[:, :2] + a[:, 2:]], 1), torch.cat([b[:, :2], b[:, :2] + b[:, 2:]], 1)
    area = lambda c: (c[..., 2] - c[..., 0]) * (c[..., 3] - c[..., 1])
    low, high = torch.max(a[:, None, :2], b[None, :, :2]), torch.min(a[:, None, 2:], b[None, :, 2:])
    common = (high - low).clamp(min=0).prod(-1)
    union = area(a)[:, None] + area(b)[None] - common
    hull = (torch.max(a[:, None, 2:], b[None, :, 2:]) - torch.min(a[:, None, :2], b[None, :, :2])).prod(-1)
    return common / union - (hull - union) / hull


function("overlap of boxes", overlap, positive(3, 4), positive(2, 4))
function("focal loss", lambda a, t: (F.binary_cross_entropy_with_logits(a, t, reduction="none") * (1 - (a.sigmoid() * t + (1 - a.sigmoid()) * (1 - t))) ** 2 * (0.25 * t + 0.75 * (1 - t))).sum(), x(3, 4), unit(3, 4))
function("dice loss", lambda a, t: 1 - (2 * (a.sigmoid() * t).flatten(1).sum(1) + 1) / (a.sigmoid().flatten(1).sum(1) + t.flatten(1).sum(1) + 1), x(2, 1, 3, 3), unit(2, 1, 3, 3))
function("heat maps' places", lambda a: torch.stack([(a.flatten(2).softmax(-1).view_as(a).sum(2) * torch.arange(5, dtype=a.dtype)).sum(-1), (a.flatten(2).softmax(-1).view_as(a).sum(3) * torch.arange(4, dtype=a.dtype)).sum(-1)], -1), x(1, 2, 4, 5))

# Sound
network(
    "a stack over samples",
    lambda m, a: m.layers(a[:, None]).mean(-1), x(2, 40),
    layers=lambda: nn.Sequential(nn.Conv1d(1, 4, 8, 4, bias=False), nn.GroupNorm(4, 4), nn.GELU(), nn.Conv1d(4, 4, 3, 2), nn.GELU(), nn.Conv1d(4, 3, 2)),
)
filters = (torch.arange(5.0)[:, None] - torch.arange(1.0, 4.0)).abs().neg().add(1.5).clamp(min=0)
network(
    "mel bands of a spectrum",
    lambda m, a: torch.log(torch.stft(a, 8, 4, window=m.window, return_complex=True).abs().square().transpose(1, 2) @ m.mel + 1e-3), x(2, 32),
    window=torch.hann_window(8), mel=filters,
)
network(
    "mel bands of real parts",
    lambda m, a: torch.log(torch.view_as_real(torch.stft(a, 8, 4, window=m.window, center=False, return_complex=True)).square().sum(-1).transpose(1, 2) @ m.mel + 1e-3), x(2, 32),
    window=torch.hann_window(8), mel=filters,
)
waves = torch.arange(8.0)[None] * torch.arange(5.0)[:, None] * 2 * math.pi / 8
network(
    "mel bands by a convolution",
    lambda m, a: torch.log10(torch.clamp(m.mel.T @ (F.conv1d(a[:, None], m.cos, stride=4) ** 2 + F.conv1d(a[:, None], m.sin, stride=4) ** 2), min=1e-5)), x(2, 32),
    cos=(torch.cos(waves) * torch.hann_window(8))[:, None], sin=(torch.sin(waves) * torch.hann_window(8))[:, None], mel=filters,
)
function("spectrum of a real signal", lambda a: torch.fft.rfft(a).abs(), x(2, 8))
function("emphasis and frames", lambda a: ((a[:, 1:] - 0.97 * a[:, :-1]).unfold(1, 6, 3) * torch.hamming_window(6, dtype=a.dtype)).pow(2).mean(-1).log(), x(2, 19))


class Conformer(nn.Module):
    def __init__(self, size, heads):
        super().__init__()
        half = lambda: nn.Sequential(nn.LayerNorm(size), nn.Linear(size, 2 * size), nn.SiLU(), nn.Linear(2 * size, size))
        self.first, self.last = half(), half()
        self.norm, self.attention = nn.LayerNorm(size), nn.MultiheadAttention(size, heads, batch_first=True)
        self.before, self.end = nn.LayerNorm(size), nn.LayerNorm(size)
        self.conv = nn.Sequential(
            nn.Conv1d(size, 2 * size, 1), nn.GLU(1), nn.Conv1d(size, size, 3, padding=1, groups=size), nn.BatchNorm1d(size), nn.SiLU(), nn.Conv1d(size, size, 1)
        )

    def forward(self, a):
        a = a + 0.5 * self.first(a)
        b = self.norm(a)
        a = a + self.attention(b, b, b, need_weights=False)[0]
        a = a + self.conv(self.before(a).transpose(1, 2)).transpose(1, 2)
        return self.end(a + 0.5 * self.last(a))


module("a Conformer block", lambda: Conformer(8, 2), x(2, 5, 8))
module("a Conformer block, training", lambda: Conformer(8, 2), x(2, 5, 8), training=True)
network(
    "gated dilated layers (WaveNet)", lambda m, a: gated(m, a), x(1, 3, 9), gate=lambda: nn.Conv1d(3, 6, 2, dilation=2), out=lambda: nn.Conv1d(3, 3, 1), skip=lambda: nn.Conv1d(3, 2, 1),
)


def gated(m, a):
    left, right = m.gate(F.pad(a, (2, 0))).chunk(2, 1)
    b = left.tanh() * right.sigmoid()
    return a + m.out(b), m.skip(b)


network("kernels of a norm and a direction", lambda m, a: m.conv(a), x(1, 3, 7), conv=lambda: nn.utils.parametrizations.weight_norm(nn.Conv1d(3, 4, 3)))
network(
    "scores of characters", lambda m, a: F.log_softmax(m.out(m.rnn(m.conv(a).flatten(1, 2).permute(2, 0, 1))[0]), -1), x(2, 1, 4, 6),
    conv=lambda: nn.Conv2d(1, 2, 3, padding=1), rnn=lambda: nn.LSTM(8, 3, bidirectional=True), out=lambda: nn.Linear(6, 5),
)
network(
    "statistics over time", lambda m, a: m.out(statistics(a, m.weigh(a).softmax(-1))), x(2, 4, 6), weigh=lambda: nn.Sequential(nn.Conv1d(4, 3, 1), nn.Tanh(), nn.Conv1d(3, 4, 1)),
    out=lambda: nn.Linear(8, 3),
)


def statistics(a, weights):
    mean = (a * weights).sum(-1)
    return torch.cat([mean, ((a.square() * weights).sum(-1) - mean.square()).clamp(min=1e-4).sqrt()], 1)


# Sequences of several lengths
class Packed(nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, sequences):
        packed = pack_padded_sequence(sequences, torch.tensor([5, 3, 1]), batch_first=self.layer.batch_first)
        y, state = self.layer(packed)
        return pad_packed_sequence(y, batch_first=self.layer.batch_first)[0], state


for kind in ("LSTM", "GRU", "RNN"):
    for text, settings in {"": {}, ", both ways": {"bidirectional": True}, ", two layers, batch first": {"num_layers": 2, "batch_first": True}}.items():
        shape = (3, 5, 2) if "batch_first" in settings else (5, 3, 2)
        module(f"{kind}, packed{text}", lambda k=kind, s=settings: Outputs(Packed(getattr(nn, k)(2, 3, **s))), x(*shape))
network(
    "a mean of what is there", lambda m, a, n: (m.layer(a) * (torch.arange(4) < n[:, None])[..., None]).sum(1) / n[:, None].clamp(min=1), x(3, 4, 2), whole(5, 3),
    layer=lambda: nn.Linear(2, 3),
)

# Attention
three = (x(3, 2, 8), x(3, 2, 8), x(3, 2, 8))


class Attending(nn.Module):
    def __init__(self, told=None, **settings):
        super().__init__()
        self.attention, self.told = nn.MultiheadAttention(8, 2, **settings), told or {}

    def forward(self, q, k, v):
        y, weights = self.attention(q, k, v, **self.told)
        return y if weights is None else (y, weights)


module("MultiheadAttention, zeros added", lambda: Attending(add_zero_attn=True), *three)
module("MultiheadAttention, without weights", lambda: Attending({"need_weights": False}), *three)
module("MultiheadAttention, weights of each head", lambda: Attending({"average_attn_weights": False}), *three)
four = (x(2, 2, 3, 4), x(2, 2, 5, 4), x(2, 2, 5, 4))
function("scaled_dot_product_attention, a mask of keys", lambda q, k, v: F.scaled_dot_product_attention(q, k, v, torch.tensor([[[[True, True, False, True, False]]], [[[True, False, True, True, True]]]])), *four)
function("scaled_dot_product_attention, a bias that broadcasts", F.scaled_dot_product_attention, *four, x(1, 2, 1, 5))
function("scaled_dot_product_attention, an infinite bias", lambda q, k, v: F.scaled_dot_product_attention(q, k, v, torch.full((3, 5), -math.inf, dtype=q.dtype).triu(2)), *four)
function("attention by distances (ALiBi)", lambda q, k, v: (q @ k.mT / 2 - (torch.arange(3)[:, None] - torch.arange(5)).abs() * 0.5).softmax(-1) @ v, *four)
function("attention without a softmax", lambda q, k, v: ((F.elu(q) + 1) @ ((F.elu(k) + 1).mT @ v)) / ((F.elu(q) + 1) @ (F.elu(k) + 1).sum(-2)[..., None]), *four)
function("causal sums of products", lambda q, k, v: torch.einsum("bhld,bhldm->bhlm", q, torch.einsum("bhld,bhlm->bhldm", k, v).cumsum(2)), x(1, 2, 3, 2), x(1, 2, 3, 2), x(1, 2, 3, 2))
function("talking heads", lambda q, k, v, w: torch.einsum("hg,bgqk->bhqk", w, torch.einsum("bhqd,bhkd->bhqk", q, k)).softmax(-1) @ v, *four, parameters=[(2, 2)])
function("relative positions in two dimensions", lambda q, w, h: torch.einsum("bhwc,hkc->bhwk", q, h)[..., None] + torch.einsum("bhwc,wkc->bhwk", q, w)[..., None, :], x(1, 3, 3, 2), parameters=[(3, 3, 2), (3, 3, 2)])
function("masks of queries", lambda q, a: torch.einsum("bqc,bchw->bqhw", q, a).sigmoid(), x(1, 3, 4), x(1, 4, 2, 2))


def rotated(a):
    """By complex numbers, as the first LLaMA."""
    angles = torch.outer(torch.arange(a.shape[-2], dtype=a.dtype), 0.3 ** torch.arange(a.shape[-1] // 2, dtype=a.dtype))
    turned = torch.view_as_complex(a.reshape(*a.shape[:-1], -1, 2)) * torch.polar(torch.ones_like(angles), angles)
    return torch.view_as_real(turned).flatten(-2)


function("rotary positions by complex numbers", rotated, x(1, 2, 3, 4))


def llama(m, a):
    b = m.norm1(a)
    q, k, v = m.q(b).view(1, 3, 4, 4).transpose(1, 2), m.k(b).view(1, 3, 2, 4).transpose(1, 2), m.v(b).view(1, 3, 2, 4).transpose(1, 2)
    turn = lambda y: y * m.cos + torch.cat([-y[..., 2:], y[..., :2]], -1) * m.sin
    k, v = turn(k).repeat_interleave(2, 1), v.repeat_interleave(2, 1)
    scores = turn(q) @ k.mT / 2 + torch.full((3, 3), torch.finfo(torch.float32).min).triu(1)
    a = a + m.o((scores.softmax(-1) @ v).transpose(1, 2).reshape(1, 3, 16))
    b = m.norm2(a)
    return a + m.down(F.silu(m.gate(b)) * m.up(b))


angles = torch.outer(torch.arange(3.0), torch.tensor([1.0, 0.1])).repeat(1, 2)
linear = lambda i, o: lambda: nn.Linear(i, o, bias=False)
network(
    "a LLaMA block", llama, x(1, 3, 8), norm1=lambda: nn.RMSNorm(8), norm2=lambda: nn.RMSNorm(8), q=linear(8, 16), k=linear(8, 8), v=linear(8, 8), o=linear(16, 8),
    gate=linear(8, 12), up=linear(8, 12), down=linear(12, 8), cos=angles.cos(), sin=angles.sin(),
)
network(
    "a BERT layer", lambda m, i, mask: m.norm2((lambda h: h + m.down(F.gelu(m.up(h))))(bert(m, m.norm0(m.words(i) + m.places.weight[:4] + m.kinds.weight[0]), mask))), whole(7, 2, 4), whole(2, 2, 4),
    words=lambda: nn.Embedding(7, 6), places=lambda: nn.Embedding(5, 6), kinds=lambda: nn.Embedding(2, 6), norm0=lambda: nn.LayerNorm(6), norm1=lambda: nn.LayerNorm(6), norm2=lambda: nn.LayerNorm(6),
    q=lambda: nn.Linear(6, 6), k=lambda: nn.Linear(6, 6), v=lambda: nn.Linear(6, 6), o=lambda: nn.Linear(6, 6), up=lambda: nn.Linear(6, 9), down=lambda: nn.Linear(9, 6),
)


def bert(m, h, mask):
    split = lambda y: y.view(2, 4, 2, 3).transpose(1, 2)
    scores = split(m.q(h)) @ split(m.k(h)).mT / math.sqrt(3) + (1.0 - mask[:, None, None].to(h.dtype)) * -10000.0
    return m.norm1(h + m.o((scores.softmax(-1) @ split(m.v(h))).transpose(1, 2).reshape(2, 4, 6)))


network(
    "attention of a decoder (Bahdanau)", lambda m, h, s: ((m.v(torch.tanh(m.w(h) + m.u(s)[:, None]))).softmax(1) * h).sum(1), x(2, 4, 3), x(2, 5),
    w=lambda: nn.Linear(3, 6, bias=False), u=lambda: nn.Linear(5, 6), v=lambda: nn.Linear(6, 1, bias=False),
)
network(
    "a mixture of experts", lambda m, a: torch.einsum("be,beo->bo", m.gate(a).softmax(-1), torch.einsum("bi,eio->beo", a, m.w) + m.b), x(3, 4), gate=lambda: nn.Linear(4, 3), w=(3, 4, 2), b=(3, 2),
)
network(
    "two of four experts", lambda m, a: chosen(m, a), x(3, 4), gate=lambda: nn.Linear(4, 4), w=(4, 4, 2),
)


def chosen(m, a):
    weights, at = m.gate(a).softmax(-1).topk(2, -1)
    return (torch.einsum("bi,bkio->bko", a, m.w[at]) * (weights / weights.sum(-1, keepdim=True))[..., None]).sum(1)


# States and time
def scanned(m, a):
    """A selective scan, written out."""
    step, b, c = F.softplus(m.step(a)), m.b(a), m.c(a)
    state, given = torch.zeros(a.shape[0], a.shape[2], 2, dtype=a.dtype), []
    for t in range(a.shape[1]):
        state = torch.exp(-step[:, t, :, None] * m.rates.exp()) * state + (step[:, t] * a[:, t])[..., None] * b[:, t, None]
        given.append((state * c[:, t, None]).sum(-1) + m.skip * a[:, t])
    return torch.stack(given, 1)


network("a selective scan", scanned, x(2, 3, 4), step=lambda: nn.Linear(4, 4), b=lambda: nn.Linear(4, 2), c=lambda: nn.Linear(4, 2), rates=(4, 2), skip=(4,))
network("a step of Runge and Kutta", lambda m, a: runge(m.field, a), x(3, 4), field=lambda: nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 4)))


def runge(field, a, h=0.1):
    k1 = field(a)
    k2 = field(a + h / 2 * k1)
    k3 = field(a + h / 2 * k2)
    return a + h / 6 * (k1 + 2 * k2 + 2 * k3 + field(a + h * k3))


network("seasons and trend", lambda m, a: m.season(a - moving(a)) + m.trend(moving(a)), x(2, 8), season=lambda: nn.Linear(8, 3), trend=lambda: nn.Linear(8, 3))


def moving(a):
    return F.avg_pool1d(F.pad(a[:, None], (2, 2), mode="replicate"), 5, 1)[:, 0]


network("normalised and back (RevIN)", lambda m, a: m.layer((a - a.mean(1, keepdim=True)) / torch.sqrt(a.var(1, keepdim=True, unbiased=False) + 1e-5)) * a.std(1, keepdim=True) + a.mean(1, keepdim=True), x(2, 6), layer=lambda: nn.Linear(6, 6))

# Fields, graphs, tables
network("a field of waves (NeRF)", lambda m, a: m.layers(torch.cat([a] + [f(a * 2**i) for i in range(3) for f in (torch.sin, torch.cos)], -1)), x(4, 2), layers=lambda: nn.Sequential(nn.Linear(14, 6), nn.ReLU(), nn.Linear(6, 3)))
network("a field of sines (SIREN)", lambda m, a: m.b(torch.sin(3 * m.a(a))), x(4, 2), a=lambda: nn.Linear(2, 5), b=lambda: nn.Linear(5, 1))
edges = torch.tensor([[0, 1, 2, 3, 0, 2], [1, 2, 3, 0, 2, 1]])
network("a graph's sums", lambda m, a: m.own(a) + torch.zeros_like(m.other(a)).index_add(0, m.edges[1], m.other(a)[m.edges[0]]), x(4, 3), own=lambda: nn.Linear(3, 2), other=lambda: nn.Linear(3, 2, bias=False), edges=edges)
network("a graph's attention", lambda m, a: graph_attention(m, m.layer(a)), x(4, 3), layer=lambda: nn.Linear(3, 2, bias=False), left=(2,), right=(2,), edges=edges)


def graph_attention(m, h):
    source, target = m.edges
    score = F.leaky_relu(h[source] @ m.left + h[target] @ m.right, 0.2).exp()
    total = torch.zeros(4, dtype=h.dtype).index_add(0, target, score)
    return torch.zeros_like(h).index_add(0, target, h[source] * (score / total[target])[:, None])


network("a normalised graph", lambda m, a: m.adjacency @ m.layer(a), x(4, 3), layer=lambda: nn.Linear(3, 2), adjacency=torch.tensor([[0.5, 0.4, 0, 0], [0.4, 0.3, 0.3, 0], [0, 0.3, 0.4, 0.4], [0, 0, 0.4, 0.5]]))
network("points and their neighbours", lambda m, a: m.layer(torch.cat([a[torch.cdist(a, a).topk(2, largest=False)[1]] - a[:, None], a[:, None].expand(-1, 2, -1)], -1)).amax(1), x(5, 3), layer=lambda: nn.Linear(6, 4))
function("cdist, p = 1", lambda a, b: torch.cdist(a, b, p=1.0), x(3, 4), x(5, 4))
function("squared distances", lambda a, b: a.square().sum(1, keepdim=True) - 2 * a @ b.T + b.square().sum(1), x(3, 4), x(5, 4))
network("products of pairs (DLRM)", lambda m, i, a: torch.cat([m.low(a), pairs(torch.cat([m.low(a)[:, None], m.table(i)], 1))], 1), whole(6, 2, 3), x(2, 5), table=lambda: nn.Embedding(6, 4), low=lambda: nn.Linear(5, 4))


def pairs(a):
    rows, columns = torch.triu_indices(4, 4, 1)
    return (a @ a.mT)[:, rows, columns]


network("pairs of a machine (FM)", lambda m, i: (m.table(i).sum(1).square() - m.table(i).square().sum(1)).sum(-1) / 2 + m.bias(i).sum((1, 2)), whole(6, 2, 3), table=lambda: nn.Embedding(6, 4), bias=lambda: nn.Embedding(6, 1))
network("EmbeddingBag, offsets", lambda m, i: m.bag(i, m.offsets), whole(7, 6), bag=lambda: nn.EmbeddingBag(7, 4, mode="sum"), offsets=torch.tensor([0, 2]))
network("EmbeddingBag, weights of each", lambda m, i, w: m.bag(i, per_sample_weights=w), whole(7, 2, 3), x(2, 3), bag=lambda: nn.EmbeddingBag(7, 4, mode="sum"))
network("an angle to each class (ArcFace)", lambda m, a, t: torch.cos(torch.acos(F.linear(F.normalize(a), F.normalize(m.w)).clamp(-0.999, 0.999)) + 0.3 * F.one_hot(t, 5).to(a.dtype)) * 4, x(3, 4), whole(5, 3), w=(5, 4))
network("pictures and texts (CLIP)", lambda m, a, b: F.normalize(m.left(a), dim=-1) @ F.normalize(m.right(b), dim=-1).T * m.scale.exp(), x(3, 4), x(3, 5), left=lambda: nn.Linear(4, 3, bias=False), right=lambda: nn.Linear(5, 3, bias=False), scale=(1,))
network("the largest of pieces (maxout)", lambda m, a: m.layer(a).view(3, 4, 2).amax(-1), x(3, 5), layer=lambda: nn.Linear(5, 8))
network("a gate past a layer (highway)", lambda m, a: torch.lerp(a, F.relu(m.layer(a)), m.gate(a).sigmoid()), x(3, 4), layer=lambda: nn.Linear(4, 4), gate=lambda: nn.Linear(4, 4))
network("splines on edges (KAN)", lambda m, a: torch.einsum("bik,oik->bo", torch.relu(1 - (a[..., None] - m.knots).abs() * 2), m.w) + F.silu(a) @ m.base, x(3, 4), w=(2, 4, 5), base=(4, 2), knots=torch.linspace(-1, 1, 5))
network("cross of features (DCN)", lambda m, a: a * m.one(a) + a + m.two(a), x(3, 4), one=lambda: nn.Linear(4, 1), two=lambda: nn.Linear(4, 4))
network("codes of a dictionary", lambda m, a: m.codes[torch.cdist(m.layer(a), m.codes).argmin(-1)], x(4, 3), layer=lambda: nn.Linear(3, 2), codes=(5, 2))
network("a sampled code", lambda m, a, e: m.decode(m.mean(a) + e * torch.exp(0.5 * m.spread(a))), x(3, 5), x(3, 2), mean=lambda: nn.Linear(5, 2), spread=lambda: nn.Linear(5, 2), decode=lambda: nn.Sequential(nn.Linear(2, 4), nn.Softplus(), nn.Linear(4, 5)))
network("mixtures of normals", lambda m, a, y: -torch.logsumexp(F.log_softmax(m.share(a), -1) - m.spread(a) - 0.5 * ((y - m.mean(a)) * torch.exp(-m.spread(a))) ** 2, -1), x(3, 4), x(3, 1), share=lambda: nn.Linear(4, 3), mean=lambda: nn.Linear(4, 3), spread=lambda: nn.Linear(4, 3))
network("a coupling of halves (flow)", lambda m, a: coupled(m, a), x(3, 4), net=lambda: nn.Sequential(nn.Linear(2, 5), nn.Tanh(), nn.Linear(5, 4)))


def coupled(m, a):
    left, right = a.chunk(2, 1)
    scale, shift = m.net(left).chunk(2, 1)
    return torch.cat([left, right * torch.exp(torch.tanh(scale)) + shift], 1), torch.tanh(scale).sum(1)


function("grid_sample, three axes", lambda a, g: F.grid_sample(a, g, align_corners=True), x(1, 2, 3, 3, 3), x(1, 2, 2, 2, 3))
function("interpolate, three axes by scale", lambda a: F.interpolate(a, scale_factor=(1.5, 2.0, 1.0), mode="trilinear"), x(1, 1, 2, 3, 2))
function("interpolate, nearest, smaller", lambda a: F.interpolate(a, scale_factor=0.5, mode="nearest"), x(1, 2, 5, 4))
function("unfold with holes", lambda a: F.unfold(a, 2, dilation=2), x(1, 2, 5, 5))
for equation, shapes in {
    "...i,...i->...": [(2, 3, 4), (2, 3, 4)],
    "bii->bi": [(2, 3, 3)],
    "bij,bij->b": [(2, 3, 4), (2, 3, 4)],
    "i...->...i": [(2, 3, 4)],
    "abc,cd,de->abe": [(2, 2, 3), (3, 2), (2, 4)],
    "bnhd,bmhd->bhnm": [(1, 2, 2, 3), (1, 3, 2, 3)],
    "ij,j": [(3, 4), (4,)],
}.items():
    function(f"einsum {equation}", lambda *parts, e=equation: torch.einsum(e, *parts), *[x(*s) for s in shapes])
function("fake_quantize", lambda a: torch.fake_quantize_per_tensor_affine(a, 0.05, 3, -16, 15), x(3, 4))
