#!/usr/bin/env python3
"""Writes `training/norm.safetensors`: what TensorFlow computes of QKeras's normalizations in a few steps of training.

QKeras 0.9.0, TensorFlow 2.15.1 on the CPU, numpy 1.26.4. Of each case, for the steps 0 to STEPS − 1,

    x/STEP                       the rows that come in, those of every case
    slope/CHANNELS/STEP          the gradient of what comes out
    CASE/STEP/y                  what comes out while training
    CASE/STEP/inference          what comes out at inference, with the parameters before the step
    CASE/STEP/NAME               a parameter before the step: kernel, bias, gamma, beta, mean, variance
    CASE/STEP/d_NAME, …/d_x      the gradient of it, or of what came in
    CASE/STEP/new_mean, …        a moving statistic after the step

The entry `cases` of the metadata holds what each case is, as JSON. A folded dense layer is a QConv2DBatchnorm with a 1×1 kernel on an image of
one pixel. QKeras 0.9.0 has no `inverse_quantizer`: `Inverse` composes it from TensorFlow's operations, as later versions do.
"""

import json
import os
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import numpy as np
import qkeras
import tensorflow as tf
from safetensors.numpy import save_file

ROWS, FEATURES, UNITS, STEPS = 13, 6, 4, 4
TARGET = Path(__file__).parent / "training" / "norm.safetensors"
MOMENTUM, EPSILON = 0.75, 1e-3
WHOLE = {"kernel_quantizer": "quantized_bits(5, 1, alpha=1)", "bias_quantizer": "quantized_bits(7, 3, alpha=1)"}
PO2 = {
    "gamma_quantizer": "quantized_relu_po2(6, 2048)",
    "beta_quantizer": "quantized_po2(5)",
    "mean_quantizer": "quantized_po2(5)",
    "variance_quantizer": "quantized_relu_po2(6, quadratic_approximation=True)",
}
BITS = {
    "gamma_quantizer": "quantized_bits(5, 1, alpha=1)",
    "beta_quantizer": "quantized_bits(5, 1, alpha=1)",
    "mean_quantizer": "quantized_bits(7, 2, alpha=1)",
    "variance_quantizer": "quantized_relu(8, 4)",
}
PLAIN = dict.fromkeys(PO2)
CASES = {
    "plain": ("norm", {}),
    "plain_no_gamma": ("norm", {"scale": False}),
    "plain_no_beta": ("norm", {"center": False}),
    "quantized_po2": ("quantized", PO2),
    "quantized_bits": ("quantized", BITS),
    "quantized_variance_only": ("quantized", {**PLAIN, "variance_quantizer": "quantized_relu(8, 4)"}),
    "inverse": ("inverse", {**BITS, "gamma_quantizer": None, "variance_quantizer": None,
                            "inverse_quantizer": "quantized_bits(6, 1, alpha=1)"}),
    "fold_float": ("fold", {"folding_mode": "ema_stats_folding"}),
    "fold_moving": ("fold", {"folding_mode": "ema_stats_folding", **WHOLE}),
    "fold_moving_frozen": ("fold", {"folding_mode": "ema_stats_folding", "ema_freeze_delay": 0, **WHOLE}),
    "fold_batch": ("fold", {"folding_mode": "batch_stats_folding", **WHOLE}),
    "fold_batch_frozen": ("fold", {"folding_mode": "batch_stats_folding", "ema_freeze_delay": 1, **WHOLE}),
    "fold_auto": ("fold", {"folding_mode": "batch_stats_folding", "kernel_quantizer": "quantized_bits(4, 0, 1, alpha='auto_po2')"}),
    "fold_no_bias": ("fold", {"folding_mode": "ema_stats_folding", "use_bias": False, **WHOLE}),
    "fold_no_gamma": ("fold", {"folding_mode": "batch_stats_folding", "scale": False, **WHOLE}),
}


class Inverse(qkeras.QBatchNormalization):
    """`inverse_quantizer` applies to gamma / sqrt(variance + epsilon)."""

    def __init__(self, inverse_quantizer, **arguments):
        super().__init__(**arguments)
        self.inverse = qkeras.get_quantizer(inverse_quantizer)

    def call(self, inputs, training=None):
        mean, variance = self.moving_mean, self.moving_variance
        if training:
            mean, variance = tf.nn.moments(inputs, [0])
            self._assign_moving_average(self.moving_mean, mean, self.momentum, None)
            self._assign_moving_average(self.moving_variance, variance, self.momentum, None)
        inverse = self.inverse(tf.math.rsqrt(variance + self.epsilon) * self.gamma)
        mean, beta = self.mean_quantizer_internal(mean), self.beta_quantizer_internal(self.beta)
        return inputs * inverse + (beta - mean * inverse)


def built(kind, arguments):
    """The layer, and its variables by name."""
    arguments = {"momentum": MOMENTUM, "epsilon": EPSILON, **arguments}
    if kind == "fold":
        layer = qkeras.QConv2DBatchnorm(UNITS, (1, 1), **arguments)
        layer(np.zeros((2, 1, 1, FEATURES), "f"), training=False)
        norm = layer.batchnorm
    else:
        classes = {"norm": tf.keras.layers.BatchNormalization, "quantized": qkeras.QBatchNormalization, "inverse": Inverse}
        norm = layer = classes[kind](**arguments)
        layer.build((None, FEATURES))
    found = {"kernel": getattr(layer, "kernel", None), "bias": getattr(layer, "bias", None)}
    found |= {"gamma": norm.gamma, "beta": norm.beta, "mean": norm.moving_mean, "variance": norm.moving_variance}
    return layer, {name: variable for name, variable in found.items() if variable is not None}


def start(variables, random):
    """Parameters that are no ones and zeros; one gamma is negative."""
    for name, variable in variables.items():
        drawn = random.normal(size=variable.shape)
        around = {"gamma": 1 + 0.3 * drawn, "variance": 1 + 0.2 * np.abs(drawn), "kernel": 0.5 * drawn}
        value = around.get(name, 0.5 * drawn).astype("f")
        if name == "gamma":
            value[1] *= -1
        variable.assign(value)


def step(layer, variables, kind, x, slope):
    """What is computed in one step, after which the parameters have moved a little."""
    x = tf.constant(x[:, None, None, :] if kind == "fold" else x)
    flat = lambda tensor: np.reshape(tensor, (ROWS, -1))
    saved = {name: variable.numpy() for name, variable in variables.items()}
    saved["inference"] = flat(layer(x, training=False).numpy())
    trained = {name: variable for name, variable in variables.items() if name not in ("mean", "variance")}
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = layer(x, training=True)
        loss = tf.reduce_sum(tf.reshape(y, slope.shape) * slope)
    gradients = tape.gradient(loss, {"x": x, **trained})
    saved |= {"y": flat(y.numpy())}
    saved |= {f"d_{name}": gradient.numpy() for name, gradient in gradients.items()}
    saved["d_x"] = flat(saved["d_x"])
    saved |= {f"new_{name}": variables[name].numpy() for name in ("mean", "variance")}
    for name, variable in trained.items():
        variable.assign_sub(0.02 * gradients[name])
    return {name: np.squeeze(value, (0, 1)) if value.ndim == 4 else value for name, value in saved.items()}


def main():
    random = np.random.RandomState(5)
    spread, centre = random.uniform(0.5, 2.0, FEATURES), random.normal(size=FEATURES)
    tensors, described = {}, {}
    for number in range(STEPS):
        tensors[f"x/{number}"] = (random.normal(size=(ROWS, FEATURES)) * spread + centre).astype("f")
        for width in (FEATURES, UNITS):
            tensors[f"slope/{width}/{number}"] = random.normal(size=(ROWS, width)).astype("f")
    for name, (kind, arguments) in CASES.items():
        layer, variables = built(kind, arguments)
        start(variables, np.random.RandomState(11))
        width = UNITS if kind == "fold" else FEATURES
        for number in range(STEPS):
            result = step(layer, variables, kind, tensors[f"x/{number}"], tensors[f"slope/{width}/{number}"])
            tensors |= {f"{name}/{number}/{part}": np.ascontiguousarray(value) for part, value in result.items()}
        described[name] = {"kind": kind, **arguments}
    TARGET.parent.mkdir(exist_ok=True)
    save_file(tensors, TARGET, {"cases": json.dumps(described, sort_keys=True)})
    TARGET.chmod(0o644)


main()
