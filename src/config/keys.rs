//! Every key of config.yaml: the reader accepts these and no others, and the README lists them.

pub mod search;
pub mod training;

pub use search::SEARCH;
use std::fmt::Write;
pub use training::TRAIN;

/// One key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// As it is written.
    pub name: &'static str,
    /// What its value looks like.
    pub kind: &'static str,
    /// What holds without it.
    pub default: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

/// The keys of one section, or of one kind of layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// The section, as a diagnostic and the README call it.
    pub title: &'static str,
    /// Keys shared with other tables.
    pub common: &'static [Key],
    /// Its own keys.
    pub keys: &'static [Key],
}

impl Table {
    /// Every key it takes, in the order of the README.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.common.iter().chain(self.keys).map(|key| key.name)
    }

    /// What `name` means.
    pub fn meaning(&self, name: &str) -> &'static str {
        let mut keys = self.common.iter().chain(self.keys);
        keys.find(|key| key.name == name).map_or("", |key| key.meaning)
    }
}

/// A row of a table.
pub(super) const fn key(
    name: &'static str,
    kind: &'static str,
    default: &'static str,
    meaning: &'static str,
) -> Key {
    Key { name, kind, default, meaning }
}

/// What stands for a default where there is none.
const REQUIRED: &str = "required";

/// The whole file.
pub const TOP: Table = Table {
    title: "the config",
    common: &[],
    keys: &[
        key("name", "name", REQUIRED, "the network's name: the folder under `rtl_out/` and the top module"),
        key("input", "section", REQUIRED, "what comes in"),
        key(
            "layers",
            "list of layers",
            REQUIRED,
            "the layers, each after those it reads; the last is the output",
        ),
        key("output", "section", "{}", "what goes out"),
        key(
            "sigmoid",
            "`hard`, `smooth` or `real`",
            "`hard`",
            "what sigmoid and tanh are inside quantizers: QKeras's `set_internal_sigmoid`",
        ),
        key("weights", "path", "`weights.safetensors`", "the weights: a safetensors file"),
        key("data", "section", "{}", "where events come from"),
        key("train", "section", "{}", "how to train"),
        key("search", "section", "none", "how to search for quantizers and sizes"),
        key("hardware", "section", "{}", "clock, device and arithmetic"),
        key("verify", "section", "{}", "how much to verify"),
    ],
};

/// `input`.
pub const INPUT: Table = Table {
    title: "`input`",
    common: &[],
    keys: &[
        key("shape", "list of whole numbers", REQUIRED, "dimensions of one event"),
        key("quantizer", "quantizer", REQUIRED, "how a feature becomes an integer"),
        key("names", "list of names", "`x0`, `x1`, …", "one name for each feature: the ports"),
    ],
};

/// `output`.
pub const OUTPUT: Table = Table {
    title: "`output`",
    common: &[],
    keys: &[
        key("classes", "list of names", "`y0`, `y1`, …", "one name for each output: the ports"),
        key(
            "argmax",
            "true or false",
            "false",
            "the index of the greatest class (the lowest on ties) replaces the values",
        ),
    ],
};

/// `data`.
pub const DATA: Table = Table {
    title: "`data`",
    common: &[],
    keys: &[
        key("train", "path", "none", "events to train with: .npz (`x`, `y`), or .csv"),
        key("test", "path", "none", "events for the figures of the report"),
        key("validation", "fraction or path", "0.2", "a fraction of `train`, drawn by the seed, or a file"),
        key(
            "standardize",
            "true or false",
            "false",
            "x' = (x − `input/mean`) / `input/scale` before the input quantizer",
        ),
    ],
};

/// `hardware`.
pub const HARDWARE: Table = Table {
    title: "`hardware`",
    common: &[],
    keys: &[
        key("clock_mhz", "number", "320", "the clock"),
        key(
            "initiation_ns",
            "number",
            "25",
            "time between two events; with the clock, a whole number of clocks",
        ),
        key("initiation_clocks", "whole number", "none", "the same in clocks, in place of `initiation_ns`"),
        key("target", "device or family", "`xcvu9p`", "the FPGA"),
        key("max_latency_ns", "number", "none", "the latency budget: a slower design is an error"),
        key(
            "arithmetic",
            "`shift_add` or `multiply`",
            "`shift_add`",
            "constant products as shared shifts and additions, or as `*`",
        ),
        key("register_inputs", "true or false", "true", "a register before the first operation"),
        key("register_outputs", "true or false", "true", "a register after the last one"),
    ],
};

/// `verify`.
pub const VERIFY: Table = Table {
    title: "`verify`",
    common: &[],
    keys: &[key("vectors", "whole number", "1000", "events that all executors are compared on")],
};

const LAYER: &[Key] = &[
    key("name", "name", REQUIRED, "the layer's name: the module and the tensors `name/kernel`, `name/bias`"),
    key(
        "kind",
        "`dense`, `activation`, `batch_norm`, `dropout`, `flatten`, `add` or `concatenate`",
        REQUIRED,
        "what it computes",
    ),
];

const ONE_INPUT: Key =
    key("inputs", "list of one name", "the layer before", "what it reads: a layer above, or `input`");
const MANY_INPUTS: Key =
    key("inputs", "list of names", REQUIRED, "what it reads: two or more of the layers above and `input`");
const ACTIVATION_AFTER: Key = key(
    "activation",
    "quantizer, or `linear`, `relu`, `tanh`, `sigmoid`, `softmax`",
    "`linear`",
    "the quantizer after it; a float function is for `check` and `convert` alone",
);

/// Keys of every layer.
pub const EVERY_LAYER: Table = Table { title: "every layer", common: &[], keys: LAYER };

/// A layer of kind `dense`.
pub const DENSE: Table = Table {
    title: "a `dense` layer",
    common: LAYER,
    keys: &[
        ONE_INPUT,
        key("units", "whole number", REQUIRED, "outputs"),
        key(
            "kernel",
            "quantizer",
            "float",
            "the kernel's quantizer; without one, `gen` and `sim` refuse the layer",
        ),
        key("bias", "quantizer", "as stored", "the bias's quantizer"),
        key("use_bias", "true or false", "true", "whether there is a bias"),
        key(
            "batch_norm",
            "`fold`, or a section",
            "none",
            "a batch normalization in the kernel and the bias, before their quantizers",
        ),
        ACTIVATION_AFTER,
        key(
            "arithmetic",
            "`shift_add` or `multiply`",
            "that of `hardware`",
            "how its constant products are made",
        ),
    ],
};

/// A layer of kind `activation`.
pub const ACTIVATION: Table = Table {
    title: "an `activation` layer",
    common: LAYER,
    keys: &[
        ONE_INPUT,
        key(
            "quantizer",
            "quantizer, or `linear`, `relu`, `tanh`, `sigmoid`, `softmax`",
            REQUIRED,
            "what it does to each element; a float function is for `check` and `convert` alone",
        ),
    ],
};

const MOMENTUM: Key =
    key("momentum", "number", "0.99", "what is left of the moving statistics at each step of training");
const EPSILON: Key = key("epsilon", "number", "1e-3", "what is added to the variance");
const CENTER: Key = key("center", "true or false", "true", "whether there is a beta");
const SCALE: Key = key("scale", "true or false", "true", "whether there is a gamma");

/// A layer of kind `batch_norm`.
pub const BATCH_NORM: Table = Table {
    title: "a `batch_norm` layer",
    common: LAYER,
    keys: &[
        ONE_INPUT,
        MOMENTUM,
        EPSILON,
        CENTER,
        SCALE,
        key(
            "quantized",
            "true or false",
            "false",
            "the defaults of QKeras's `QBatchNormalization` for the quantizers below",
        ),
        key("gamma", "quantizer", "float; `quantized_relu_po2(6, 2048)`", "gamma's quantizer"),
        key("beta", "quantizer", "float; `quantized_po2(5)`", "beta's quantizer"),
        key("mean", "quantizer", "float; `quantized_po2(5)`", "the mean's quantizer"),
        key(
            "variance",
            "quantizer",
            "float; `quantized_relu_po2(6, quadratic_approximation=True)`",
            "the variance's quantizer",
        ),
        key(
            "inverse",
            "quantizer",
            "none",
            "the quantizer of gamma / sqrt(variance + epsilon), in place of those of gamma and variance",
        ),
        ACTIVATION_AFTER,
    ],
};

/// A batch normalization in a dense layer.
pub const FOLD: Table = Table {
    title: "`batch_norm` in a `dense` layer",
    common: &[],
    keys: &[
        key(
            "fold",
            "`moving` or `batch`",
            "`moving`",
            "the statistics that training folds: QKeras's `ema_stats_folding` or `batch_stats_folding`",
        ),
        key(
            "freeze_delay",
            "whole number",
            "never",
            "the step after which the moving statistics stay, and replace those of the batch",
        ),
        MOMENTUM,
        EPSILON,
        CENTER,
        SCALE,
    ],
};

/// A layer of kind `dropout`.
pub const DROPOUT: Table = Table {
    title: "a `dropout` layer",
    common: LAYER,
    keys: &[
        ONE_INPUT,
        key("rate", "number", REQUIRED, "the part of its elements that a step of training sets to 0"),
    ],
};

/// A layer of kind `flatten`.
pub const FLATTEN: Table = Table { title: "a `flatten` layer", common: LAYER, keys: &[ONE_INPUT] };

/// A layer of kind `add`.
pub const ADD: Table =
    Table { title: "an `add` layer", common: LAYER, keys: &[MANY_INPUTS, ACTIVATION_AFTER] };

/// A layer of kind `concatenate`.
pub const CONCATENATE: Table =
    Table { title: "a `concatenate` layer", common: LAYER, keys: &[MANY_INPUTS, ACTIVATION_AFTER] };

/// The table of the section `key` of the config.
pub(super) fn section(key: &str) -> &'static Table {
    match key {
        "input" => &INPUT,
        "output" => &OUTPUT,
        "data" => &DATA,
        "train" => &TRAIN,
        "search" => &SEARCH,
        "hardware" => &HARDWARE,
        "verify" => &VERIFY,
        _ => unreachable!("`{key}` is no section"),
    }
}

/// Every table, in the order of the README; behind `train` and `search` come those of the maps in them.
pub const TABLES: &[Table] = &[
    TOP,
    INPUT,
    OUTPUT,
    DATA,
    TRAIN,
    SEARCH,
    HARDWARE,
    VERIFY,
    EVERY_LAYER,
    DENSE,
    FOLD,
    ACTIVATION,
    BATCH_NORM,
    DROPOUT,
    FLATTEN,
    ADD,
    CONCATENATE,
];

/// The tables as the README shows them: Markdown, one table each.
pub fn markdown() -> String {
    let with_maps = |table: &'static Table| {
        let maps = match table {
            table if *table == TRAIN => training::MAPS,
            table if *table == SEARCH => search::MAPS,
            _ => &[],
        };
        std::iter::once(table).chain(maps)
    };
    TABLES.iter().flat_map(with_maps).map(table).collect::<Vec<_>>().join("\n")
}

fn table(table: &Table) -> String {
    let mut out =
        format!("Keys of {}:\n\n| key | value | default | meaning |\n|---|---|---|---|\n", table.title);
    for key in table.keys {
        let Key { name, kind, default, meaning } = key;
        writeln!(out, "| `{name}` | {kind} | {default} | {meaning} |").expect("a string takes all");
    }
    out
}
