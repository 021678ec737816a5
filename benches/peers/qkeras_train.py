#!/usr/bin/env python3
"""Trains the 6-bit jet tagger with QKeras 0.9 on TensorFlow-CPU, and says how long an epoch takes.

    qkeras_train.py --threads 2 --epochs 5 [--no-validation] [--data jets_train.npz] [--batch 1024] [--seed 1]

One JSON object a line: an epoch each (`epoch`, `seconds`, `validation_seconds`, `events_per_second`, `loss`,
`accuracy`), then a summary with the medians. The first epoch, in which TensorFlow traces and compiles, is warm-up: it
is printed as epoch 0 and does not count. An epoch is Keras's own: `fit` on arrays in memory, shuffled, metrics on
(`seconds`), then the validation jets, a fifth of the file (`validation_seconds`). `accuracy` is that of the validation
jets; without them it is the training jets' as Keras logs it. Events per second are training jets over `seconds`.

Needs: pip install tensorflow-cpu==2.15.1 qkeras==0.9.0 'pyparsing<3.2'
"""

import argparse
import json
import os
import statistics
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf
from qkeras import QActivation, QDense, quantized_bits

HERE = Path(__file__).resolve().parent
JETS = HERE.parents[1] / "examples/jet_tagger/jets_train.npz"


def jets(path, validation, seed):
    """Standardized features and labels for training, then for validation, a `validation` fraction of all."""
    with np.load(path) as file:
        x, y = file["x"].astype(np.float64), file["y"].astype(np.int32)
    rows = np.random.default_rng(seed).permutation(len(x))
    kept, train = np.split(rows, [round(len(x) * validation)])
    mean, scale = x[train].mean(0), x[train].std(0)
    x = ((x - mean) / np.where(scale == 0, 1, scale)).astype(np.float32)
    return (x[train], y[train]), (x[kept], y[kept])


def tagger():
    """16-64-32-32-5 at 6 bits, linear at the end."""
    six = lambda: "quantized_bits(6, 0, alpha=1)"
    x = inputs = tf.keras.Input([16])
    x = QActivation("quantized_bits(16, 5)")(x)
    for name, units in [("fc1", 64), ("fc2", 32), ("fc3", 32)]:
        x = QDense(units, kernel_quantizer=six(), bias_quantizer=six(), name=name)(x)
        x = QActivation("quantized_relu(6, 0)")(x)
    x = QDense(5, kernel_quantizer=six(), bias_quantizer=six(), name="out")(x)
    return tf.keras.Model(inputs, x)


class Clock(tf.keras.callbacks.Callback):
    """Prints an epoch's line as soon as it is over."""

    def __init__(self, events):
        super().__init__()
        self.events, self.epochs, self.accuracy = events, [], 0.0

    def on_epoch_begin(self, epoch, logs=None):
        self.start, self.validation = time.perf_counter(), 0.0

    def on_test_begin(self, logs=None):
        self.trained = time.perf_counter()

    def on_test_end(self, logs=None):
        self.validation = time.perf_counter() - self.trained

    def on_epoch_end(self, epoch, logs=None):
        seconds = time.perf_counter() - self.start - self.validation
        self.accuracy = float(logs.get("val_accuracy", logs["accuracy"]))
        if epoch > 0:
            self.epochs.append((seconds, self.validation))
        line = {"epoch": epoch, "seconds": seconds, "validation_seconds": self.validation}
        line |= {"events_per_second": self.events / seconds, "loss": float(logs["loss"])}
        print(json.dumps({**line, "accuracy": self.accuracy}), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=2, help="of each of TensorFlow's pools: intra- and inter-op")
    parser.add_argument("--epochs", type=int, default=5, help="that count, after one of warm-up")
    parser.add_argument("--batch", type=int, default=1024)
    parser.add_argument("--no-validation", action="store_true", help="an epoch is training alone")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", default=str(JETS))
    args = parser.parse_args()

    tf.config.threading.set_intra_op_parallelism_threads(args.threads)
    tf.config.threading.set_inter_op_parallelism_threads(args.threads)
    tf.keras.utils.set_random_seed(args.seed)
    (x, y), kept = jets(args.data, 0.2, args.seed)
    model = tagger()
    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(tf.keras.optimizers.Adam(1e-3), loss, metrics=["accuracy"])
    clock = Clock(len(x))
    how = {"batch_size": args.batch, "epochs": 1 + args.epochs, "shuffle": True, "verbose": 0}
    model.fit(x, y, validation_data=None if args.no_validation else kept, callbacks=[clock], **how)
    seconds, validation = (statistics.median(column) for column in zip(*clock.epochs))
    summary = {"program": f"qkeras on tensorflow {tf.__version__}", "threads": args.threads, "events": len(x)}
    summary |= {"epochs": args.epochs, "seconds": seconds, "validation_seconds": validation}
    summary |= {"events_per_second": len(x) / seconds}
    print(json.dumps({**summary, "accuracy": clock.accuracy}))


if __name__ == "__main__":
    main()
