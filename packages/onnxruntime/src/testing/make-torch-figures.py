"""Models that PyTorch exports, and the losses of training them there for 100 steps: the oracle of
trainer/same-as-torch.test.ts.

    python3 -m venv torch && torch/bin/pip install torch onnx onnxscript
    torch/bin/python packages/onnxruntime/src/testing/make-torch-figures.py

Writes fixtures/<name>.onnx and fixtures/torch-figures.json beside this file. Everything is float64 but the exported
file, so that what differs is the rounding of float32 alone. How far rounding may take a run is measured, not chosen:
PyTorch trains the same model in float32 as well, with the rows of each batch in several orders, which is the same
sum rounded otherwise; `drift` is the farthest that any of those runs has been from the exact one up to each step.
"""

import copy
import json
import math
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import nn
import torch.nn.functional as F

torch.set_num_threads(1)
torch.backends.nnpack.set_flags(False)

STEPS = 100
BATCHES = 5
ORDERS = 6
TOLD = ("name", "file", "x", "tokens", "loss", "targets", "optimizer", "learningRate", "clip", "sparsities")
FOLDER = Path(__file__).parent / "fixtures"


def numbers(count, seed, scale=1.0):
    """The generator of models.ts, to the bit."""
    state = (seed * 2654435761) & 0xFFFFFFFF
    values = []
    for _ in range(count):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        values.append((state / 2**31 - 1) * scale)
    return np.array(values, dtype=np.float32)


class Perceptron(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second, self.last = nn.Linear(10, 24), nn.Linear(24, 16), nn.Linear(16, 4)

    def forward(self, x):
        return self.last(torch.tanh(self.second(F.silu(self.first(x)))))


class Convolutional(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(2, 6, 3, padding=1, bias=False),
            nn.BatchNorm2d(6),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(6, 8, 3, stride=2, padding=1),
            nn.BatchNorm2d(8),
            nn.LeakyReLU(0.1),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(8, 4),
        )

    def forward(self, x):
        return self.layers(x)


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(5, 8, num_layers=2, batch_first=True)
        self.last = nn.Linear(8, 3)

    def forward(self, x):
        return self.last(self.lstm(x)[0][:, -1])


class Transformer(nn.Module):
    """Tokens in, a guess at each position: embedding, positions, one block, a head."""

    def __init__(self, heads=2, activation="gelu", tokens=12, length=6, width=16, classes=5):
        super().__init__()
        self.embedding = nn.Embedding(tokens, width)
        self.positions = nn.Parameter(0.1 * torch.randn(length, width))
        self.block = nn.TransformerEncoderLayer(width, heads, 32, 0.0, activation, batch_first=True)
        self.head = nn.Linear(width, classes)

    def forward(self, x):
        return self.head(self.block(self.embedding(x) + self.positions))


class Residual(nn.Module):
    def __init__(self, inside, outside, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inside, outside, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outside)
        self.conv2 = nn.Conv2d(outside, outside, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outside)
        self.downsample = None
        if stride != 1 or inside != outside:
            self.downsample = nn.Sequential(
                nn.Conv2d(inside, outside, 1, stride, bias=False), nn.BatchNorm2d(outside)
            )

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet18(nn.Module):
    """The eighteen layers of ResNet-18, narrow, for pictures of 8 x 8."""

    def __init__(self, widths=(4, 4, 8, 16)):
        super().__init__()
        self.conv1 = nn.Conv2d(3, widths[0], 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(widths[0])
        layers, inside = [], widths[0]
        for stage, width in enumerate(widths):
            for block in range(2):
                layers.append(Residual(inside, width, 2 if stage > 0 and block == 0 else 1))
                inside = width
        self.layers = nn.Sequential(*layers)
        self.fc = nn.Linear(inside, 4)

    def forward(self, x):
        y = self.layers(F.relu(self.bn1(self.conv1(x))))
        return self.fc(y.mean((2, 3)))


def classes_of(count, of, seed):
    return [math.floor(abs(v) * of) % of for v in numbers(count, seed).astype(np.float64)]


# What the test is told of each model: the shapes of a batch, the loss, the optimizer; and the same for PyTorch.
RUNS = [
    {
        "name": "perceptron",
        "model": Perceptron,
        "x": [16, 10],
        "loss": {"kind": "crossEntropy", "targets": "indices"},
        "targets": {"shape": [16], "classes": 4},
        "optimizer": {"kind": "adam"},
        "learningRate": 0.01,
        "make": lambda p: torch.optim.Adam(p, 0.01),
    },
    {
        "name": "perceptron, pruned on the way",
        "file": "perceptron",
        "model": Perceptron,
        "x": [16, 10],
        "loss": {"kind": "crossEntropy", "targets": "indices"},
        "targets": {"shape": [16], "classes": 4},
        "optimizer": {"kind": "adamw"},
        "learningRate": 0.01,
        "make": lambda p: torch.optim.AdamW(p, 0.01),
        # Before the step of that number: this fraction of all elements of kernels, by magnitude.
        "sparsities": {"20": 0.25, "50": 0.5, "80": 0.75},
    },
    {
        "name": "convolutional",
        "model": Convolutional,
        "x": [8, 2, 10, 10],
        "loss": {"kind": "crossEntropy", "targets": "indices"},
        "targets": {"shape": [8], "classes": 4},
        "optimizer": {"kind": "sgd", "momentum": 0.9, "nesterov": True, "weightDecay": 0.001},
        "learningRate": 0.02,
        "make": lambda p: torch.optim.SGD(p, 0.02, momentum=0.9, nesterov=True, weight_decay=0.001),
    },
    {
        "name": "recurrent",
        "model": Recurrent,
        "x": [8, 7, 5],
        "loss": {"kind": "mse"},
        "targets": {"shape": [8, 3]},
        "optimizer": {"kind": "rmsprop", "momentum": 0.5},
        "learningRate": 0.002,
        "clip": {"norm": 0.5},
        "make": lambda p: torch.optim.RMSprop(p, 0.002, momentum=0.5),
    },
    {
        "name": "transformer",
        "model": Transformer,
        "x": [8, 6],
        "tokens": 12,
        "loss": {"kind": "crossEntropy", "targets": "indices"},
        "targets": {"shape": [8, 6], "classes": 5},
        "optimizer": {"kind": "adamw", "weightDecay": 0.05},
        "learningRate": 0.005,
        "clip": {"norm": 1},
        "make": lambda p: torch.optim.AdamW(p, 0.005, weight_decay=0.05),
    },
    {
        "name": "transformer in float16",
        "file": "transformer-float16",
        # Relu, and one head of 16: the exporter writes the root of 2 in Gelu as a constant in float16, which PyTorch does
        # not round, and a step rightly computes with what the file says.
        "model": lambda: Transformer(1, "relu"),
        "half": True,
        "x": [8, 6],
        "tokens": 12,
        "loss": {"kind": "crossEntropy", "targets": "indices"},
        "targets": {"shape": [8, 6], "classes": 5},
        "optimizer": {"kind": "adam"},
        "learningRate": 0.005,
        "make": lambda p: torch.optim.Adam(p, 0.005),
    },
    {
        "name": "resnet18",
        "model": ResNet18,
        # Relu has a kink, and an element that comes as close to it as float32 rounds makes two runs part for good. From
        # this start on none does.
        "seed": 12,
        "x": [12, 3, 8, 8],
        "loss": {"kind": "crossEntropy", "targets": "indices"},
        "targets": {"shape": [12], "classes": 4},
        "optimizer": {"kind": "sgd", "momentum": 0.9},
        "learningRate": 0.0005,
        "make": lambda p: torch.optim.SGD(p, 0.0005, momentum=0.9),
    },
]


def batches_of(run):
    batches = []
    for batch in range(BATCHES):
        count = math.prod(run["x"])
        if "tokens" in run:
            x = torch.tensor(classes_of(count, run["tokens"], 50 + batch)).reshape(run["x"])
        else:
            x = torch.from_numpy(numbers(count, 50 + batch)).reshape(run["x"])
        wanted = run["targets"]
        size = math.prod(wanted["shape"])
        if "classes" in wanted:
            y = torch.tensor(classes_of(size, wanted["classes"], 80 + batch)).reshape(wanted["shape"])
        else:
            y = torch.from_numpy(numbers(size, 80 + batch, 0.5)).reshape(wanted["shape"])
        batches.append((x, y))
    return batches


def count_elements(layer, inputs, output):
    layer.count = output.numel() // output.shape[1]


def train(run, start, dtype, order):
    """Losses of each step, and the model afterwards. `order` moves the rows of the batches."""
    model = copy.deepcopy(start).to(dtype).train()
    optimizer = run["make"](list(model.parameters()))
    for layer in model.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.register_forward_hook(count_elements)
    losses = []
    masks = {}
    shuffle = torch.randperm(run["x"][0], generator=torch.Generator().manual_seed(order))
    for step in range(STEPS):
        if str(step) in run.get("sparsities", {}):
            raise_sparsity(model, optimizer, masks, run["sparsities"][str(step)])
        x, y = batches_of.cache[step % BATCHES]
        if order > 0:
            x, y = x[shuffle], y[shuffle]
        if x.is_floating_point():
            x = x.to(dtype)
        predicted = model(x)
        if run["loss"]["kind"] == "mse":
            loss = F.mse_loss(predicted, y.to(dtype))
        else:
            loss = F.cross_entropy(predicted.flatten(0, -2), y.flatten())
        optimizer.zero_grad()
        loss.backward()
        if "clip" in run:
            # Without the 1e-6 that clip_grad_norm_ adds to the norm.
            norm = torch.sqrt(sum((p.grad**2).sum() for p in model.parameters()))
            for p in model.parameters():
                p.grad *= min(1, run["clip"]["norm"] / norm.item())
        for weight, mask in masks.items():
            weight.grad *= mask
        optimizer.step()
        losses.append(loss.item())
    return losses, model


def raise_sparsity(model, optimizer, masks, sparsity):
    """Drops the smallest elements of all kernels together, from the weights and from what the optimizer remembers."""
    kernels = [p for p in model.parameters() if p.dim() > 1]
    every = torch.cat([p.detach().abs().flatten() for p in kernels]).sort().values
    count = round(sparsity * len(every))
    cut, following = every[count - 1].item(), every[count].item()
    # Far enough apart that rounding cannot change who is dropped.
    assert following - cut > 1e-5, (cut, following)
    for kernel in kernels:
        masks[kernel] = (kernel.detach().abs() > (cut + following) / 2).to(kernel.dtype)
        for value in [kernel.data, *(s for s in optimizer.state[kernel].values() if s.dim() > 0)]:
            value *= masks[kernel]


def of_population(name, value, model):
    """
    What ONNX makes of a running variance: of the population, where PyTorch's is of a sample. Both begin with 1.
    """
    if "running_var" not in name:
        return value
    left = 0.9**STEPS
    count = model.get_submodule(name.rsplit(".", 1)[0]).count
    return (value - left) * (count - 1) / count + left


def sample_of(values):
    """Four elements of a tensor or fewer, spread."""
    flat = values.detach().double().flatten()
    return flat[:: max(1, math.ceil(len(flat) / 4))]


figures = []
FOLDER.mkdir(exist_ok=True)
for run in RUNS:
    torch.manual_seed(run.get("seed", 3))
    start = run["model"]().train()
    if run.get("half"):
        # Exported in float16; trained from there on masters that hold the rest.
        start = start.half()
    batches_of.cache = batches_of(run)
    path = FOLDER / f"{run.get('file', run['name'])}.onnx"
    if "sparsities" not in run:
        torch.onnx.export(
            copy.deepcopy(start),
            (batches_of.cache[0][0],),
            str(path),
            input_names=["x"],
            output_names=["y"],
            opset_version=17,
            training=torch.onnx.TrainingMode.TRAINING,
            do_constant_folding=False,
            dynamo=False,
        )
        # Tracing has run the model once, and moved its statistics.
        exported = onnx.load(path)
        for tensor in exported.graph.initializer:
            tensor.CopyFrom(onnx.numpy_helper.from_array(start.state_dict()[tensor.name].numpy(), tensor.name))
        onnx.save(exported, path)
    losses, trained = train(run, start, torch.float64, 0)
    others = [train(run, start, torch.float32, order) for order in range(ORDERS)]
    far = [max(abs(other[0][step] - losses[step]) for other in others) for step in range(STEPS)]
    drift = [max(far[: step + 1]) for step in range(STEPS)]
    weights = []
    for name, value in trained.state_dict().items():
        if "num_batches" in name:
            continue
        value = of_population(name, value, trained)
        runs = [sample_of(of_population(name, other[1].state_dict()[name], trained) - value) for other in others]
        weights.append(
            {
                "name": name,
                "sample": [round(v, 9) for v in sample_of(value).tolist()],
                "drift": [float(f"{far:.3g}") for far in torch.stack(runs).abs().amax(0).tolist()],
            }
        )
    print(run["name"], losses[0], losses[-1], "drift", drift[0], drift[-1], file=sys.stderr)
    print("  weights", max(w["drift"] for w in weights), file=sys.stderr)
    figures.append(
        {key: run[key] for key in TOLD if key in run}
        | {
            "losses": [round(v, 9) for v in losses],
            "drift": [float(f"{v:.3g}") for v in drift],
            "weights": weights,
        }
    )

(FOLDER / "torch-figures.json").write_text(
    json.dumps({"made": f"make-torch-figures.py, torch {torch.__version__}", "batches": BATCHES, "runs": figures}) + "\n"
)
