"""Prunes what AutoQKeras 0.9.0 computed (autoqkeras.json, dense networks alone) to what tests/space.rs reads.

usage: autoqkeras.py AUTOQKERAS.json > autoqkeras.json

The long file holds for each case the model, the arguments of AutoQKHyperModel, `space` (hyperparameters in the order of their
creation), `builds` (values and the quantizers that they gave), and what AutoQKerasScheduler(debug=True) printed.
Arguments whose order counts become texts: readers of JSON may sort its objects.
"""

import json
import sys


def layers(model):
    keep = ("name", "units", "activation")
    every = [dict(kind=layer["class_name"], **layer["config"]) for layer in model["config"]["layers"]]
    return [{"kind": layer["kind"], **{key: layer[key] for key in keep if key in layer}} for layer in every]


def build(one):
    keep = ("units", "kernel_quantizer_internal", "bias_quantizer_internal", "quantizer")
    pick = lambda layer: {key: layer[key] for key in keep if key in layer}
    layers = {name: pick(layer) for name, layer in one["layers"].items()}
    return {"values": one["values"], "layers": layers, "reference": one["reference"], "trial": one["trial"]}


cases = []
for case in json.load(open(sys.argv[1])):
    every = layers(case["model"])
    if "error" in case or any("Conv" in layer["kind"] for layer in every):
        continue
    texts = {key: json.dumps(case["kwargs"].pop(key)) for key in ("limit", "quantization_config") if case["kwargs"].get(key)}
    short = {"name": case["name"], "arguments": case["kwargs"], "texts": texts, "model": every}
    for key in ("limit_after_adjust", "space", "scheduler", "reference_size", "model_size", "grouped_patterns", "blocks"):
        if case.get(key) is not None:
            short[key] = case[key]
    if "builds" in case:
        short["builds"] = [build(one) for one in case["builds"]]
    cases.append(short)
print("[" + ",\n".join(json.dumps(case) for case in cases) + "]")
