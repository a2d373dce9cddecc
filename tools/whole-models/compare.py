"""Compares what tools/whole-models.mjs wrote with autograd's gradients of the same graphs; see there."""

import base64
import json
import pathlib
import sys

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from operators import OPERATORS

torch.set_num_threads(1)


def floats(text):
    return np.frombuffer(base64.b64decode(text), np.float32).copy()


class Graph:
    """A model with its trained tensors as leaves, in one precision; with a seed, each number off by as much as rounding may be."""

    def __init__(self, told, precision, seed=None):
        self.model = onnx.load(told['path'])
        self.opset = next(each.version for each in self.model.opset_import if each.domain == '')
        self.told, self.precision = told, precision
        self.trained = {weight['name']: floats(weight['initial']) for weight in told['weights']}
        self.leaves = {}
        self.noise = None if seed is None else torch.Generator().manual_seed(seed)

    def tensor(self, name, proto):
        values = numpy_helper.to_array(proto)
        tensor = torch.from_numpy(np.array(values))
        if tensor.is_floating_point():
            tensor = tensor.to(self.precision)
        if name in self.trained and np.array_equal(values.reshape(-1), self.trained[name]):
            if self.noise is not None:
                tensor = tensor * (1 + (torch.rand(tensor.shape, generator=self.noise) - 0.5) * 2**-23)
            tensor.requires_grad_(True)
            self.leaves.setdefault(name, []).append(tensor)
        return tensor

    def run(self, graph, around):
        values = dict(around)
        values.update((each.name, self.tensor(each.name, each)) for each in graph.initializer)
        for node in graph.node:
            given = self.answer(node, values)
            given = given if isinstance(given, (list, tuple)) else [given]
            values.update((name, value) for name, value in zip(node.output, given) if name)
        return [values[output.name] for output in graph.output]

    def answer(self, node, values):
        attributes = {each.name: onnx.helper.get_attribute_value(each) for each in node.attribute}
        x = [values[name] if name else None for name in node.input]
        if node.op_type == 'Constant':
            if 'value' in attributes:
                return self.tensor(node.output[0], attributes['value'])
            ((kind, value),) = attributes.items()
            return torch.tensor(value, dtype=self.precision if 'float' in kind else torch.int64)
        if node.op_type == 'If':
            branch = self.told['branches'].get(node.name, 'then' if bool(x[0]) else 'else')
            return self.run(attributes[f'{branch}_branch'], values)
        self.outputs = len(node.output)
        return OPERATORS[node.op_type](x, attributes, self)

    def gradients(self):
        """The loss, and its gradients by the trained tensors, in float64."""
        given = {'sr': torch.tensor(self.told['rate'])} if self.told['rate'] else {}
        targets = {}
        for each in self.told['inputs']:
            data = torch.from_numpy(floats(each['data']).reshape(each['shape'])).to(self.precision)
            if each['name'] != 'sr':
                (targets if each['role'] == 'target' else given)[each['name']] = data
        outputs = self.run(self.model.graph, given)
        named = dict(zip((each.name for each in self.model.graph.output), outputs))
        loss = sum(((named[name] - target) ** 2).mean() for name, target in targets.items())
        leaves = [(name, leaf) for name, list_of in self.leaves.items() for leaf in list_of]
        found = torch.autograd.grad(loss, [leaf for _, leaf in leaves])
        sums = {}
        for (name, _), gradient in zip(leaves, found):
            sums[name] = sums.get(name, 0) + gradient.to(torch.float64).numpy().reshape(-1)
        return loss.item(), sums


def judge(told):
    """Tensors whose gradients agree, that float32 cannot tell, and that are wrong."""
    _, exact = Graph(told, torch.float64).gradients()
    # One run in float32 may be right by chance, where terms of a sum cancel.
    singles = [Graph(told, torch.float32, seed).gradients()[1] for seed in (None, 1, 2, 3)]
    largest = max(np.linalg.norm(each) for each in exact.values())
    agree, coarse, wrong, worst, rounding = 0, 0, [], 0, 0
    for weight in told['weights']:
        name = weight['name']
        # A gradient that is 0 but for rounding is held against the largest of the model.
        size = max(np.linalg.norm(exact[name]), 1e-6 * largest)
        ours = np.linalg.norm(floats(weight['gradient']) - exact[name]) / size
        alone = max(np.linalg.norm(single[name] - exact[name]) for single in singles) / size
        if not ours <= 1e-4 + 10 * alone:
            wrong.append(f'{name}: {ours:.1e} of the gradient, and float32 alone {alone:.1e}')
        elif alone > 0.1:
            coarse += 1
        else:
            agree += 1
            worst, rounding = max(worst, ours), max(rounding, alone)
    return agree, coarse, wrong, worst, rounding


failed = False
totals = np.zeros(3, int)
for path in sorted(pathlib.Path(sys.argv[1]).glob('*.json')):
    told = json.loads(path.read_text())
    agree, coarse, wrong, worst, rounding = judge(told)
    totals += (agree, coarse, len(wrong))
    failed = failed or bool(wrong)
    name = pathlib.Path(told['path']).name + ''.join(f' {branch}' for branch in told['branches'].values())
    print(f'{name}: {agree} agree, {coarse} too coarse to tell, {len(wrong)} wrong; off by {worst:.1e} at most, float32 of PyTorch by {rounding:.1e}')
    for each in wrong:
        print(f'    {each}')
print('{} agree, {} too coarse to tell, {} wrong'.format(*totals))
sys.exit(1 if failed else 0)
