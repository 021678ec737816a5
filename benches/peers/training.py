#!/usr/bin/env python3
"""Wall time per epoch of the 6-bit jet tagger: heteroq beside QKeras, in turn, on the same threads.

    training.py [--pairs 5] [--threads 2] [--epochs 5] [--heteroq target/release/heteroq]

Both train on the same file with batches of 1,024 and Adam, and end each epoch with the validation jets. A pair is
one run of each, heteroq first in every other one, so that a change of the machine's load meets both. A run counts
as the median of its epochs, the first, which warms up, left out. Minutes; needs what qkeras_train.py needs.
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
    """Seconds of an epoch, and the accuracy on validation jets."""
    script = str(HERE / "qkeras_train.py")
    found = last_json([sys.executable, script, "--threads", str(args.threads), "--epochs", str(args.epochs)])
    return found["seconds"], found["accuracy"]


def heteroq(args, folder):
    """The same of `heteroq train`."""
    config = folder / "config.yaml"
    text = (EXAMPLE / "config.yaml").read_text().replace("epochs: 40", f"epochs: {1 + args.epochs}")
    for split in ["train", "test"]:
        text = text.replace(f"jets_{split}.npz", str(EXAMPLE / f"jets_{split}.npz"))
    config.write_text(text)
    words = ["train", str(config), "--out", str(folder / "w.safetensors"), "--threads", str(args.threads)]
    epochs = last_json([args.heteroq, *words, "--json", "-q"])["epochs"]
    seconds = [epoch["seconds"] + epoch["validation_seconds"] for epoch in epochs[1:]]
    return statistics.median(seconds), epochs[-1]["validation_accuracy"]


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

    print("| pair | QKeras, s/epoch | heteroq, s/epoch | ratio | accuracy | load |\n|---|---|---|---|---|---|")
    seconds = []
    for number in range(args.pairs):
        (peer, peer_accuracy), (own, own_accuracy) = pair(number, args)
        seconds.append((peer, own))
        accuracy, load = f"{100 * peer_accuracy:.2f} %, {100 * own_accuracy:.2f} %", f"{os.getloadavg()[0]:.1f}"
        print(f"| {number + 1} | {peer:.3f} | {own:.3f} | {peer / own:.1f} | {accuracy} | {load} |", flush=True)
    peer, own = (statistics.median(column) for column in zip(*seconds))
    ratio = statistics.median(peer / own for peer, own in seconds)
    print(f"| median | {peer:.3f} | {own:.3f} | {ratio:.1f} | | |")


if __name__ == "__main__":
    main()
