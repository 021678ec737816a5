"""Keeps of the outputs of QTools what tests/qtools compares: `python prune.py FROM`, in the folder of this file.

FROM holds MODEL.json, MODEL.qstats.txt, MODEL.float_twin.json and forgiving.json, as a script left them that called QKeras 0.9.0
(`QTools(...)._output_dict`, `pe`, `extract_energy_sum`, `print_qstats`, `ForgivingFactorBits`, `ForgivingFactorPower`).
Maps that are equal are stored once; an energy is [inputs, outputs, parameters, op_cost]; `gates` is [gate_factor, gate_bits] of a multiplier.
"""
import json
import pathlib
import shutil
import sys

MODELS = ["s_mlp6", "s_mlp_hetero", "s_mlp_qbn"]
FROM = pathlib.Path(sys.argv[1])
HERE = pathlib.Path(__file__).parent
MEMORIES = ["weights_on_memory", "activations_on_memory", "min_sram_size", "rd_wr_on_io"]
SETTINGS = ["source_quantizers", "is_inference", "keras_quantizer", "keras_accumulator", "for_reference"]


def read(name):
    return json.loads((FROM / name).read_text())


def write(name, data):
    (HERE / name).write_text(json.dumps(data, separators=(",", ":")) + "\n")


def energies(result):
    parts = ["inputs", "outputs", "parameters", "op_cost"]
    layers = {name: [row["energy"][part] for part in parts] for name, row in result.items() if name != "total_cost"}
    return {"total_cost": result["total_cost"], "layers": layers}


def runs(name):
    maps, kept = [], []
    for run in read(f"{name}.json")["runs"]:
        if run["map"] not in maps:
            maps.append(run["map"])
        gates = {
            layer: [one["multiplier"]["gate_factor"], one["multiplier"]["gate_bits"]]
            for layer, one in run["detail"].items()
            if one.get("multiplier")
        }
        counts = {layer: one["operation_count"] for layer, one in run["detail"].items()}
        energy = [{key: e[key] for key in MEMORIES + ["sum_included"]} | energies(e["result"]) for e in run["energy"]]
        kept.append({key: run[key] for key in SETTINGS} | {"map": maps.index(run["map"]), "gates": gates, "counts": counts, "energy": energy})
    return {"maps": maps, "runs": kept}


def twin(name):
    layers = read(f"{name}.float_twin.json")["config"]["layers"]
    return [{"class_name": layer["class_name"], "name": layer["name"], "activation": layer["config"].get("activation"), "units": layer["config"].get("units")} for layer in layers]


def forgiving():
    kept = []
    for one in read("forgiving.json"):
        if one["model"] not in MODELS:
            continue
        one.pop("total_factor", None)
        for key in ["ref_energy", "trial_energy"]:
            if key in one:
                one[key] = energies(one[key])
        for key in ["ref_stats", "trial_stats"]:
            if key in one:
                one[key] = {layer: [row["parameters"], row["activations"]] for layer, row in one[key].items()}
        kept.append(one)
    return kept


for model in MODELS:
    write(f"{model}.json", runs(model) | {"twin": twin(model)})
    shutil.copyfile(FROM / f"{model}.qstats.txt", HERE / f"{model}.qstats.txt")
write("forgiving.json", forgiving())
