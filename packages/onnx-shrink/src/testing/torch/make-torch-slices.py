"""Networks whose channels PyTorch itself removes, by indexing its parameters, for torch-slices.test.ts.

    python3 make-torch-slices.py > torch-slices.json

Needs PyTorch (1.13 was used). Every case holds the network as torch exports it, which of its channels stay (by how many
there are: no two groups of a network have as many), an input, and what the sliced network gives for it.
"""

import base64
import io
import json

import torch
from torch import nn

torch.manual_seed(20261129)


def encode(data):
    return base64.b64encode(data).decode()


def numbers(tensor):
    return encode(tensor.detach().contiguous().numpy().astype("<f4").tobytes())


def exported(module, x):
    file = io.BytesIO()
    torch.onnx.export(module, x, file, opset_version=13, input_names=["x"], output_names=["y"])
    return encode(file.getvalue())


def keep(count, stay):
    return sorted(torch.randperm(count)[:stay].tolist())


def case(name, dense, sliced, x, kept):
    dense.eval()
    sliced.eval()
    return {
        "name": name,
        "model": exported(dense, x),
        "kept": {str(count): own for count, own in kept.items()},
        "x": {"shape": list(x.shape), "data": numbers(x)},
        "y": {"shape": list(sliced(x).shape), "data": numbers(sliced(x))},
    }


def fill(norm):
    """Statistics that a trained network would have."""
    with torch.no_grad():
        norm.running_mean.normal_()
        norm.running_var.uniform_(0.5, 2)
        norm.weight.uniform_(0.5, 1.5)
        norm.bias.normal_()


class Residual(nn.Module):
    """A stem, a bottleneck with a convolution by channel and squeeze-and-excite, added to the stem, and a classifier."""

    def __init__(self, stem, wide, squeezed):
        super().__init__()
        self.stem = nn.Conv2d(3, stem, 3, padding=1)
        self.norm0 = nn.BatchNorm2d(stem)
        self.expand = nn.Conv2d(stem, wide, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(wide)
        self.depth = nn.Conv2d(wide, wide, 3, padding=1, groups=wide, bias=False)
        self.norm2 = nn.BatchNorm2d(wide)
        self.squeeze = nn.Conv2d(wide, squeezed, 1)
        self.excite = nn.Conv2d(squeezed, wide, 1)
        self.project = nn.Conv2d(wide, stem, 1)
        self.norm3 = nn.BatchNorm2d(stem)
        self.head = nn.Linear(stem * 4, 5)
        for norm in (self.norm0, self.norm1, self.norm2, self.norm3):
            fill(norm)

    def forward(self, x):
        x = torch.relu(self.norm0(self.stem(x)))
        y = nn.functional.hardswish(self.norm1(self.expand(x)))
        y = torch.relu(self.norm2(self.depth(y)))
        gate = torch.sigmoid(self.excite(torch.relu(self.squeeze(y.mean((2, 3), keepdim=True)))))
        x = x + self.norm3(self.project(y * gate))
        x = nn.functional.adaptive_avg_pool2d(x, 2)
        return self.head(torch.flatten(x, 1))


def residual():
    dense = Residual(12, 20, 8)
    stem, wide, squeezed = keep(12, 7), keep(20, 9), keep(8, 3)
    sliced = Residual(7, 9, 3)
    with torch.no_grad():
        for ours, theirs, rows, columns in (
            (sliced.stem, dense.stem, stem, None),
            (sliced.expand, dense.expand, wide, stem),
            (sliced.depth, dense.depth, wide, None),
            (sliced.squeeze, dense.squeeze, squeezed, wide),
            (sliced.excite, dense.excite, wide, squeezed),
            (sliced.project, dense.project, stem, wide),
        ):
            weight = theirs.weight[rows]
            ours.weight.copy_(weight if columns is None else weight[:, columns])
            if theirs.bias is not None:
                ours.bias.copy_(theirs.bias[rows])
        for i, rows in enumerate((stem, wide, wide, stem)):
            ours, theirs = getattr(sliced, f"norm{i}"), getattr(dense, f"norm{i}")
            for part in ("weight", "bias", "running_mean", "running_var"):
                getattr(ours, part).copy_(getattr(theirs, part)[rows])
        # Four places of each channel, one behind the other.
        sliced.head.weight.copy_(dense.head.weight.view(5, 12, 4)[:, stem].reshape(5, -1))
        sliced.head.bias.copy_(dense.head.bias)
    return case("residual network", dense, sliced, torch.randn(2, 3, 8, 8), {12: stem, 20: wide, 8: squeezed})


class Recurrent(nn.Module):
    def __init__(self, kind, hidden, inner):
        super().__init__()
        self.first = kind(6, hidden, batch_first=False, bidirectional=True)
        self.second = kind(2 * hidden, inner, batch_first=False)
        self.head = nn.Linear(inner, 3)

    def forward(self, x):
        return self.head(self.second(self.first(x)[0])[0])


def recurrent(kind, gates):
    dense, sliced = Recurrent(kind, 10, 7), Recurrent(kind, 4, 5)
    hidden, inner = keep(10, 4), keep(7, 5)

    def rows(own, count):
        return [gate * count + unit for gate in range(gates) for unit in own]

    both = hidden + [10 + unit for unit in hidden]
    with torch.no_grad():
        for suffix in ("", "_reverse"):
            for part, columns in (("weight_ih", None), ("weight_hh", hidden), ("bias_ih", None), ("bias_hh", None)):
                taken = getattr(dense.first, f"{part}_l0{suffix}")[rows(hidden, 10)]
                getattr(sliced.first, f"{part}_l0{suffix}").copy_(taken if columns is None else taken[:, columns])
        for part, columns in (("weight_ih", both), ("weight_hh", inner), ("bias_ih", None), ("bias_hh", None)):
            taken = getattr(dense.second, f"{part}_l0")[rows(inner, 7)]
            getattr(sliced.second, f"{part}_l0").copy_(taken if columns is None else taken[:, columns])
        sliced.head.weight.copy_(dense.head.weight[:, inner])
        sliced.head.bias.copy_(dense.head.bias)
    return case(f"{kind.__name__}, both directions", dense, sliced, torch.randn(5, 2, 6), {10: hidden, 7: inner})


class Attention(nn.Module):
    """Pre-norm attention with fused projections, and a feed-forward layer."""

    def __init__(self, width, heads, inside, wide):
        super().__init__()
        self.heads, self.inside = heads, inside
        self.norm = nn.LayerNorm(width)
        self.fused = nn.Linear(width, 3 * heads * inside)
        self.out = nn.Linear(heads * inside, width)
        self.up = nn.Linear(width, wide)
        self.down = nn.Linear(wide, width)

    def forward(self, x):
        batch, time, _ = x.shape
        fused = self.fused(self.norm(x)).reshape(batch, time, 3, self.heads, self.inside)
        query, key, value = fused.permute(2, 0, 3, 1, 4).unbind(0)
        weights = torch.softmax(query @ key.transpose(-2, -1) * 4**-0.5, -1)
        x = x + self.out((weights @ value).transpose(1, 2).reshape(batch, time, -1))
        return x + self.down(nn.functional.gelu(self.up(x)))


def attention():
    dense, sliced = Attention(9, 6, 4, 16), Attention(9, 2, 4, 11)
    heads, wide = keep(6, 2), keep(16, 11)
    within = [head * 4 + i for head in heads for i in range(4)]
    fused = [part * 24 + i for part in range(3) for i in within]
    with torch.no_grad():
        sliced.norm.load_state_dict(dense.norm.state_dict())
        sliced.fused.weight.copy_(dense.fused.weight[fused])
        sliced.fused.bias.copy_(dense.fused.bias[fused])
        sliced.out.weight.copy_(dense.out.weight[:, within])
        sliced.out.bias.copy_(dense.out.bias)
        sliced.up.weight.copy_(dense.up.weight[wide])
        sliced.up.bias.copy_(dense.up.bias[wide])
        sliced.down.weight.copy_(dense.down.weight[:, wide])
        sliced.down.bias.copy_(dense.down.bias)
    return case("attention", dense, sliced, torch.randn(2, 5, 9), {6: heads, 16: wide})


with torch.no_grad():
    cases = [residual(), recurrent(nn.LSTM, 4), recurrent(nn.GRU, 3), attention()]
print(json.dumps({"torch": torch.__version__, "cases": cases}))
