#!/usr/bin/env python3
"""What Keras 2.15 and QKeras 0.9 compute of optimizers, losses, schedules, penalties and initial kernels, written to
`training/` beside this file: `training.py`. Needs tensorflow-cpu 2.15 and qkeras 0.9. The same versions give the same
bytes."""

import json
import os
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf
from qkeras import quantizers
from qkeras.callbacks import QNoiseScheduler
from qkeras.qlayers import QInitializer

HERE = Path(__file__).parent / "training"
KERNEL, BIAS, STEPS = 7, 3, 12
ADAM = {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}
OPTIMIZERS = {
    "adam": lambda: tf.keras.optimizers.Adam(**ADAM),
    "adam_other": lambda: tf.keras.optimizers.Adam(beta_1=0.8, beta_2=0.95, epsilon=1e-3),
    "adamw": lambda: tf.keras.optimizers.AdamW(weight_decay=0.3, **ADAM),
    "sgd": lambda: tf.keras.optimizers.SGD(),
    "momentum": lambda: tf.keras.optimizers.SGD(momentum=0.9),
    "nesterov": lambda: tf.keras.optimizers.SGD(momentum=0.9, nesterov=True),
}


def numbers(tensor):
    """Flat, each exactly."""
    return [float(x) for x in np.asarray(tensor).ravel()]


def optimizers():
    """The parameters before and after each step, for gradients and rates that change."""
    draw = np.random.default_rng(1)
    start = [draw.normal(size=n).astype("f4") for n in (KERNEL, BIAS)]
    gradients = [[draw.normal(size=n).astype("f4") for n in (KERNEL, BIAS)] for _ in range(STEPS)]
    rates = [0.05 / (1 + step % 4) for step in range(STEPS)]
    traces = {}
    for name, make in OPTIMIZERS.items():
        kernel, bias = tf.Variable(start[0], name="kernel"), tf.Variable(start[1], name="bias")
        optimizer = make()
        optimizer.build([kernel, bias])
        if name == "adamw":
            optimizer._built = False
            optimizer.exclude_from_weight_decay(var_names=["bias"])
            optimizer._built = True
        trace = []
        for rate, step in zip(rates, gradients):
            optimizer.learning_rate = rate
            optimizer.apply_gradients(zip(map(tf.constant, step), [kernel, bias]))
            trace.append([numbers(kernel), numbers(bias)])
        traces[name] = trace
    steps = [[numbers(part) for part in step] for step in gradients]
    return {"start": [numbers(part) for part in start], "gradients": steps, "rates": rates, "traces": traces}


def losses():
    """Loss and gradient of a batch, in 64 bits of the same f32 outputs: large and small ones, right and wrong."""
    draw = np.random.default_rng(2)
    wide = draw.normal(size=(8, 5)).astype("f4") * np.array([[0.1], [1], [3], [30], [1], [1], [90], [1]], "f4")
    single = np.array([[-60], [-3], [-0.25], [0], [0.5], [2], [15], [80]], "f4")
    cross = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    binary = tf.keras.losses.BinaryCrossentropy(from_logits=True)
    square = tf.keras.losses.MeanSquaredError()
    hot = [0, 1, 2, 3, 4, 0, 1, 2]
    bit = [0, 1, 1, 0, 1, 0, 0, 1]
    cases = [
        ("cross_entropy", cross, wide, hot, hot),
        ("binary_cross_entropy", binary, wide, hot, np.eye(5)[hot]),
        ("binary_cross_entropy", binary, single, bit, np.array(bit, "f8")[:, None]),
        ("mse", square, wide, hot, np.eye(5)[hot]),
        ("mse", square, single, bit, np.array(bit, "f8")[:, None]),
    ]
    return [loss(*case, weights) for case in cases for weights in (None, [1.0, 0.5, 2.0, 0.25, 4.0])]


def loss(name, rule, outputs, labels, targets, weights):
    variable = tf.Variable(outputs.astype("f8"))
    each = None if weights is None else np.array([weights[label] for label in labels])
    with tf.GradientTape() as tape:
        value = rule(tf.constant(targets), variable, sample_weight=each)
    return {
        "loss": name,
        "width": outputs.shape[1],
        "outputs": numbers(outputs),
        "labels": labels,
        "class_weights": weights,
        "value": float(value),
        "gradient": numbers(tape.gradient(value, variable)),
    }


def schedules():
    """The rate at each step of 4 epochs of 5 steps, and the rate after each of several validation losses."""
    schedules = tf.keras.optimizers.schedules
    peak = tf.constant(0.02, tf.float64)
    cosine = schedules.CosineDecay(peak, 20, alpha=0.1)
    warm = schedules.CosineDecay(tf.constant(0.0, tf.float64), 13, alpha=0.1, warmup_target=peak, warmup_steps=7)
    exponential = schedules.ExponentialDecay(peak, 5, 0.7)
    at = lambda schedule: [float(schedule(step)) for step in range(21)]
    val = [1.0, 0.8, 0.9, 0.8, 0.7, 0.7, 0.71, 0.72, 0.73, 0.74, 0.69, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7]
    return {
        "cosine": at(cosine),
        "cosine_warm": at(warm),
        "exponential": at(exponential),
        "plateau": {"losses": val, "rates": plateau(val)},
    }


def plateau(losses):
    callback = tf.keras.callbacks.ReduceLROnPlateau("val_loss", 0.5, patience=2, min_delta=0.0, min_lr=0.002)
    model = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=(1,))])
    model.compile(tf.keras.optimizers.SGD(0.02))
    callback.set_model(model)
    callback.on_train_begin()
    rates = []
    for epoch, value in enumerate(losses):
        callback.on_epoch_end(epoch, {"val_loss": value})
        rates.append(float(model.optimizer.learning_rate))
    return rates


def ramps():
    """QKeras's part of quantization at each of some times."""
    times = [0.0, 1.0, 1.5, 2.0, 2.25, 3.0, 4.5, 5.0, 6.0, 9.0]
    rows = [(2, 6, 3.0), (0, 5, 1.0), (1, 3, 0.5)]
    ramp = lambda row: [float(QNoiseScheduler(*row[:2], exponent=row[2]).calculate_qnoise_factor(t)) for t in times]
    return [{"ramp": row, "times": times, "factors": ramp(row)} for row in rows]


def penalties():
    weights = np.array([0.5, -0.25, 0.0, 1.5, -2.0, 0.125], "f4")
    rows = []
    for l1, l2 in [(0.01, 0.0), (0.0, 0.1), (0.03, 0.2)]:
        variable = tf.Variable(weights.astype("f8"))
        with tf.GradientTape() as tape:
            value = l1 * tf.reduce_sum(tf.abs(variable)) + l2 * tf.reduce_sum(tf.square(variable))
        keras = float(tf.keras.regularizers.L1L2(l1, l2)(tf.constant(weights)))
        assert abs(keras - float(value)) < 1e-6
        gradient = numbers(tape.gradient(value, variable))
        rows.append({"l1": l1, "l2": l2, "weights": numbers(weights), "value": float(value), "gradient": gradient})
    return rows


def initials():
    """By what QInitializer multiplies the variance of a kernel that it drew first."""
    rows = []
    for text, shape in [
        ("quantized_bits(6, 0, alpha=1)", (4, 8)),
        ("quantized_bits(3, 0, alpha=1)", (4, 8)),
        ("quantized_bits(2, 0, alpha=1)", (4, 8)),
        ("quantized_bits(2, 0, alpha=1)", (2, 64)),
        ("quantized_bits(2, 0, alpha=1)", (1, 128)),
        ("quantized_bits(4, 3, alpha=1)", (4, 8)),
        ("binary(alpha=1)", (4, 8)),
        ("ternary(alpha=1)", (4, 8)),
        ("quantized_po2(3, 1)", (4, 8)),
    ]:
        draws = []

        class Keeping(tf.keras.initializers.GlorotUniform):
            def __call__(self, *arguments):
                draws.append(super().__call__(*arguments))
                return draws[-1]

        tf.random.set_seed(3)
        initializer = Keeping(seed=5)
        quantizer = quantizers.get_quantizer(text)
        values = QInitializer(initializer, True, quantizer)(shape, tf.float32)
        rows.append(
            {
                "quantizer": text,
                "shape": shape,
                "first": numbers(draws[0]),
                "scale": float(initializer.scale),
                "bound": float(np.max(np.abs(values))),
            }
        )
    return rows


def lines(rows):
    """One entry a line, so that a change is a line of a diff."""
    if isinstance(rows, dict):
        entries = [f"{json.dumps(key)}: {json.dumps(row)}" for key, row in rows.items()]
        return "{\n" + ",\n".join(entries) + "\n}\n"
    return "[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n"


def main():
    HERE.mkdir(exist_ok=True)
    for make in [optimizers, losses, schedules, ramps, penalties, initials]:
        (HERE / f"{make.__name__}.json").write_text(lines(make()))


main()
