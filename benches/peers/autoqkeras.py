#!/usr/bin/env python3
"""AutoQKeras itself on our jets: the float 16-64-32-32-5 tagger, quantized by a search of QKeras 0.9.

    autoqkeras.py --goal bits --out rtl_out/autoqkeras_bits [--trials 100] [--epochs 10] [--seed 1]
                  [--train 100000] [--validation 51223] [--tune-filters layer] [--threads 2] [--verify target/release/heteroq]

AutoQKeras runs as it is installed, with the random tuner of keras-tuner, the limits of its own notebook
({"Dense": [8, 8, 4], "Activation": [4]}), delta_p = delta_n = 8, rate 2, stress 1, Adam of 1e-3, batches of 1,024, and
the early stopping that it adds by itself. A trial counts with its best epoch, whose weights are kept. Stopped at any time,
the same command goes on after the last trial that is done.

Validation jets and training jets are the first that heteroq's own split of `jets_train.npz` would draw with this seed:
with 51,223 validation jets they are those of `validation: 0.2`. Features are standardized in f64 by mean and deviation of
the training jets, then on the grid of `quantized_bits(16, 5)`, as heteroq has them.

The folder then holds

    jets_train.npz  jets_validation.npz      the jets, as they were before: for heteroq to train on the same
    trials/                                  keras-tuner's; trials/trial_003/figures.json is written when trial 003 is done
    trial_003/config.yaml weights.safetensors  for heteroq: the best trial, every member of the front
    autoqkeras.log                           what AutoQKeras prints
    autoqkeras.json                          rewritten after each trial:

      goal, seed, epochs, batch, train_jets, validation_jets, tune_filters, limit, threads, versions
      trials_wanted        how many there are to be
      reference            the cost of the float network as AutoQKeras has it: bits, or pJ of its ASIC model
      seconds              wall time of all trials that are done, building and bookkeeping among it
      best, front          the trial of the best score; those that no other beats in accuracy and cost, the cheapest first
      hardware             best and front of those that have hardware: these are exported
      trials               ranked by score, each
        trial              its number in the order of the search, "003"
        score              accuracy · (1 + delta), what AutoQKeras maximizes
        validation_accuracy, cost, epochs, seconds
        layers             by name: units, kernel, bias, activation: quantizers in full, as QKeras prints them
        parameters         what keras-tuner drew
        refused            why it has no hardware, or null: an activation's scale is found anew from each batch
        exported           of those exported: the config
        test_accuracy      of those exported: by Keras, on jets_test.npz, in f32
        verified           of those exported, with --verify: heteroq's exact test accuracy, and the fraction of test jets of
                           which heteroq and Keras name the same class
      failed               trials that Keras could not train

Needs: pip install tensorflow-cpu==2.15.1 qkeras==0.9.0 keras-tuner==1.4.8 tensorflow-model-optimization==0.7.5 'pyparsing<3.2'
Later tensorflow-model-optimization brings a second Keras, `tf_keras`, with which Keras 2.15 reads a model's JSON for ever.
"""

import argparse
import contextlib
import importlib.metadata
import json
import os
import subprocess
import sys
import time
import warnings
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras_tuner
import numpy as np
import qkeras
import qkeras.utils
import tensorflow as tf
from da4ml_luts import write_safetensors
from qkeras.autoqkeras import AutoQKeras
from qkeras.autoqkeras.autoqkeras_internal import AutoQKHyperModel

HERE = Path(__file__).resolve().parent
EXAMPLE = HERE.parents[1] / "examples/jet_tagger"
CLASSES = "[g, q, t, w, z]"
INPUT = "quantized_bits(16, 5)"
LIMIT = {"Dense": [8, 8, 4], "Activation": [4]}
FORGIVING = {"delta_p": 8.0, "delta_n": 8.0, "rate": 2.0, "stress": 1.0}
LAYERS = [("fc1", 64), ("fc2", 32), ("fc3", 32), ("out", 5)]


# The jets, as heteroq has them.


def drawn(rows, count, seed):
    """The first `count` rows of heteroq's shuffle: Fisher-Yates by SplitMix64."""
    mask, state = (1 << 64) - 1, seed

    def bits():
        nonlocal state
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = ((state ^ state >> 30) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ z >> 27) * 0x94D049BB133111EB) & mask
        return z ^ z >> 31

    def below(n):
        while (z := bits()) > mask - (1 << 64) % n:
            pass
        return z % n

    order = list(range(rows))
    for place in range(count):
        other = place + below(rows - place)
        order[place], order[other] = order[other], order[place]
    return np.array(order[:count])


def read(path):
    with np.load(path) as file:
        return file["x"], file["y"]


class Jets:
    """Training, validation and test jets, and the standardization."""

    def __init__(self, args):
        x, y = read(EXAMPLE / "jets_train.npz")
        order = drawn(len(x), args.validation + args.train, args.seed)
        validation, train = np.sort(order[: args.validation]), np.sort(order[args.validation :])
        wide = x[train].astype(np.float64)
        self.mean, self.scale = wide.mean(0), wide.std(0)
        self.scale[self.scale == 0] = 1
        self.train, self.validation = self.ready(x[train], y[train]), self.ready(x[validation], y[validation])
        for name, rows in [("train", train), ("validation", validation)]:
            np.savez(args.out / f"jets_{name}.npz", x=x[rows], y=y[rows])

    def ready(self, x, y):
        """Features on the grid of the input, and labels."""
        x = np.round((x.astype(np.float64) - self.mean) / self.scale * 1024)
        return (np.clip(x, -(1 << 15), (1 << 15) - 1) / 1024).astype(np.float32), y.astype(np.int32)


# AutoQKeras on a Keras that is younger than it.


def patch():
    """QKeras 0.9 writes Q-classes into the JSON of a model, and keras-tuner calls one hyper-model for all trials.

    Keras 2.15 puts `module`, `registered_name` and `build_config` beside a class's name, and would look for `QDense` in
    `keras.layers`: without these keys it reads the JSON as older versions did. Its optimizers know the variables of the
    first model that they train, and refuse others, where older ones took any: each build gets a new one of the same kind.
    """
    original_json, original_build = qkeras.utils.quantized_model_from_json, AutoQKHyperModel.build

    def from_json(text, custom_objects=None):
        return original_json(json.dumps(without_new_keys(json.loads(text))), custom_objects)

    def build(self, hp):
        optimizer = self.model.optimizer
        self.model.optimizer = type(optimizer).from_config(optimizer.get_config())
        return original_build(self, hp)

    qkeras.utils.quantized_model_from_json = from_json
    AutoQKHyperModel.build = build


def without_new_keys(model):
    for layer in model["config"]["layers"]:
        for key in ["module", "registered_name", "build_config"]:
            layer.pop(key, None)
    return model


class Tuner(keras_tuner.RandomSearch):
    """The random tuner; it leaves the figures of each trial when that is done."""

    def __init__(self, hypermodel, autoqkeras_config, report, **options):
        super().__init__(hypermodel, **options)
        self.report, self.since = report, time.perf_counter()

    def run_trial(self, trial, *args, **kwargs):
        tf.keras.utils.set_random_seed(1000 * self.seed + int(trial.trial_id))
        (history,) = histories = super().run_trial(trial, *args, **kwargs)
        self.figures = {"cost": float(self.hypermodel.trial_size), "epochs": len(history.epoch)}
        self.figures["layers"] = layers_of(self.hypermodel.q_model)
        return histories

    def on_trial_end(self, trial):
        super().on_trial_end(trial)
        now = time.perf_counter()
        seconds, self.since = now - self.since, now
        if trial.status == "COMPLETED":
            accuracy = float(trial.metrics.get_best_value("val_acc"))
            figures = {"trial": trial.trial_id, "score": trial.score, "validation_accuracy": accuracy, **self.figures}
            figures |= {"seconds": seconds, "parameters": trial.hyperparameters.values}
            write(Path(self.get_trial_dir(trial.trial_id)) / "figures.json", figures)
        self.report(self)
        tf.keras.backend.clear_session()


def layers_of(model):
    """Units and quantizers of each dense layer, as QKeras has them once the layer is built."""
    found, last = {}, None
    for layer in model.layers:
        if isinstance(layer, qkeras.QDense):
            kernel, bias = layer.kernel_quantizer_internal, layer.bias_quantizer_internal
            last = found[layer.name] = {"units": layer.units, "kernel": str(kernel), "bias": str(bias)}
        elif isinstance(layer, qkeras.QActivation):
            last["activation"] = str(layer.quantizer)
    return found


def float_tagger():
    x = inputs = tf.keras.Input([16], name="input")
    for name, units in LAYERS[:-1]:
        x = tf.keras.layers.Dense(units, name=name)(x)
        x = tf.keras.layers.Activation("relu", name=f"{name}_relu")(x)
    x = tf.keras.layers.Dense(LAYERS[-1][1], name="out")(x)
    model = tf.keras.Model(inputs, tf.keras.layers.Activation("softmax", name="softmax")(x))
    model.compile(tf.keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy", ["acc"])
    return model


def goal(word):
    """AutoQKeras's defaults for bits; those of its notebook for energy, with our input."""
    if word == "bits":
        counted = {"input_bits": 8, "output_bits": 8, "ref_bits": 8, "config": {"default": ["parameters", "activations"]}}
        return {"type": "bits", "params": {**FORGIVING, **counted}}
    memory = {"parameters_on_memory": ["sram"] * 2, "activations_on_memory": ["sram"] * 2, "min_sram_size": [0, 0]}
    model = {"process": "horowitz", "rd_wr_on_io": [False, False], "trained_model": False}
    types = {"reference_internal": "int8", "reference_accumulator": "int32"}
    source = {"source_quantizers": [qkeras.quantized_bits(16, 5)]}
    return {"type": "energy", "params": {**FORGIVING, **memory, **model, **types, **source}}


# What it found.


def write(path, value):
    """JSON that is whole or not there."""
    part = path.with_suffix(".part")
    part.write_text(json.dumps(value, indent=1) + "\n")
    part.replace(path)


def ranked(tuner):
    """Figures of all trials that are done, the best score first."""
    files = sorted(Path(tuner.project_dir).glob("trial_*/figures.json"))
    trials = [json.loads(file.read_text()) for file in files]
    for trial in trials:
        trial["refused"] = refusal(trial["layers"])
    return sorted(trials, key=lambda trial: (-trial["score"], trial["trial"]))


def front(trials):
    """Numbers of the trials that none beats in both accuracy and cost, the cheapest first."""
    best, members = -1.0, []
    for trial in sorted(trials, key=lambda trial: (trial["cost"], -trial["validation_accuracy"])):
        if trial["validation_accuracy"] > best:
            best = trial["validation_accuracy"]
            members.append(trial["trial"])
    return members


def best(trials):
    return trials[0]["trial"] if trials else None


def settings(args):
    """What the trials depend on."""
    wanted = {key: vars(args)[key] for key in ["goal", "seed", "epochs", "batch", "tune_filters"]}
    return {**wanted, "train_jets": args.train, "validation_jets": args.validation, "limit": LIMIT}


def require_same(args):
    """That the trials in the folder, if there are any, are of this search."""
    path = args.out / "autoqkeras.json"
    if path.exists():
        old = json.loads(path.read_text())
        differs = [key for key, value in settings(args).items() if old[key] != value]
        if differs:
            sys.exit(f"autoqkeras: {path} has another {differs[0]}, {old[differs[0]]}: give another folder, or remove this one")


def report(args, tuner):
    """Writes `autoqkeras.json` as far as the search is; the trials."""
    trials = ranked(tuner)
    fit = [trial for trial in trials if not trial["refused"]]
    found = {"threads": args.threads, "trials_wanted": args.trials}
    packages = ["qkeras", "tensorflow-cpu", "keras-tuner"]
    found["versions"] = {package: importlib.metadata.version(package) for package in packages}
    found["reference"] = float(tuner.hypermodel.reference_size)
    found["seconds"] = sum(trial["seconds"] for trial in trials)
    found |= {"best": best(trials), "front": front(trials), "hardware": {"best": best(fit), "front": front(fit)}}
    found["failed"] = [t.trial_id for t in tuner.oracle.trials.values() if t.status in ["FAILED", "INVALID"]]
    write(args.out / "autoqkeras.json", {**settings(args), **found, "trials": trials})
    return trials


def line(args, tuner):
    """Says where the search is."""
    trials = report(args, tuner)
    if not trials:
        return
    last = max(trials, key=lambda trial: trial["trial"])
    left = (args.trials - len(trials)) * sum(trial["seconds"] for trial in trials) / len(trials)
    figures = "score {score:.4f}, accuracy {validation_accuracy:.4f}, cost {cost:.0f}, {seconds:.0f} s".format(**last)
    say(f"trial {last['trial']}: {figures}; best score {trials[0]['score']:.4f}; {len(trials)} of {args.trials}, {left:.0f} s left")


def say(text):
    print(text, file=sys.__stderr__, flush=True)


# The same network for heteroq.


def refusal(layers):
    """Why a network has no hardware, or None."""
    for name, layer in layers.items():
        if "auto" in layer.get("activation", ""):
            return f"the activation of {name} is {layer['activation']}: its scale is found anew from each batch"
    return None


def config(layers, args):
    """The network in YAML, for a folder below that of the results."""
    lines = [
        "name: autoqkeras",
        f'input: {{shape: [16], quantizer: "{INPUT}"}}',
        "layers:",
        *[f"  - {{name: {name}, kind: dense, {keys(layer)}}}" for name, layer in layers.items()],
        f"output: {{classes: {CLASSES}}}",
        "weights: weights.safetensors",
        f'data: {{train: ../jets_train.npz, validation: ../jets_validation.npz, test: "{EXAMPLE / "jets_test.npz"}", standardize: true}}',
        f"train: {{epochs: {args.epochs}, batch_size: {args.batch}, optimizer: adam, learning_rate: 1e-3, seed: {args.seed}}}",
        "hardware: {clock_mhz: 320, initiation_ns: 25, target: xcvu9p}",
    ]
    return "\n".join(lines) + "\n"


def keys(layer):
    quantizers = [f'{key}: "{layer[key]}"' for key in ["kernel", "bias", "activation"] if key in layer]
    return ", ".join([f"units: {layer['units']}", *quantizers])


def export(trial, tuner, jets, args):
    """Config and weights of a trial, and what Keras and heteroq make of the test jets."""
    model = tuner.load_model(tuner.oracle.get_trial(trial["trial"]))
    folder = args.out / f"trial_{trial['trial']}"
    folder.mkdir(exist_ok=True)
    tensors = {"input/mean": jets.mean, "input/scale": jets.scale}
    for name in trial["layers"]:
        tensors[f"{name}/kernel"], tensors[f"{name}/bias"] = model.get_layer(name).get_weights()
    write_safetensors(folder / "weights.safetensors", tensors, wide=["input/mean", "input/scale"])
    (folder / "config.yaml").write_text(config(trial["layers"], args))
    trial["exported"] = f"{folder.name}/config.yaml"

    x, y = read(EXAMPLE / "jets_test.npz")
    x, y = jets.ready(x, y)
    classes = model.predict(x, batch_size=1 << 13, verbose=0).argmax(1)
    trial["test_accuracy"] = float((classes == y).mean())
    if args.verify:
        trial["verified"] = verified(folder, classes, args.verify)


def verified(folder, classes, heteroq):
    """heteroq's exact accuracy on the test jets, and how often it names the class that Keras does."""
    path = str(folder / "config.yaml")
    run = lambda *words: subprocess.run([heteroq, *words, path, "-q"], check=True, capture_output=True, text=True).stdout
    accuracy = json.loads(run("evaluate", "--json"))["accuracy"]
    output = folder / "test.npy"
    run("emulate", "--input", str(EXAMPLE / "jets_test.npz"), "--output", str(output))
    agreement = float((np.load(output).argmax(1) == classes).mean())
    output.unlink()
    return {"test_accuracy": accuracy, "same_class": agreement}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--goal", choices=["bits", "energy"], default="bits")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--batch", type=int, default=1024)
    parser.add_argument("--train", type=int, default=100_000, help="jets to train on")
    parser.add_argument("--validation", type=int, default=51_223, help="jets to score on")
    parser.add_argument("--tune-filters", choices=["none", "layer", "block"], default="layer")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2, help="of each of TensorFlow's pools")
    parser.add_argument("--verify", metavar="HETEROQ", help="the program that runs what is exported")
    args = parser.parse_args()
    args.out = args.out.resolve()
    args.out.mkdir(parents=True, exist_ok=True)
    if args.verify:
        args.verify = str(Path(args.verify).resolve())
    return args


def search(args, jets):
    """AutoQKeras, to the end; its tuner."""
    found = AutoQKeras(
        float_tagger(),
        metrics=["acc"],
        goal=goal(args.goal),
        output_dir="trials",
        custom_tuner=Tuner,
        limit=dict(LIMIT),
        tune_filters=args.tune_filters,
        tune_filters_exceptions="^out$",
        overwrite=False,
        max_trials=args.trials,
        seed=args.seed,
        directory=str(args.out),
        report=lambda tuner: line(args, tuner),
    )
    fit = {"epochs": args.epochs, "batch_size": args.batch, "validation_data": jets.validation, "verbose": 0}
    found.fit(*jets.train, **fit)
    return found.tuner


def main():
    args = arguments()
    if "tf_keras" in sys.modules:
        sys.exit("autoqkeras: there are two Keras: pip install tensorflow-model-optimization==0.7.5")
    tf.get_logger().setLevel("ERROR")
    warnings.filterwarnings("ignore", "The initializer GlorotUniform is unseeded")
    tf.config.threading.set_intra_op_parallelism_threads(args.threads)
    tf.config.threading.set_inter_op_parallelism_threads(args.threads)
    require_same(args)
    patch()
    jets = Jets(args)
    with (args.out / "autoqkeras.log").open("a") as log, contextlib.redirect_stdout(log):
        tuner = search(args, jets)
        trials = report(args, tuner)
        path = args.out / "autoqkeras.json"
        results = json.loads(path.read_text())
        chosen = {results["hardware"]["best"], *results["hardware"]["front"]}
        for trial in trials:
            if trial["trial"] in chosen:
                export(trial, tuner, jets, args)
    write(path, {**results, "trials": trials})
    print(path)


if __name__ == "__main__":
    main()
