"""Losses, and functions of torch."""

import torch
import torch.nn.functional as F
from torch import nn

from cases import function, module, positive, truth, unit, whole, x

# Losses
classes = (x(4, 5), whole(5, 4))
for name, inputs in {
    "L1Loss": (x(3, 4), x(3, 4)),
    "MSELoss": (x(3, 4), x(3, 4)),
    "SmoothL1Loss": (x(3, 4), x(3, 4)),
    "HuberLoss": (x(3, 4), x(3, 4)),
    "BCELoss": (unit(3, 4), unit(3, 4)),
    "BCEWithLogitsLoss": (x(3, 4), unit(3, 4)),
    "KLDivLoss": (x(3, 4), unit(3, 4)),
    "PoissonNLLLoss": (x(3, 4), positive(3, 4)),
    "SoftMarginLoss": (x(3, 4), ("sign", (3, 4))),
    "CrossEntropyLoss": classes,
    "NLLLoss": classes,
    "MultiMarginLoss": classes,
    "MultiLabelSoftMarginLoss": (x(3, 4), unit(3, 4)),
    "HingeEmbeddingLoss": (x(3, 4), x(3, 4)),
    "GaussianNLLLoss": (x(3, 4), x(3, 4), positive(3, 4)),
    "CosineEmbeddingLoss": (x(3, 4), x(3, 4), ("sign", (3,))),
    "MarginRankingLoss": (x(3), x(3), ("sign", (3,))),
    "TripletMarginLoss": (x(3, 4), x(3, 4), x(3, 4)),
    "TripletMarginWithDistanceLoss": (x(3, 4), x(3, 4), x(3, 4)),
}.items():
    module(name, lambda name=name: getattr(nn, name)(), *inputs)
module("CrossEntropyLoss, weights", lambda: nn.CrossEntropyLoss(torch.tensor([0.2, 1.0, 0.5, 2.0, 1.5])), *classes)
module("CrossEntropyLoss, smoothing", lambda: nn.CrossEntropyLoss(label_smoothing=0.1), *classes)
module("CrossEntropyLoss, ignored", lambda: nn.CrossEntropyLoss(ignore_index=2, reduction="sum"), *classes)
module("CrossEntropyLoss, probabilities", lambda: nn.CrossEntropyLoss(), x(4, 5), unit(4, 5))
module("CrossEntropyLoss, pictures", lambda: nn.CrossEntropyLoss(), x(2, 3, 4, 4), whole(3, 2, 4, 4))
module("NLLLoss, none", lambda: nn.NLLLoss(reduction="none"), *classes)
module("BCEWithLogitsLoss, weights", lambda: nn.BCEWithLogitsLoss(pos_weight=torch.tensor([1.5, 2.0, 0.5, 1.0])), x(3, 4), unit(3, 4))
module("CTCLoss", lambda: Connectionist(), x(6, 2, 4))


class Connectionist(nn.Module):
    def forward(self, logits):
        targets, lengths = torch.tensor([[1, 2], [3, 1]]), torch.tensor([2, 2])
        return F.ctc_loss(F.log_softmax(logits, -1), targets, torch.tensor([6, 6]), lengths)


module("CosineSimilarity", lambda: nn.CosineSimilarity(), x(3, 4), x(3, 4))
module("PairwiseDistance", lambda: nn.PairwiseDistance(), x(3, 4), x(3, 4))
function("cdist", lambda a, b: torch.cdist(a, b), x(3, 4), x(5, 4))

# Elementwise
for name in "abs sin cos tan sinh cosh tanh asinh atan exp expm1 erf sigmoid neg square relu floor round sign".split():
    function(f"torch.{name}", getattr(torch, name), x(3, 4))
for name in "log log2 log10 log1p sqrt rsqrt reciprocal lgamma digamma".split():
    function(f"torch.{name}", getattr(torch, name), positive(3, 4))
for name in "asin acos atanh erfinv logit".split():
    function(f"torch.{name}", getattr(torch, name), unit(3, 4))
function("torch.acosh", lambda a: torch.acosh(a + 1), positive(3, 4))
for name in "add sub mul maximum minimum atan2 logaddexp fmod remainder hypot".split():
    function(f"torch.{name}", getattr(torch, name), x(3, 4), x(3, 4))
function("torch.div", torch.div, x(3, 4), positive(3, 4))
function("torch.div, broadcast", torch.div, x(2, 3, 4), positive(3, 1))
function("torch.pow", torch.pow, positive(3, 4), x(3, 4))
function("pow of a number", lambda a: a**3 + a**2 + a**0.5 + 2**a, positive(3, 4))
function("torch.clamp", lambda a: a.clamp(-0.3, 0.6), x(3, 4))
function("clamp by tensors", lambda a, low, high: torch.clamp(a, low, high), x(3, 4), x(3, 4), positive(3, 4))
function("torch.where", lambda c, a, b: torch.where(c, a, b), truth(3, 4), x(3, 4), x(3, 4))
function("torch.lerp", torch.lerp, x(3, 4), x(3, 4), unit(3, 4))
function("torch.addcmul", lambda a, b, c: torch.addcmul(a, b, c, value=0.5), x(3, 4), x(3, 4), x(3, 4))
function("torch.addcdiv", lambda a, b, c: torch.addcdiv(a, b, c, value=0.5), x(3, 4), x(3, 4), positive(3, 4))
function("masked_fill", lambda a, c: a.masked_fill(c, -2.0), x(3, 4), truth(3, 4))
function("nan_to_num", torch.nan_to_num, x(3, 4))
function("threshold by comparison", lambda a, b: a * (a > b), x(3, 4), x(3, 4))

# Reductions
for name in "sum mean amax amin prod std var logsumexp norm".split():
    call = getattr(torch, name)
    function(f"torch.{name}, axis", lambda a, call=call: call(a, dim=1), x(3, 4, 2))
function("torch.sum", torch.sum, x(3, 4))
function("torch.mean, axes kept", lambda a: a.mean((0, 2), keepdim=True) * a, x(3, 4, 2))
function("torch.max", torch.max, x(3, 4))
function("torch.max, axis", lambda a: a.max(1)[0], x(3, 4))
function("torch.min, axis", lambda a: a.min(0)[0], x(3, 4))
function("torch.prod", torch.prod, x(3, 2))
function("torch.var, biased", lambda a: a.var(1, unbiased=False), x(3, 4))
function("torch.std, all", torch.std, x(3, 4))
function("vector_norm, 1", lambda a: torch.linalg.vector_norm(a, 1, dim=1), x(3, 4))
function("vector_norm, 3", lambda a: torch.linalg.vector_norm(a, 3, dim=1), x(3, 4))
function("torch.cumsum", lambda a: a.cumsum(1), x(3, 4))
function("torch.cumprod", lambda a: a.cumprod(1), x(3, 4))
function("torch.logcumsumexp", lambda a: a.logcumsumexp(1), x(3, 4))
function("topk", lambda a: a.topk(2, 1)[0], x(3, 5))
function("sort", lambda a: a.sort(1)[0], x(3, 5))
function("kthvalue", lambda a: a.kthvalue(2, 1)[0], x(3, 5))
function("median", lambda a: a.median(1)[0], x(3, 5))

# Products
function("torch.matmul", torch.matmul, x(2, 3, 4), x(4, 5))
function("torch.bmm", torch.bmm, x(2, 3, 4), x(2, 4, 5))
function("torch.addmm", torch.addmm, x(3, 5), x(3, 4), x(4, 5))
function("torch.baddbmm", torch.baddbmm, x(2, 3, 5), x(2, 3, 4), x(2, 4, 5))
function("torch.mv", torch.mv, x(3, 4), x(4))
function("torch.dot", torch.dot, x(4), x(4))
function("torch.outer", torch.outer, x(3), x(4))
function("torch.linalg.cross", torch.linalg.cross, x(2, 3), x(2, 3))
function("torch.tensordot", lambda a, b: torch.tensordot(a, b, 2), x(2, 3, 4), x(3, 4, 5))
for equation, shapes in {
    "bij,bjk->bik": [(2, 3, 4), (2, 4, 5)],
    "bhqd,bhkd->bhqk": [(1, 2, 3, 4), (1, 2, 5, 4)],
    "ij,ik->jk": [(3, 4), (3, 5)],
    "ij->ji": [(3, 4)],
    "ij->": [(3, 4)],
    "ii->i": [(4, 4)],
    "ii->": [(4, 4)],
    "i,j,k->ijk": [(2,), (3,), (4,)],
    "bi,ijk,bk->bj": [(2, 3), (3, 4, 5), (2, 5)],
    "...ij,jk->...ik": [(2, 3, 4), (4, 5)],
}.items():
    function(f"einsum {equation}", lambda *parts, e=equation: torch.einsum(e, *parts), *[x(*s) for s in shapes])
function("torch.linalg.det", torch.linalg.det, x(2, 3, 3))
function("torch.linalg.inv", torch.linalg.inv, x(2, 3, 3))

# Moving elements
function("reshape and transpose", lambda a: a.reshape(2, 6).t(), x(3, 4))
function("permute", lambda a: a.permute(2, 0, 1), x(2, 3, 4))
function("cat", lambda a, b: torch.cat([a, b], 1), x(2, 3), x(2, 2))
function("stack", lambda a, b: torch.stack([a, b], 1), x(2, 3), x(2, 3))
function("split", lambda a: a.split([1, 3], 1), x(2, 4))
function("chunk", lambda a: a.chunk(3, 1), x(2, 7))
function("unbind", lambda a: a.unbind(1), x(2, 3))
function("slices", lambda a: a[:, 1:4:2, -1], x(2, 5, 3))
function("flip", lambda a: a.flip(1), x(2, 5))
function("roll", lambda a: a.roll(2, 1), x(2, 5))
function("repeat", lambda a: a.repeat(2, 3), x(2, 3))
function("repeat_interleave", lambda a: a.repeat_interleave(2, 1), x(2, 3))
function("expand", lambda a: a.expand(4, 2, 3), x(2, 1))
function("tril", lambda a: a.tril(), x(4, 4))
function("triu", lambda a: a.triu(1), x(4, 4))
function("diagonal", lambda a: a.diagonal(), x(4, 4))
function("index_select", lambda a, i: a.index_select(1, i), x(3, 4), whole(4, 5))
function("gather", lambda a, i: a.gather(1, i), x(3, 4), whole(4, 3, 2))
function("take_along_dim", lambda a, i: torch.take_along_dim(a, i, 1), x(3, 4), whole(4, 3, 2))
function("indexing by tensors", lambda a, i, j: a[i, j], x(3, 4), whole(3, 5), whole(4, 5))
function("scatter", lambda a, i, s: a.scatter(1, i, s), x(3, 4), ("distinct", (3, 2), 4), x(3, 2))
function("scatter_add", lambda a, i, s: a.scatter_add(1, i, s), x(3, 4), whole(4, 3, 2), x(3, 2))
function("scatter_reduce, amax", lambda a, i, s: a.scatter_reduce(1, i, s, "amax"), x(3, 4), whole(4, 3, 2), x(3, 2))
function("index_add", lambda a, i, s: a.index_add(0, i, s), x(3, 4), whole(3, 5), x(5, 4))
function("index_copy", lambda a, i, s: a.index_copy(0, i, s), x(4, 3), ("distinct", (2,), 4), x(2, 3))
function("index_put", lambda a, i, s: a.index_put((i,), s), x(4, 3), ("distinct", (2,), 4), x(2, 3))
function("masked_scatter", lambda a, s: a.masked_scatter(torch.tensor([[True, False, True]]), s), x(1, 3), x(2))
function("masked_select", lambda a: a.masked_select(torch.tensor([[True, False, True]])), x(2, 3))
function("meshgrid", lambda a, b: torch.meshgrid(a, b, indexing="ij"), x(3), x(4))
function("movedim and squeeze", lambda a: a.unsqueeze(0).movedim(1, 2).squeeze(0), x(2, 3))
function("writing a slice", lambda a, b: writing(a, b), x(3, 4), x(3, 2))
function("bucketize", lambda a, w: w[torch.bucketize(a, torch.tensor([-0.5, 0.0, 0.5], dtype=a.dtype))], x(3, 4), parameters=[(4, 2)])
function("stft-like frames", lambda a: (a.unfold(1, 4, 2) * torch.hann_window(4, dtype=a.dtype)).square().sum(-1), x(2, 10))


def writing(a, b):
    copy = a.clone()
    copy[:, 1:3] = b * 2
    return copy
