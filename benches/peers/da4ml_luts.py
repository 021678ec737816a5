#!/usr/bin/env python3
"""LUTs that da4ml 0.6 needs for the jet tagger, counted as `heteroq synth` counts them.

    da4ml_luts.py WEIGHTS.safetensors          the shipped tagger
    da4ml_luts.py --random SEED                normal weights, sigma 0.3, 6 bits; relus of 2, 1, 0 integer bits
    da4ml_luts.py --random SEED --write W      only writes those weights, for heteroq to read

Needs: pip install da4ml==0.6.0 numpy, and yosys on PATH. Takes some minutes of Yosys per design.
Only da4ml's public interface is used; it runs as it is installed.
"""

import argparse
import json
import re
import struct
import subprocess
import tempfile
from pathlib import Path

import numpy as np

SIZES = [16, 64, 32, 32, 5]
NAMES = ["fc1", "fc2", "fc3", "out"]
YOSYS = "synth_xilinx -family xc7 -flatten -noiopad -noclkbuf -nosrl"


def read_safetensors(path):
    """Name -> array of a safetensors file of f32 tensors."""
    raw = Path(path).read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + length])
    header.pop("__metadata__", None)
    body = raw[8 + length :]
    return {
        name: np.frombuffer(body[slice(*t["data_offsets"])], "<f4").reshape(t["shape"]) for name, t in header.items()
    }


def write_safetensors(path, tensors, wide=()):
    """The file that `read_safetensors` reads, but for tensors that are `wide`: those are f64."""
    header, body = {}, b""
    for name, array in sorted(tensors.items(), key=lambda item: (item[0] not in wide, item[0])):
        data = np.ascontiguousarray(array, "<f8" if name in wide else "<f4").tobytes()
        header[name] = {"dtype": "F64" if name in wide else "F32", "shape": list(array.shape), "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    Path(path).write_bytes(struct.pack("<Q", len(text)) + text + body)


def six_bits(x):
    """quantized_bits(6, 0, alpha=1): the nearest multiple of 1/32 in -1..31/32."""
    return np.clip(np.round(x * 32), -32, 31) / 32


def random_weights(seed):
    """Kernels and biases of a 16-64-32-32-5 network."""
    rng = np.random.default_rng(seed)
    tensors = {}
    for name, n_in, n_out in zip(NAMES, SIZES, SIZES[1:]):
        tensors[f"{name}/kernel"] = six_bits(rng.normal(0, 0.3, (n_in, n_out)))
        tensors[f"{name}/bias"] = six_bits(rng.normal(0, 0.3, n_out))
    return tensors


def da4ml_verilog(weights, relu_integers, folder):
    """Writes da4ml's pipelined Verilog; the register ranks it has."""
    from da4ml.codegen import VerilogModel
    from da4ml.trace import FixedVariableArrayInput, HWConfig, comb_trace, to_pipeline

    inputs = FixedVariableArrayInput((SIZES[0],), hwconf=HWConfig(1, -1, -1), solver_options={"hard_dc": 2})
    x = inputs.quantize(k=1, i=5, f=10)
    for name, integers in zip(NAMES, [*relu_integers, None]):
        x = x @ weights[f"{name}/kernel"].astype(np.float64) + weights[f"{name}/bias"].astype(np.float64)
        if integers is not None:
            x = x.quantize(k=0, i=integers, f=6 - integers, overflow_mode="SAT", round_mode="RND")
    comb = comb_trace(inputs, x)
    model = VerilogModel(comb, "design", folder, latency_cutoff=5)
    model.write()
    return len(to_pipeline(comb, 5).solutions) + 1  # one rank before each stage, one after the last


def yosys_cells(folder):
    """Cell name -> how many, after synthesis of the design under `folder`."""
    # The lookup table reads memory files; a dense network with linear and relu layers has none.
    files = sorted(str(f) for f in Path(folder).rglob("*.v") if f.name != "lookup_table.v")
    script = f"read_verilog {' '.join(files)}; {YOSYS} -top design; stat"
    run = subprocess.run(["yosys", "-p", script], capture_output=True, text=True, cwd=folder)
    if run.returncode != 0:
        raise SystemExit(f"yosys failed:\n{run.stdout[-2000:]}\n{run.stderr[-2000:]}")
    cells = {}
    for name, count in re.findall(r"^ +([A-Z][A-Z0-9_]*) +(\d+)$", run.stdout[run.stdout.rindex("Number of cells") :], re.M):
        cells[name] = cells.get(name, 0) + int(count)
    return cells


def count(cells):
    """The columns of `heteroq synth`: a LUT6_2 is one LUT, inverters stand apart."""
    lut = sum(n for name, n in cells.items() if re.fullmatch(r"LUT[1-6]|LUT6_2", name))
    ff = sum(n for name, n in cells.items() if re.fullmatch(r"FD[A-Z]*", name))
    return {"lut": lut, "inv": cells.get("INV", 0), "ff": ff, "carry4": cells.get("CARRY4", 0)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", nargs="?")
    parser.add_argument("--random", type=int, metavar="SEED")
    parser.add_argument("--write", metavar="FILE")
    parser.add_argument("--keep", metavar="FOLDER", help="where to leave da4ml's Verilog")
    args = parser.parse_args()
    shipped = args.random is None
    weights = read_safetensors(args.weights) if shipped else random_weights(args.random)
    if args.write:
        write_safetensors(args.write, weights)
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = args.keep or scratch
        ranks = da4ml_verilog(weights, [0, 0, 0] if shipped else [2, 1, 0], folder)
        cells = yosys_cells(folder)
    print(json.dumps({"tool": "da4ml 0.6.0", **count(cells), "ranks": ranks, "cells": cells}))


if __name__ == "__main__":
    main()
