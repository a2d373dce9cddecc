"""Losses and their gradients by the predictions, as PyTorch gives them: the oracle of losses.test.ts.

Needs PyTorch alone, 1.13 or later:

    python3 packages/onnx-train/src/testing/make-loss-figures.py > packages/onnx-train/src/testing/loss-figures.json

float64, so that what differs is our own rounding.
"""

import json
import torch
import torch.nn.functional as F

torch.manual_seed(7)
flat = torch.randn(6, 4).double().float().double() * 2
deep = torch.randn(2, 3, 4).double().float().double() * 2
classes = [0.5, 2.0, 1.25, 0.25]
weights = torch.tensor(classes).double()
labels = torch.tensor([0, 3, 1, 1, 2, 3])
some = torch.tensor([0, -100, 1, 1, -100, 3])
places = torch.tensor([[0, 2, 1, 2], [2, 2, 0, 1]])
hot = F.one_hot(labels, 4).double()
soft = torch.softmax(torch.randn(6, 4).double(), 1).float().double()
samples = torch.tensor([1.0, 0.5, 0.0, 2.0, 3.0, 0.25]).double()
values = torch.randn(6, 4).double().float().double()
yes = (torch.rand(6, 4) > 0.5).double()


def by_sample(terms, weights):
    """The mean of what is 1 or 2 in rank over its elements, weighted by the first axis."""
    wide = weights.reshape(-1, *[1] * (terms.dim() - 1)).expand_as(terms)
    return (terms * wide).sum() / wide.sum()


CE = {"kind": "crossEntropy", "targets": "indices"}
CASES = [
    ({**CE, "classWeights": classes}, flat, labels, None, lambda p: F.cross_entropy(p, labels, weights)),
    ({**CE, "ignoreIndex": -100}, flat, some, None, lambda p: F.cross_entropy(p, some)),
    ({**CE, "ignoreIndex": 3}, flat, labels, None, lambda p: F.cross_entropy(p, labels, ignore_index=3)),
    (
        {**CE, "labelSmoothing": 0.1, "classWeights": classes, "ignoreIndex": -100},
        flat,
        some,
        None,
        lambda p: F.cross_entropy(p, some, weights, label_smoothing=0.1),
    ),
    (
        {**CE, "axis": 1, "labelSmoothing": 0.2, "ignoreIndex": 1},
        deep,
        places,
        None,
        lambda p: F.cross_entropy(p, places, ignore_index=1, label_smoothing=0.2),
    ),
    (
        {**CE, "axis": 1, "classWeights": classes[:3]},
        deep,
        places,
        None,
        lambda p: F.cross_entropy(p, places, weights[:3]),
    ),
    (
        {"kind": "crossEntropy", "classWeights": classes, "labelSmoothing": 0.1},
        flat,
        hot,
        None,
        lambda p: F.cross_entropy(p, labels, weights, label_smoothing=0.1),
    ),
    (
        {"kind": "crossEntropy", "labelSmoothing": 0.3},
        flat,
        soft,
        None,
        lambda p: F.cross_entropy(p, soft, label_smoothing=0.3),
    ),
    (
        {"kind": "crossEntropy", "classWeights": classes},
        flat,
        soft,
        None,
        lambda p: F.cross_entropy(p, soft, weights, reduction="sum") / (soft * weights).sum(),
    ),
    (
        {**CE, "sampleWeights": True, "classWeights": classes},
        flat,
        labels,
        samples,
        lambda p: (F.cross_entropy(p, labels, weights, reduction="none") * samples).sum()
        / (weights[labels] * samples).sum(),
    ),
    (
        {**CE, "axis": 1, "sampleWeights": True, "ignoreIndex": 0},
        deep,
        places,
        samples[:2],
        lambda p: (F.cross_entropy(p, places, ignore_index=0, reduction="none") * samples[:2, None]).sum()
        / ((places != 0) * samples[:2, None]).sum(),
    ),
    ({"kind": "mse", "sampleWeights": True}, flat, values, samples, lambda p: by_sample((p - values) ** 2, samples)),
    ({"kind": "mae", "sampleWeights": True}, flat, values, samples, lambda p: by_sample((p - values).abs(), samples)),
    (
        {"kind": "huber", "delta": 0.7, "sampleWeights": True},
        flat,
        values,
        samples,
        lambda p: by_sample(F.huber_loss(p, values, delta=0.7, reduction="none"), samples),
    ),
    (
        {"kind": "binaryCrossEntropy", "positiveWeight": classes},
        flat,
        yes,
        None,
        lambda p: F.binary_cross_entropy_with_logits(p, yes, pos_weight=weights),
    ),
    (
        {"kind": "binaryCrossEntropy", "positiveWeight": 3, "labelSmoothing": 0.2, "sampleWeights": True},
        flat,
        yes,
        samples,
        lambda p: by_sample(
            F.binary_cross_entropy_with_logits(
                p, yes * 0.8 + 0.1, pos_weight=torch.tensor([3.0]).double(), reduction="none"
            ),
            samples,
        ),
    ),
    (
        {"kind": "distillation", "temperature": 4},
        flat,
        values,
        None,
        lambda p: F.kl_div(F.log_softmax(p / 4, 1), F.softmax(values / 4, 1), reduction="batchmean") * 16,
    ),
    (
        {"kind": "distillation", "axis": 1, "sampleWeights": True},
        deep,
        deep.flip(1),
        samples[:2],
        lambda p: by_sample(
            F.kl_div(F.log_softmax(p, 1), F.softmax(deep.flip(1), 1), reduction="none").sum(1), samples[:2]
        ),
    ),
]


def figure(loss, prediction, target, samples, compute):
    p = prediction.clone().requires_grad_()
    value = compute(p)
    value.backward()
    return {
        "loss": loss,
        "prediction": "flat" if prediction is flat else "deep",
        "target": tensor(target),
        **({} if samples is None else {"samples": tensor(samples)}),
        "value": round(value.item(), 9),
        "gradient": [round(v, 9) for v in p.grad.flatten().tolist()],
    }


def tensor(t):
    kind = {} if t.is_floating_point() else {"type": "int64"}
    return {**kind, "shape": list(t.shape), "data": [round(v, 9) for v in t.flatten().tolist()]}


print(
    json.dumps(
        {
            "made": f"make-loss-figures.py, torch {torch.__version__}",
            "flat": tensor(flat),
            "deep": tensor(deep),
            "cases": [figure(*case) for case in CASES],
        }
    )
)
