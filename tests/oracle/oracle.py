"""What a config means, computed a second time: the formulas of QKeras in float64, none of heteroq's code.

    python3 oracle.py HETEROQ CONFIG...

exits with 1 unless every engine of `HETEROQ emulate` gives what is computed here, to the last bit, for 1,000 events.
Products and sums are multiples of a power of two, small enough for float64 to be exact (`exact` looks).
"""


import ast
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import yaml


def rounded(p, how):
    return {"half_even": np.rint, "half_up": lambda p: np.floor(p + 0.5), "floor": np.floor}[how](p)


def sign(x):
    return np.where(x >= 0, 1.0, -1.0)


def quantized_bits(x, bits=8, integer=0, symmetric=False, keep_negative=True, alpha=None, round="half_even"):
    m, m_i = 2.0 ** (bits - keep_negative), 2.0**integer
    if bits == keep_negative:
        return (alpha or 1.0) * sign(x)
    z = np.clip(rounded(x * m / m_i, round), keep_negative * (symmetric - m), m - 1)
    return (alpha or 1.0) * m_i * z / m


def quantized_linear(x, bits=8, integer=0, symmetric=True, keep_negative=True, alpha=None, round="half_even"):
    m = 2.0 ** (bits - keep_negative)
    step = 2.0**integer / m * (alpha or 1.0)
    if bits == keep_negative:
        return step * (rounded(np.clip(x / step, -0.5, 0.5) - 0.5, round) + 0.5)
    return step * rounded(np.clip(x / step, keep_negative * (symmetric - m), m - 1), round)


def quantized_relu(x, bits=8, integer=0, negative_slope=0, relu_upper_bound=None, is_quantized_clip=True, round="half_even"):
    m, m_i = 2.0 ** (bits - (negative_slope != 0)), 2.0**integer
    p = x * m / m_i
    q = m_i * np.clip(rounded(p, round) / m, 0, 1 - 1 / m)
    if negative_slope:
        q = q + m_i * np.clip(rounded(p * negative_slope, round) / m, -negative_slope, 0)
    if relu_upper_bound and not is_quantized_clip:
        q = np.minimum(q, relu_upper_bound)
    return q


def quantized_po2(x, bits=8, max_value=None):
    most = 2.0 ** (bits - 1 - (max_value is None or max_value > 1))
    size = np.abs(x) if max_value is None else np.minimum(np.abs(x), max_value)
    return sign(x) * 2.0 ** np.clip(np.rint(np.log2(np.maximum(size, 1e-7))), -most, most - 1)


def binary(x, use_01=False, alpha=None):
    return (alpha or 1.0) * ((sign(x) + 1) / 2 if use_01 else sign(x))


def ternary(x, alpha=None, threshold=None):
    return (alpha or 1.0) * np.where(np.abs(x) >= (0.33 if threshold is None else threshold), np.sign(x), 0.0)


def quantize(text, x):
    """`quantized_bits(6, 0, alpha=1)` of x; without a quantizer, x."""
    if text is None:
        return x
    call = ast.parse(text if "(" in text else text + "()", mode="eval").body
    arguments = [ast.literal_eval(a) for a in call.args]
    return globals()[call.func.id](x, *arguments, **{k.arg: ast.literal_eval(k.value) for k in call.keywords})


def safetensors(path):
    blob = Path(path).read_bytes()
    size = int.from_bytes(blob[:8], "little")
    kinds = {"F64": "<f8", "F32": "<f4", "F16": "<f2"}
    header = {k: v for k, v in json.loads(blob[8 : 8 + size]).items() if k != "__metadata__"}
    body = blob[8 + size :]
    part = lambda t: np.frombuffer(body[slice(*t["data_offsets"])], kinds[t["dtype"]]).reshape(t["shape"])
    return {name: part(t).astype(np.float64) for name, t in header.items()}


def exact(kernel, x):
    assert np.max(np.abs(x) @ np.abs(kernel)) < 2.0**20, "sums too great for float64 to be surely exact"
    return x @ kernel


def layer(spec, inputs, weights):
    """One layer's output, rows × elements."""
    kind, name = spec["kind"], spec["name"]
    if kind == "dense":
        y = exact(quantize(spec.get("kernel"), weights[f"{name}/kernel"]), inputs[0])
        if spec.get("use_bias", True):
            y = y + quantize(spec.get("bias"), weights[f"{name}/bias"])
    elif kind == "add":
        y = sum(inputs)
    elif kind == "flatten":
        y = inputs[0].reshape(len(inputs[0]), -1)
    elif kind == "concatenate":
        y = np.concatenate(inputs, axis=-1)
    else:
        y = inputs[0]
    return quantize(spec.get("quantizer" if kind == "activation" else "activation"), y)


def model(path, events):
    """The network of a config on events, rows × features."""
    config = yaml.safe_load(Path(path).read_text())
    weights = safetensors(Path(path).parent / config.get("weights", "weights.safetensors"))
    if config.get("data", {}).get("standardize"):
        events = (events - weights["input/mean"]) / weights["input/scale"]
    values = {"input": quantize(config["input"]["quantizer"], events.reshape(-1, *config["input"]["shape"]))}
    last = "input"
    for spec in config["layers"]:
        values[spec["name"]] = layer(spec, [values[i] for i in spec.get("inputs", [last])], weights)
        last = spec["name"]
    y = values[last].reshape(len(events), -1)
    return np.argmax(y, axis=1)[:, None] if config.get("output", {}).get("argmax") else y


def events(config):
    """1,000 events: noise, ties of many roundings, what saturates, zeros."""
    random = np.random.default_rng(1)
    x = random.normal(size=(1000, np.prod(config["input"]["shape"]))) * 3
    x[:500] = np.rint(x[:500] * 128) / 128
    x[500:520], x[520:540], x[540:560] = 1e6, -1e6, 0
    return x


def emulated(heteroq, path, x, engine):
    with tempfile.TemporaryDirectory() as folder:
        given, found = f"{folder}/x.npy", f"{folder}/y.npy"
        np.save(given, x)
        command = [heteroq, "-q", "emulate", path, "--input", given, "--output", found, "--engine", engine]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return np.load(found)


def main(heteroq, *paths):
    wrong = 0
    for path in paths:
        x = events(yaml.safe_load(Path(path).read_text()))
        expected = model(path, x)
        for engine in ["graph", "net", "staged", "fast"]:
            found = emulated(heteroq, path, x, engine)
            differ = len(x) if found.shape != expected.shape else int(np.any(found != expected, axis=1).sum())
            print(f"{path}: {engine}: {differ} of {len(x)} events differ; {len(np.unique(expected))} values")
            wrong += differ
    return wrong > 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
