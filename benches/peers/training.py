#!/usr/bin/env python3
"""Wall time per epoch of the 6-bit jet tagger: heteroq beside QKeras, in turn, on the same threads.

    training.py [--pairs 5] [--threads 2] [--epochs 5] [--heteroq target/release/heteroq]

Both train on the same file with batches of 1,024 and Adam, and end each epoch with the validation jets. A pair is
one run of each, heteroq first in every other one, so that a change of the machine's load meets both. A run counts
as the median of its epochs, the first, which warms up, left out: seconds of training + seconds of validation, which
with heteroq is that of the exact integer net. Minutes; needs what qkeras_train.py needs.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
EXAMPLE = ROOT / "examples/jet_tagger"


def last_json(words):
    """The JSON that a program prints: all of it, or its last line."""
    printed = subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()
    try:
        return json.loads(printed)
    except json.JSONDecodeError:
        return json.loads(printed.splitlines()[-1])


def qkeras(args, _):
    """Seconds of an epoch's training and validation, and the accuracy on validation jets."""
    script = str(HERE / "qkeras_train.py")
    found = last_json([sys.executable, script, "--threads", str(args.threads), "--epochs", str(args.epochs)])
    return found["seconds"], found["validation_seconds"], found["accuracy"]


def heteroq(args, folder):
    """The same of `heteroq train`."""
    config = folder / "config.yaml"
    text = (EXAMPLE / "config.yaml").read_text().replace("epochs: 40", f"epochs: {1 + args.epochs}")
    for split in ["train", "test"]:
        text = text.replace(f"jets_{split}.npz", str(EXAMPLE / f"jets_{split}.npz"))
    config.write_text(text)
    words = ["train", str(config), "--out", str(folder / "w.safetensors"), "--threads", str(args.threads)]
    epochs = last_json([args.heteroq, *words, "--json", "-q"])["epochs"]
    median = lambda key: statistics.median(epoch[key] for epoch in epochs[1:])
    return median("seconds"), median("validation_seconds"), epochs[-1]["validation_accuracy"]


def pair(number, args):
    """One run of each, in an order that alternates: QKeras, heteroq."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for run in [heteroq, qkeras] if number % 2 else [qkeras, heteroq]:
            found[run.__name__] = run(args, Path(folder))
    return found["qkeras"], found["heteroq"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=5, help="that count, in each run")
    parser.add_argument("--heteroq", default=str(ROOT / "target/release/heteroq"))
    args = parser.parse_args()

    columns = ["pair", "QKeras, s/epoch", "heteroq, s/epoch", "ratio of training", "of all", "accuracy", "load"]
    print(f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}")
    ratios = []
    for number in range(args.pairs):
        peer, own = pair(number, args)
        ratios.append((peer[0] / own[0], sum(peer[:2]) / sum(own[:2])))
        seconds = " | ".join(f"{run[0]:.3f} + {run[1]:.3f}" for run in [peer, own])
        ratio = " | ".join(f"{one:.1f}" for one in ratios[-1])
        accuracy = ", ".join(f"{100 * run[2]:.2f} %" for run in [peer, own])
        print(f"| {number + 1} | {seconds} | {ratio} | {accuracy} | {os.getloadavg()[0]:.1f} |", flush=True)
    medians = " | ".join(f"{statistics.median(column):.1f}" for column in zip(*ratios))
    print(f"| median | | | {medians} | | |")


if __name__ == "__main__":
    main()
