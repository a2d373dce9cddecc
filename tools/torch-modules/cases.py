"""How modules are listed: names, what makes them, their inputs, and whether they are in training."""

import torch
from torch import nn

CASES = []


class Function(nn.Module):
    def __init__(self, function, parameters):
        super().__init__()
        self.function = function
        self.own = nn.ParameterList([nn.Parameter(torch.empty(*shape)) for shape in parameters])

    def forward(self, *inputs):
        return self.function(*inputs, *self.own)


class Outputs(nn.Module):
    """A module that gives a structure of outputs, flat; with what else it is told."""

    def __init__(self, module, **told):
        super().__init__()
        self.module, self.told = module, told

    def forward(self, *inputs):
        flat = []

        def walk(value):
            if isinstance(value, torch.Tensor):
                flat.append(value)
            elif isinstance(value, (tuple, list)):
                for part in value:
                    walk(part)

        walk(self.module(*inputs, **self.told))
        return tuple(flat)


def module(name, make, *inputs, training=False):
    CASES.append((name, make, inputs, training))


def function(name, call, *inputs, parameters=()):
    """A function of the inputs and of parameters of the shapes given."""
    module(name, lambda: Function(call, parameters), *inputs)


# Inputs are told as (kind, shape): drawn when a case is made, from the case's name.
def x(*shape):
    return ("any", shape)


def positive(*shape):
    return ("positive", shape)


def unit(*shape):
    return ("unit", shape)


def whole(below, *shape):
    return ("whole", shape, below)


def truth(*shape):
    return ("bool", shape)
