"""Runs NumPy's and PyTorch's pruning on request and says what CPU time it took.

One request a line of standard input, one answer a line of standard output, both JSON. Threads are limited to one by
the caller, through the environment.
"""

import json
import sys
import time

weights = []


def load(request):
    global weights
    import numpy

    flat = numpy.fromfile(request["path"], dtype=numpy.float32)
    edges = numpy.cumsum([0, *request["sizes"]])
    weights = [flat[a:b].copy() for a, b in zip(edges[:-1], edges[1:])]


def numpy_select(ws, count):
    import numpy

    flat = numpy.concatenate([numpy.abs(w) for w in ws])
    return numpy.partition(flat, count - 1)[count - 1]


def partition(count):
    return lambda: numpy_select(weights, count)


def partition_prune(count):
    import numpy

    copies = [w.copy() for w in weights]

    def run():
        cut = numpy_select(copies, count)
        for w in copies:
            w *= numpy.abs(w) > cut

    return run


def global_unstructured(count):
    import torch
    from torch.nn.utils import prune

    torch.set_num_threads(1)
    pairs = []
    for w in weights:
        module = torch.nn.Module()
        module.weight = torch.nn.Parameter(torch.from_numpy(w.copy()))
        pairs.append((module, "weight"))
    return lambda: prune.global_unstructured(pairs, pruning_method=prune.L1Unstructured, amount=count)


WORKS = {
    "numpy.partition": partition,
    "numpy.partition, mask, multiply": partition_prune,
    "torch global_unstructured": global_unstructured,
}

for line in sys.stdin:
    request = json.loads(line)
    answer = {}
    if request["do"] == "load":
        load(request)
    else:
        run = WORKS[request["do"]](request["count"])
        before = time.process_time_ns()
        run()
        answer["nanoseconds"] = time.process_time_ns() - before
    print(json.dumps(answer), flush=True)
