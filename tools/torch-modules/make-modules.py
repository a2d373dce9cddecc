"""Exports what layers.py, functions.py and networks.py list by both of PyTorch's exporters, with autograd's gradients beside it.

    torch/bin/python tools/torch-modules/make-modules.py <folder> [part of a name]

Needs torch, onnx and onnxscript (`pip install torch onnx onnxscript`). For each module `<folder>/<number>.json` holds
its name, inputs, parameters, the shapes of its outputs, a random sum of the float ones and the gradients of that sum,
computed in float64; `<number>.dynamo.onnx` and `<number>.script.onnx` are what `torch.onnx.export` makes with
`dynamo=True` and with `dynamo=False`, or `.txt` with the reason where it makes none. What is there is not made again.
"""

import contextlib
import io
import json
import logging
import sys
import warnings
import zlib
from pathlib import Path

import torch

import layers  # noqa: F401, what it lists comes first
import functions  # noqa: F401
import networks  # noqa: F401
from cases import CASES

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
torch.set_num_threads(1)
torch.backends.nnpack.set_flags(False)


def numbers(count, seed):
    """What `the sum` weighs outputs by: the generator of onnx-node-tests/model-of-test.mjs."""
    state = (seed * 2654435761) & 0xFFFFFFFF
    values = []
    for _ in range(count):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        values.append(state / 2**31 - 1)
    return torch.tensor(values).double()


def draw(told):
    """An input, all of its elements different where they are floats."""
    kind, shape, *more = told
    uniform = torch.rand(shape)
    if kind == "any":
        return 2.4 * uniform - 1.2
    if kind == "positive":
        return 0.3 + 1.7 * uniform
    if kind == "unit":
        return 0.05 + 0.9 * uniform
    if kind == "whole":
        return torch.randint(0, more[0], shape)
    if kind == "distinct":
        order = torch.stack([torch.randperm(more[0]) for _ in range(max(1, uniform[..., 0].numel()))])
        return order[:, : shape[-1]].reshape(shape).contiguous()
    if kind == "sign":
        return torch.where(uniform > 0.5, 1.0, -1.0)
    return uniform > 0.5


def flat(value):
    if isinstance(value, torch.Tensor):
        return [value]
    return [tensor for part in value for tensor in flat(part)] if isinstance(value, (tuple, list)) else []


def told(tensor):
    kind = "float32" if tensor.is_floating_point() else "bool" if tensor.dtype == torch.bool else "int64"
    numbers_of = tensor.detach().flatten().to(torch.int64 if kind != "float32" else torch.float32)
    return {"type": kind, "dims": list(tensor.shape), "data": numbers_of.tolist()}


def autograd(module, inputs, learn):
    """In float64: the random sum, its gradients by inputs and by parameters, and the shapes of outputs."""
    module = module.double()
    doubles = [v.double().requires_grad_(l) if v.is_floating_point() else v for v, l in zip(inputs, learn)]
    outputs = flat(module(*doubles))
    total = 0
    index = 0
    shapes = []
    for output in outputs:
        shapes.append({"dims": list(output.shape), "float": output.is_floating_point()})
        if not output.is_floating_point() or output.numel() == 0:
            continue
        total = total + (output.flatten() * numbers(output.numel(), 77 + index)).sum()
        index += 1
    if not isinstance(total, torch.Tensor) or not total.requires_grad:
        raise ValueError("no float output that depends on anything")
    total.backward()
    gradient = lambda t: [0.0] * t.numel() if t.grad is None else t.grad.flatten().tolist()
    return (
        total.item(),
        shapes,
        [gradient(v) if v.is_floating_point() else None for v in doubles],
        {name: gradient(p) for name, p in module.named_parameters()},
    )


def prepare(make, inputs, training):
    module = make().train(training)
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            # Scales around 1, all else around 0; no two alike, so that an exporter may call them what it likes.
            middle = 1.0 if "norm" in name.lower() and name.endswith("weight") else 0.0
            parameter.copy_(middle + 1.2 * torch.rand(parameter.shape) - 0.6)
        for name, buffer in module.named_buffers():
            if name.endswith("running_mean"):
                buffer.copy_(torch.rand(buffer.shape) - 0.5)
            if name.endswith("running_var"):
                buffer.copy_(torch.rand(buffer.shape) + 0.5)
    return module, [draw(value) for value in inputs]


def export(module, inputs, training, path, dynamo):
    names = [f"x{index}" for index in range(len(inputs))]
    more = {"external_data": False} if dynamo else {"opset_version": 17}
    if training and not dynamo:
        more["training"] = torch.onnx.TrainingMode.TRAINING
    torch.onnx.export(module, tuple(inputs), str(path), input_names=names, dynamo=dynamo, **more)


def main(folder, part=""):
    folder.mkdir(parents=True, exist_ok=True)
    for number, (name, make, inputs, training) in enumerate(CASES):
        home = folder / f"{number:03d}.json"
        if part not in name or home.exists():
            continue
        # Signs are labels: they do not learn.
        learn = [drawn[0] != "sign" for drawn in inputs]
        fresh = lambda: (torch.manual_seed(zlib.crc32(name.encode())), prepare(make, inputs, training))[1]
        try:
            module, values = fresh()
            total, shapes, by_inputs, by_parameters = autograd(module, values, learn)
        except Exception as error:
            print(f"{name}: not run, {error}", file=sys.stderr)
            continue
        module, values = fresh()
        parameters = {key: told(p) | {"gradient": by_parameters[key]} for key, p in module.named_parameters()}
        made = {
            "name": name,
            "training": training,
            "torch": torch.__version__,
            "inputs": [
                told(v) | ({"gradient": g} if g and l else {}) for v, g, l in zip(values, by_inputs, learn)
            ],
            "outputs": shapes,
            "sum": total,
            "parameters": parameters,
        }
        for exporter in ("dynamo", "script"):
            path = folder / f"{number:03d}.{exporter}.onnx"
            try:
                with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                    export(*fresh(), training, path, exporter == "dynamo")
            except Exception as error:
                path.unlink(missing_ok=True)
                path.with_suffix(".txt").write_text(f"{type(error).__name__}: {error}"[:2000])
        home.write_text(json.dumps(made))


main(Path(sys.argv[1]), *sys.argv[2:])
