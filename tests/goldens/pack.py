#!/usr/bin/env python3
"""Packs what QKeras computed into the folders beside this file: `pack.py SOURCE`.

SOURCE holds what the scripts that ran QKeras wrote:

- `quantizers/`: `inputs.safetensors`, `index.json`, `index_linear.json`, `stochastic.json`, and `CLASS.safetensors` with
  the tensors `ID/y`, `ID/yq`, `ID/g` and `ID/scale`. All of it is packed.
- `models/`: `NAME.arch.json`, `NAME.meta.json` and `NAME.safetensors` of each model. Those of MODELS are packed, with the
  tensors that begin with one of KEPT; of those of PARTS only some tensors. Only floats are.

A tensor that equals another one of its file (or an input), shape and bytes, is not stored again: the metadata of the file
names its equal. The same SOURCE gives the same bytes.
"""

import json
import shutil
import sys
import zipfile
from pathlib import Path

from safetensors.numpy import load_file

HERE = Path(__file__).parent
MODELS = ["s_mlp6", "s_mlp_hetero", "s_mlp_auto", "s_mlp_bn", "s_mlp_qbn", "s_mlp_bnn"]
KEPT = ["x", "out", "layer/", "w/", "qw/", "scale/"]
PARTS = {"s_cnn_fold": ["w/convbn/", "w/dwbn/", "folded/"]}


def without_copies(tensors, inputs):
    """The tensors that are new, and for each other one the name of its equal."""
    seen = {(tensor.shape, tensor.tobytes()): name for name, tensor in inputs.items()}
    kept, same = {}, {}
    for name in sorted(tensors):
        first = seen.setdefault((tensors[name].shape, tensors[name].tobytes()), name)
        if first == name:
            kept[name] = tensors[name]
        else:
            same[name] = first
    return kept, same


def saved(tensors, metadata):
    """A safetensors file, always the same bytes: the library's own writer puts metadata in any order."""
    header, data = {"__metadata__": dict(sorted(metadata.items()))}, b""
    for name, tensor in tensors.items():
        place = [len(data), len(data) + tensor.nbytes]
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": place}
        data += tensor.tobytes()
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + data


def zipped(path, tensors, inputs):
    """`path`, a zip with one member, deflated and without a date."""
    member = zipfile.ZipInfo("tensors.safetensors", (1980, 1, 1, 0, 0, 0))
    member.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, saved(*without_copies(tensors, inputs)), compresslevel=9)


def entries(source, target):
    """One entry a line, so that a change is a line of a diff."""
    text = json.loads(source.read_text())
    rows = text if isinstance(text, list) else text["entries"]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    target.write_text(f"[\n{lines}\n]\n")


def quantizers(source, target):
    inputs = load_file(source / "inputs.safetensors")
    shutil.copyfile(source / "inputs.safetensors", target / "inputs.safetensors")
    for name in ["index.json", "index_linear.json", "stochastic.json"]:
        entries(source / name, target / name)
    for path in sorted(source.glob("*.safetensors")):
        if path.name != "inputs.safetensors":
            zipped(target / f"{path.stem}.zip", load_file(path), inputs)


def models(source, target):
    for name in MODELS:
        shutil.copyfile(source / f"{name}.arch.json", target / f"{name}.arch.json")
        shutil.copyfile(source / f"{name}.meta.json", target / f"{name}.meta.json")
        part(source, target, name, KEPT)
    for name, kept in PARTS.items():
        part(source, target, name, kept)


def part(source, target, name, keys):
    tensors = load_file(source / f"{name}.safetensors")
    floats = {name: tensor for name, tensor in tensors.items() if tensor.dtype == "float32"}
    kept = {name: tensor for name, tensor in floats.items() if any(wanted(name, key) for key in keys)}
    zipped(target / f"{name}.zip", kept, {})


def wanted(name, key):
    return name.startswith(key) if key.endswith("/") else name == key


def main(source):
    for folder, pack in [("quantizers", quantizers), ("models", models)]:
        (HERE / folder).mkdir(exist_ok=True)
        pack(source / folder, HERE / folder)


main(Path(sys.argv[1]))
