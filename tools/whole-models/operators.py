"""The operators of the models that models.mjs lists, in PyTorch, in whatever precision their inputs have."""

import numpy as np
import torch
import torch.nn.functional as F

FLOATS = (1, 10, 11, 16)
OTHERS = {2: torch.uint8, 3: torch.int8, 6: torch.int32, 7: torch.int64, 9: torch.bool}
OPERATORS = {}


def operator(*names):
    def add(function):
        for name in names:
            OPERATORS[name] = function
        return function

    return add


def simple(**table):
    for name, function in table.items():
        OPERATORS[name] = lambda x, at, about, function=function: function(*x)


def larger(a, b):
    """The first of two that tie takes the gradient, as in a step."""
    return torch.where(a >= b, a, b)


def smaller(a, b):
    return torch.where(a <= b, a, b)


def whole(tensor):
    return [int(value) for value in tensor.reshape(-1).tolist()]


def listed(x, at, place, name):
    """A list that is an input since some version, and an attribute before."""
    return whole(x[place]) if len(x) > place and x[place] is not None else at.get(name)


simple(
    Add=torch.add, Sub=torch.sub, Mul=torch.mul, Pow=torch.pow, Relu=torch.relu, Sigmoid=torch.sigmoid,
    Tanh=torch.tanh, Log=torch.log, Exp=torch.exp, Sqrt=torch.sqrt, Neg=torch.neg, Not=torch.logical_not,
    Equal=torch.eq, GreaterOrEqual=torch.ge, MatMul=torch.matmul, Max=larger, Identity=lambda x: x,
    Size=lambda x: torch.tensor(x.numel()), Shape=lambda x: torch.tensor(list(x.shape)),
)


@operator('Div')
def div(x, at, about):
    return x[0] / x[1] if x[0].is_floating_point() else torch.div(x[0], x[1], rounding_mode='trunc')


@operator('Clip')
def clip(x, at, about):
    bounds = [at.get(name, x[i] if len(x) > i else None) for i, name in ((1, 'min'), (2, 'max'))]
    result = x[0]
    for bound, choose in zip(bounds, (larger, smaller)):
        if bound is not None:
            result = choose(result, torch.as_tensor(bound, dtype=result.dtype))
    return result


@operator('LeakyRelu')
def leaky_relu(x, at, about):
    return F.leaky_relu(x[0], at.get('alpha', 0.01))


@operator('HardSigmoid')
def hard_sigmoid(x, at, about):
    return torch.clamp(x[0] * at.get('alpha', 0.2) + at.get('beta', 0.5), 0, 1)


@operator('Softmax')
def softmax(x, at, about):
    if about.opset >= 13:
        return F.softmax(x[0], at.get('axis', -1))
    axis = at.get('axis', 1) % x[0].dim()
    return F.softmax(x[0].flatten(axis), -1).reshape(x[0].shape) if axis < x[0].dim() else x[0]


@operator('Flatten')
def flatten(x, at, about):
    axis = at.get('axis', 1)
    return x[0].reshape(int(np.prod(x[0].shape[:axis])), -1)


@operator('Gemm')
def gemm(x, at, about):
    a, b = (x[i].T if at.get(name) else x[i] for i, name in ((0, 'transA'), (1, 'transB')))
    product = at.get('alpha', 1.0) * (a @ b)
    return product + at.get('beta', 1.0) * x[2] if len(x) > 2 else product


def padding(x, kernel, strides, dilations, at):
    axes = len(kernel)
    mode = at.get('auto_pad', b'NOTSET').decode()
    if mode in ('NOTSET', 'VALID'):
        pads = at.get('pads', [0] * 2 * axes)
        return list(zip(pads[:axes], pads[axes:]))
    pairs = []
    for size, edge, stride, dilation in zip(x.shape[2:], kernel, strides, dilations):
        all_of_it = max(0, (-(-size // stride) - 1) * stride + (edge - 1) * dilation + 1 - size)
        less = all_of_it // 2
        pairs.append((less, all_of_it - less) if mode == 'SAME_UPPER' else (all_of_it - less, less))
    return pairs


def padded(x, pairs, value=0.0):
    return F.pad(x, [size for pair in reversed(pairs) for size in pair], value=value)


def windows(at, axes):
    return at.get('strides', [1] * axes), at.get('dilations', [1] * axes)


@operator('Conv')
def conv(x, at, about):
    kernel = x[1].shape[2:]
    strides, dilations = windows(at, len(kernel))
    image = padded(x[0], padding(x[0], kernel, strides, dilations, at))
    convolve = (F.conv1d, F.conv2d)[len(kernel) - 1]
    return convolve(image, x[1], x[2] if len(x) > 2 else None, strides, 0, dilations, at.get('group', 1))


@operator('ConvTranspose')
def conv_transpose(x, at, about):
    assert 'pads' not in at or not any(at['pads'])
    strides, dilations = windows(at, 2)
    bias = x[2] if len(x) > 2 else None
    return F.conv_transpose2d(x[0], x[1], bias, strides, 0, 0, at.get('group', 1), dilations)


@operator('MaxPool')
def max_pool(x, at, about):
    kernel = at['kernel_shape']
    strides, dilations = windows(at, len(kernel))
    image = padded(x[0], padding(x[0], kernel, strides, dilations, at), -float('inf'))
    return F.max_pool2d(image, kernel, strides, 0, dilations, bool(at.get('ceil_mode', 0)))


@operator('AveragePool')
def average_pool(x, at, about):
    kernel = at['kernel_shape']
    strides, _ = windows(at, len(kernel))
    pairs = padding(x[0], kernel, strides, [1] * len(kernel), at)
    sums = F.avg_pool2d(padded(x[0], pairs), kernel, strides)
    if at.get('count_include_pad'):
        return sums
    return sums / F.avg_pool2d(padded(torch.ones_like(x[0]), pairs), kernel, strides)


@operator('GlobalAveragePool')
def global_average_pool(x, at, about):
    return x[0].mean(dim=list(range(2, x[0].dim())), keepdim=True)


@operator('BatchNormalization')
def batch_normalization(x, at, about):
    """By the statistics of the batch, as training does."""
    axes = [0, *range(2, x[0].dim())]
    scale, bias = (each.reshape(1, -1, *[1] * (x[0].dim() - 2)) for each in x[1:3])
    mean = x[0].mean(axes, keepdim=True)
    variance = ((x[0] - mean) ** 2).mean(axes, keepdim=True)
    return (x[0] - mean) / torch.sqrt(variance + at.get('epsilon', 1e-5)) * scale + bias


@operator('ReduceMean')
def reduce_mean(x, at, about):
    axes = listed(x, at, 1, 'axes') or list(range(x[0].dim()))
    return x[0].mean(axes, keepdim=bool(at.get('keepdims', 1)))


@operator('Cast')
def cast(x, at, about):
    return x[0].to(about.precision if at['to'] in FLOATS else OTHERS[at['to']])


@operator('ConstantOfShape')
def constant_of_shape(x, at, about):
    value = about.tensor('', at['value']) if 'value' in at else torch.zeros(1, dtype=about.precision)
    return value.reshape(()).expand(whole(x[0]))


@operator('Reshape')
def reshape(x, at, about):
    return x[0].reshape([x[0].shape[i] if size == 0 else size for i, size in enumerate(whole(x[1]))])


@operator('Transpose')
def transpose(x, at, about):
    return x[0].permute(at.get('perm', list(range(x[0].dim()))[::-1]))


@operator('Concat')
def concat(x, at, about):
    return torch.cat(list(x), at['axis'])


@operator('Split')
def split(x, at, about):
    axis = at.get('axis', 0)
    sizes = listed(x, at, 1, 'split')
    return torch.split(x[0], sizes if sizes else x[0].shape[axis] // about.outputs, axis)


@operator('Slice')
def slice_(x, at, about):
    starts, ends = listed(x, at, 1, 'starts'), listed(x, at, 2, 'ends')
    axes = listed(x, at, 3, 'axes') or range(len(starts))
    steps = listed(x, at, 4, 'steps') or [1] * len(starts)
    result = x[0]
    for start, end, axis, step in zip(starts, ends, axes, steps):
        size = result.shape[axis]
        stop = None if step < 0 and end < -size else end
        result = result.index_select(axis, torch.tensor(range(size)[slice(start, stop, step)], dtype=torch.int64))
    return result


@operator('Gather')
def gather(x, at, about):
    axis = at.get('axis', 0)
    places = torch.where(x[1] < 0, x[1] + x[0].shape[axis], x[1])
    rows = x[0].index_select(axis, places.reshape(-1))
    return rows.reshape([*x[0].shape[:axis], *places.shape, *x[0].shape[axis + 1 :]])


@operator('Unsqueeze')
def unsqueeze(x, at, about):
    axes = listed(x, at, 1, 'axes')
    result = x[0]
    for axis in sorted(each % (x[0].dim() + len(axes)) for each in axes):
        result = result.unsqueeze(axis)
    return result


@operator('Squeeze')
def squeeze(x, at, about):
    axes = listed(x, at, 1, 'axes')
    return x[0].squeeze() if axes is None else x[0].squeeze(axes)


@operator('Pad')
def pad(x, at, about):
    pads, mode = listed(x, at, 1, 'pads'), at.get('mode', b'constant').decode()
    result = x[0]
    for axis in range(x[0].dim()):
        pair = (pads[axis], pads[axis + x[0].dim()])
        if any(pair) and mode == 'constant':
            around = [(0, 0)] * x[0].dim()
            around[axis] = pair
            result = padded(result, around)
        elif any(pair):
            places = np.pad(np.arange(result.shape[axis]), pair, mode=mode)
            result = result.index_select(axis, torch.from_numpy(places))
    return result


@operator('Resize')
def resize(x, at, about):
    assert at['mode'] == b'nearest' and at['nearest_mode'] == b'floor'
    assert at['coordinate_transformation_mode'] == b'asymmetric'
    result = x[0]
    for axis, scale in enumerate(x[2].tolist()):
        size = result.shape[axis]
        places = np.floor(np.arange(int(size * scale)) / scale).astype(np.int64)
        result = result.index_select(axis, torch.from_numpy(places))
    return result


@operator('LSTM')
def lstm(x, at, about):
    values, kernel, recurrent, bias, _, hidden, cell = (list(x) + [None] * 7)[:7]
    assert kernel.shape[0] == 1 and at.get('direction', b'forward') == b'forward' and len(x) < 8
    size = recurrent.shape[2]
    start = torch.zeros(values.shape[1], size, dtype=values.dtype)
    h, c = (start if given is None else given[0] for given in (hidden, cell))
    shift = 0 if bias is None else bias[0, : 4 * size] + bias[0, 4 * size :]
    rows = []
    for each in values:
        gates = each @ kernel[0].T + h @ recurrent[0].T + shift
        i, o, f, g = gates.split(size, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        rows.append(h)
    return torch.stack(rows)[:, None], h[None], c[None]
