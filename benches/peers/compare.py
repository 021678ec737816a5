#!/usr/bin/env python3
"""LUT + INV of heteroq beside da4ml's, for the shipped and a random tagger, at da4ml's number of register ranks.

    compare.py [HETEROQ]        the program; target/release/heteroq if not named

Both go through the same Yosys command. heteroq's clock is the fastest of a few that gives as many ranks as da4ml.
Half-to-even, which da4ml does not have, is a line of its own. Some ten minutes; needs what da4ml_luts.py needs.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SHIPPED = HERE.parents[1] / "examples/jet_tagger/weights.safetensors"
INTEGER_BITS = {"shipped": [0, 0, 0], "random": [2, 1, 0]}
CLOCKS_MHZ = [200, 180, 160, 150, 140, 130, 120, 110, 100, 90, 80]


def config(name, weights, rounding, clock_mhz):
    """The tagger as a heteroq config for xc7."""
    six = '"quantized_bits(6, 0, alpha=1)"'
    relu = lambda bits: f", activation: \"quantized_relu(6, {bits}, round='{rounding}')\""
    units = zip(["fc1", "fc2", "fc3", "out"], [64, 32, 32, 5], [relu(bits) for bits in INTEGER_BITS[name]] + [""])
    layers = [f"  - {{name: {n}, kind: dense, units: {u}, kernel: {six}, bias: {six}{a}}}" for n, u, a in units]
    head = [f"name: {name}", 'input: {shape: [16], quantizer: "quantized_bits(16, 5)"}', "layers:"]
    tail = [
        f"weights: {weights}",
        f"data: {{standardize: {'true' if name == 'shipped' else 'false'}}}",
        f"hardware: {{clock_mhz: {clock_mhz}, initiation_clocks: 4, target: xc7vx690t}}",
    ]
    return "\n".join(head + layers + tail) + "\n"


def heteroq(program, name, weights, rounding, ranks, folder):
    """LUT, INV, FF and ranks of the fastest design with at most `ranks` register ranks."""
    path = folder / f"{name}_{rounding}.yaml"
    run = lambda *words: json.loads(subprocess.run([program, *words], check=True, capture_output=True).stdout)
    for clock_mhz in CLOCKS_MHZ:
        path.write_text(config(name, weights, rounding, clock_mhz))
        out = folder / f"{name}_{rounding}"
        if run("gen", "-q", "--json", str(path), "-o", str(out))["latency_cycles"] <= ranks:
            break
    report = run("synth", "-q", "--json", "--tool", "yosys", str(path), "-o", str(out))
    row = report["synth"][0]
    return {"lut": row["lut"], "inv": row["inv"], "ff": row["ff"], "ranks": report["latency_cycles"]}


def da4ml(*words):
    """What da4ml_luts.py prints in its last line; da4ml itself may have printed before."""
    script = str(HERE / "da4ml_luts.py")
    printed = subprocess.run([sys.executable, script, *words], check=True, capture_output=True).stdout
    return json.loads(printed.decode().strip().splitlines()[-1])


def show(network, who, row):
    """A line of the table."""
    lut, inv, ff = row["lut"], row["inv"], row["ff"]
    print(f"| {network} | {who} | {lut:,} | {inv:,} | {lut + inv:,} | {ff:,} | {row['ranks']} |", flush=True)


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else str(HERE.parents[1] / "target/release/heteroq")
    print("| network | by | LUT | INV | LUT + INV | FF | ranks |\n|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        drawn = folder / "random.safetensors"
        subprocess.run([sys.executable, HERE / "da4ml_luts.py", "--random", "1", "--write", drawn], check=True)
        for name, weights, words in [("shipped", SHIPPED, [str(SHIPPED)]), ("random", drawn, ["--random", "1"])]:
            peer = da4ml(*words)
            show(name, "da4ml 0.6.0", peer)
            for rounding in ["half_up", "half_even"]:
                row = heteroq(program, name, weights, rounding, peer["ranks"], folder)
                show(name, f"heteroq, {rounding}", row)


if __name__ == "__main__":
    main()
