"""Files of torch.save() and what they hold, for test-torch-weights.c.

    python make-torch.py

Written with PyTorch 2.15. weights-new.pt is of today's zip format, weights-old.pt of the one before 1.6; both hold
`values` below. weights-expected.safetensors has the same under the names that Phenoscape gives. weights-evil.pt asks
for posix.system; reading it must do nothing.
"""

import pickle
import zipfile
from collections import OrderedDict

import torch
from safetensors.torch import save_file

torch.manual_seed(1)
base = torch.randn(6, 8)
values = {
    "epoch": 3,
    "state_dict": OrderedDict(
        [
            ("module.conv1.weight", torch.randn(4, 3, 3, 3)),
            ("module.half", torch.randn(5).half()),
            ("module.brain", torch.randn(2, 3).bfloat16()),
            ("module.double", torch.randn(3).double()),
            ("module.count", torch.tensor(7)),
            ("module.turned", base.t()),
            ("module.part", base[1:5:2, 2:7]),
            ("module.none", torch.zeros(0, 3)),
            ("module.same", torch.ones(1).expand(4)[:1]),
            ("module.parameter", torch.nn.Parameter(torch.randn(3))),
            ("module.byte", torch.tensor([0, 200, 255], dtype=torch.uint8)),
            ("module.bool", torch.tensor([True, False])),
        ]
    ),
    "optimizer": {"state": {0: {"momentum_buffer": torch.randn(2)}}, "param_groups": [{"lr": 0.1, "params": [0]}]},
}


def flatten(value, name, out):
    if isinstance(value, torch.Tensor):
        out[name] = value.detach().clone().contiguous()
    elif isinstance(value, dict):
        for key, item in value.items():
            flatten(item, f"{name}.{key}" if name else str(key), out)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            flatten(item, f"{name}.{index}", out)


torch.save(values, "weights-new.pt")
torch.save(values, "weights-old.pt", _use_new_zipfile_serialization=False)
flat = {}
flatten(values, "", flat)
save_file(flat, "weights-expected.safetensors")


class Evil:
    def __reduce__(self):
        import os

        return os.system, ("touch phenoscape-was-here",)


with zipfile.ZipFile("weights-evil.pt", "w", zipfile.ZIP_STORED) as archive:
    archive.writestr("evil/data.pkl", pickle.dumps({"a": torch.Size([1]), "weight": Evil()}, protocol=2))
