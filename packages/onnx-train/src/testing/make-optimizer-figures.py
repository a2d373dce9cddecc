"""Weights that PyTorch's optimizers give over 50 steps: the oracle of optimizers.test.ts.

Needs PyTorch alone (Debian: apt-get install --no-install-recommends python3-torch), 1.13 or later:

    /usr/bin/python3 packages/onnx-train/src/testing/make-optimizer-figures.py \
        > packages/onnx-train/src/testing/optimizer-figures.json

The model is y = tanh(x·w1 + b)·w2, the loss the mean square. float64, so that what differs is our own rounding.
"""

import json
import torch

STEPS = 50
RUNS = [
    ({"kind": "sgd"}, 0.1, lambda p: torch.optim.SGD(p, 0.1)),
    ({"kind": "sgd", "weightDecay": 0.01}, 0.1, lambda p: torch.optim.SGD(p, 0.1, weight_decay=0.01)),
    ({"kind": "sgd", "momentum": 0.9}, 0.02, lambda p: torch.optim.SGD(p, 0.02, momentum=0.9)),
    (
        {"kind": "sgd", "momentum": 0.9, "nesterov": True, "weightDecay": 0.01},
        0.02,
        lambda p: torch.optim.SGD(p, 0.02, momentum=0.9, nesterov=True, weight_decay=0.01),
    ),
    ({"kind": "adam"}, 0.01, lambda p: torch.optim.Adam(p, 0.01)),
    (
        {"kind": "adam", "beta1": 0.8, "beta2": 0.9, "epsilon": 1e-3, "weightDecay": 0.1},
        0.01,
        lambda p: torch.optim.Adam(p, 0.01, betas=(0.8, 0.9), eps=1e-3, weight_decay=0.1),
    ),
    (
        {"kind": "adam", "beta1": 0.9, "beta2": 0.99999},
        0.01,
        lambda p: torch.optim.Adam(p, 0.01, betas=(0.9, 0.99999)),
    ),
    ({"kind": "adam", "beta1": 0, "beta2": 0.99}, 0.01, lambda p: torch.optim.Adam(p, 0.01, betas=(0.0, 0.99))),
    ({"kind": "adamw"}, 0.01, lambda p: torch.optim.AdamW(p, 0.01)),
    (
        {"kind": "adamw", "beta2": 0.99999, "weightDecay": 0.2},
        0.01,
        lambda p: torch.optim.AdamW(p, 0.01, betas=(0.9, 0.99999), weight_decay=0.2),
    ),
    ({"kind": "rmsprop"}, 0.002, lambda p: torch.optim.RMSprop(p, 0.002)),
    (
        {"kind": "rmsprop", "decay": 0.9, "epsilon": 1e-3, "weightDecay": 0.05},
        0.005,
        lambda p: torch.optim.RMSprop(p, 0.005, alpha=0.9, eps=1e-3, weight_decay=0.05),
    ),
    (
        {"kind": "rmsprop", "momentum": 0.9, "decay": 0.95, "epsilon": 1e-3},
        0.001,
        lambda p: torch.optim.RMSprop(p, 0.001, alpha=0.95, eps=1e-3, momentum=0.9),
    ),
    (
        {"kind": "rmsprop", "momentum": 0.5, "decay": 0.95, "epsilon": 1e-2, "centered": True},
        0.002,
        lambda p: torch.optim.RMSprop(p, 0.002, alpha=0.95, eps=1e-2, momentum=0.5, centered=True),
    ),
    ({"kind": "adagrad"}, 0.05, lambda p: torch.optim.Adagrad(p, 0.05)),
    (
        {"kind": "adagrad", "learningRateDecay": 0.1, "initial": 0.1, "epsilon": 1e-3, "weightDecay": 0.05},
        0.1,
        lambda p: torch.optim.Adagrad(
            p, 0.1, lr_decay=0.1, initial_accumulator_value=0.1, eps=1e-3, weight_decay=0.05
        ),
    ),
    (
        {"kind": "adamw", "weightDecay": 0.2},
        0.01,
        lambda p: torch.optim.AdamW(
            [{"params": [p[0]]}, {"params": [p[1]], "weight_decay": 0.0}, {"params": [p[2]], "lr": 0.001, "weight_decay": 0.5}],
            0.01,
            weight_decay=0.2,
        ),
        ["noDecay", {"select": "w2", "weightDecay": 0.5, "learningRateFactor": 0.1}],
    ),
]

torch.manual_seed(11)
# Given as float32, which the steps take them in.
x, y, w1, b, w2 = (
    (0.5 * torch.randn(*shape)).double() for shape in [(8, 4), (8, 2), (4, 3), (3,), (3, 2)]
)


def run(make):
    start = {"w1": w1.clone(), "b": b.clone(), "w2": w2.clone()}
    weights = {name: torch.nn.Parameter(value) for name, value in start.items()}
    optimizer = make(list(weights.values()))
    after = {}
    for step in range(1, STEPS + 1):
        optimizer.zero_grad()
        predicted = torch.tanh(x @ weights["w1"] + weights["b"]) @ weights["w2"]
        torch.nn.functional.mse_loss(predicted, y).backward()
        optimizer.step()
        if step in (1, STEPS):
            after[str(step)] = {
                name: [round(v, 9) for v in weight.detach().flatten().tolist()] for name, weight in weights.items()
            }
    return after


tensor = lambda t: {"shape": list(t.shape), "data": t.flatten().tolist()}
print(
    json.dumps(
        {
            "made": f"make-optimizer-figures.py, torch {torch.__version__}",
            "x": tensor(x),
            "y": tensor(y),
            "weights": {"w1": tensor(w1), "b": tensor(b), "w2": tensor(w2)},
            "runs": [
                {
                    "optimizer": settings,
                    **({"parameterGroups": groups[0]} if groups else {}),
                    "learningRate": rate,
                    "after": run(make),
                }
                for settings, rate, make, *groups in RUNS
            ],
        }
    )
)
