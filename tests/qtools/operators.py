"""Lets QTools of QKeras 0.9.0 name the operators of small networks: `python operators.py`, in the folder of this file.

multipliers.txt: a `QDense` of 3 inputs and 2 units for each pair of quantizers. merged.json: the network of merged.yaml.
"""
import json
import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow.keras as keras
from qkeras import *
from qkeras.qtools import run_qtools

HERE = pathlib.Path(__file__).parent
INPUTS = [
    "quantized_bits(8, 2, alpha=1)", "quantized_bits(5, 1, keep_negative=0, alpha=1)", "quantized_relu(4, 2)", "quantized_relu(1, 1)",
    "quantized_po2(4)", "quantized_relu_po2(5, 8)", "ternary(alpha=1)", "binary(alpha=1)", "binary(use_01=1, alpha=1)", "quantized_bits(2, 1, alpha=1)",
]
KERNELS = [
    "quantized_bits(6, 1, alpha=1)", "quantized_bits(3, 0, keep_negative=0, alpha=1)", "quantized_relu(1, 1)", "quantized_po2(5, 4)", "quantized_po2(3)",
    "quantized_relu_po2(4)", "ternary(alpha=1)", "binary(alpha=1)", "binary(use_01=1, alpha=1)", "stochastic_ternary(alpha=1)",
]


def tools(model, sources, **options):
    return run_qtools.QTools(model, process="horowitz", source_quantizers=sources, **options)


def multipliers():
    lines = ["# input | kernel | gate, factor and bits of the multiplier; name, bits, bits before the point, sign of the product; bits of the sum"]
    for source in INPUTS:
        for kernel in KERNELS:
            x = keras.layers.Input((3,))
            layer = QDense(2, kernel_quantizer=eval(kernel), bias_quantizer=quantized_bits(8, 0, alpha=1))
            model = keras.Model(x, layer(x))
            types = tools(model, [eval(source)])._layer_map["layer_data_type_map"][layer]
            m, o, s = types.multiplier, types.multiplier.output, types.accumulator.output
            said = [m.implemented_as(), f"{m.gate_factor:.1f}", f"{m.gate_bits:.6f}", o.name, o.bits, o.int_bits, int(o.is_signed), s.bits, s.int_bits]
            lines.append(f"{source} | {kernel} | {' '.join(map(str, said))}")
    (HERE / "multipliers.txt").write_text("\n".join(lines) + "\n")


def merged():
    x = keras.layers.Input((4,), name="x")
    bits = lambda *args: quantized_bits(*args, alpha=1)
    dense = lambda name, units, kernel: QDense(units, kernel_quantizer=kernel, bias_quantizer=bits(5, 1), name=name)
    a = QActivation("quantized_relu(5, 2)", name="a_relu")(dense("a", 3, bits(4, 0))(x))
    b = QActivation("quantized_po2(4, 2)", name="b_po2")(dense("b", 3, quantized_po2(4))(x))
    added = keras.layers.Add(name="added")([a, b])
    side = keras.layers.Concatenate(name="side")([added, a])
    norm = QBatchNormalization(
        gamma_quantizer=None, beta_quantizer=None, mean_quantizer=None, variance_quantizer=quantized_relu_po2(4, 64), name="norm",
    )(side)
    flat = keras.layers.Flatten(name="flat")(norm)
    y = keras.layers.Dense(2, name="float")(flat)
    model = keras.Model(x, dense("out", 2, ternary(alpha=1))(y))
    said = {}
    for name, reference in [("plain", False), ("reference", True)]:
        run = tools(model, [bits(8, 2)], keras_quantizer="int8", keras_accumulator="int32", for_reference=reference)
        energy = run.pe("sram", "sram", 0, False)
        parts = ["inputs", "outputs", "parameters", "op_cost"]
        said[name] = {
            "map": json.loads(json.dumps(run._output_dict)),
            "energy": {k: [v["energy"][part] for part in parts] for k, v in energy.items() if k != "total_cost"},
        }
    (HERE / "merged.json").write_text(json.dumps(said, separators=(",", ":")) + "\n")


multipliers()
merged()
