"""Learning rates that PyTorch's schedulers give: the oracle of rates.test.ts.

    python3 packages/onnx-train/src/testing/make-rate-figures.py > packages/onnx-train/src/testing/rate-figures.json
"""

import json
import warnings
import torch
from torch.optim import lr_scheduler as by

warnings.filterwarnings("ignore")
RUNS = {
    "warmup and cosine": lambda o: by.SequentialLR(
        o, [by.LinearLR(o, 0.25, total_iters=4), by.CosineAnnealingLR(o, 16, 0.01)], [4]
    ),
    "polynomial": lambda o: by.PolynomialLR(o, 15, 2.0),
    "stepwise": lambda o: by.StepLR(o, 6, 0.3),
    "one cycle": lambda o: by.OneCycleLR(o, 0.4, total_steps=20),
    "one cycle, told": lambda o: by.OneCycleLR(o, 0.4, total_steps=20, pct_start=0.5, div_factor=10, final_div_factor=100),
}


def rates(make):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], 0.4)
    schedule = make(optimizer)
    found = []
    for _ in range(20):
        found.append(round(optimizer.param_groups[0]["lr"], 12))
        optimizer.step()
        schedule.step() if len(found) < 20 else None
    return found


print(json.dumps({"made": f"make-rate-figures.py, torch {torch.__version__}", **{name: rates(make) for name, make in RUNS.items()}}))
