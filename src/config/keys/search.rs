//! The keys of `search`, and of the maps in it.

use super::{Key, REQUIRED, Table, key};

/// `search`.
pub const SEARCH: Table = Table {
    title: "`search`",
    common: &[],
    keys: &[
        key(
            "goal",
            "`bits`, `energy`, `luts`, `latency`, or a list of them",
            "those of `budget`, else `luts`",
            "the cost that counts; without `score` and `budget` a list asks for the front of all",
        ),
        key("score", "map", "{}", "how accuracy and one cost are weighed: AutoQKeras's forgiving factor"),
        key("budget", "map", "none", "in its place the best of those that cost no more"),
        key("reference", "map or path", "{bits: 8}", "what the cost is compared with"),
        key("metric", "`accuracy`, `auc` or a map", "`accuracy`", "how good a network is at its task"),
        key(
            "limit",
            "map of lists",
            REQUIRED,
            "by class or pattern on layer names the bounds of kernel, bias and activation: most bits, or a list of \
             quantizers; layers of one pattern share their choice; those without a bound take that of `default`, 8",
        ),
        key("quantizers", "map of maps", "AutoQKeras's", "what a number of bits in `limit` chooses from"),
        key(
            "tune_filters",
            "`none`, `layer` or `block`",
            "`none`",
            "whether units are searched, 0.5 to 2 times as many: by layer, or all by one factor",
        ),
        key("tune_filters_exceptions", "pattern", "none", "layers that keep their units, by part of a name"),
        key("frozen", "list of names", "none", "layers that nothing changes"),
        key("tune_learning_rate", "true or false", "false", "whether the learning rate is searched"),
        key(
            "sampler",
            "`random`, `tpe`, `asha`, `nsga2` or `grid`",
            "`tpe`; of a front `nsga2`",
            "how the next trial is chosen",
        ),
        key(
            "warm_start",
            "true or false",
            "false",
            "whether the first trials of `tpe` and `nsga2` are alike in all layers: of every list the first quantizer, …, of \
             every list the last",
        ),
        key("trials", "whole number", "100", "trials in all"),
        key("epochs", "whole number", "10", "epochs of each trial"),
        key("events", "whole number", "all", "training events of each trial"),
        key("seed", "whole number", "that of `train`", "where every random choice starts from"),
        key("final", "map", "{}", "how the best are trained again, from nothing"),
        key("blocks", "list of patterns", "none", "layers that are searched together, block after block"),
        key(
            "schedule_block",
            "`sequential` or `cost`",
            "`sequential`",
            "whether the dearest block comes first",
        ),
        key("bits", "map", "{}", "what the cost `bits` counts"),
        key("energy", "map", "{}", "what the cost `energy` assumes"),
    ],
};

/// `score` of `search`.
pub const SCORE: Table = Table {
    title: "`score` of `search`",
    common: &[],
    keys: &[
        key("delta_p", "number", "8", "percent of the metric that a cost `rate` times smaller may lose"),
        key("delta_n", "number", "8", "percent of the metric that a cost `rate` times greater must win"),
        key("rate", "number", "2", "greater than 1"),
        key("stress", "number", "1", "a factor on the reference's cost"),
    ],
};

/// `budget` of `search`.
pub const BUDGET: Table = Table {
    title: "`budget` of `search`",
    common: &[],
    keys: &[
        key("bits", "number", "none", "most bits"),
        key("energy", "number", "none", "most pJ of one inference"),
        key("luts", "number", "none", "most LUTs"),
        key("latency_ns", "number", "none", "most nanoseconds"),
    ],
};

/// `reference` of `search`.
pub const REFERENCE: Table = Table {
    title: "`reference` of `search`",
    common: &[],
    keys: &[
        key("bits", "whole number", "8", "the float network, quantized to so many bits after training"),
        key("config", "path", "none", "in its place the network of this config, with its weights"),
    ],
};

/// `metric` of `search`.
pub const METRIC: Table = Table {
    title: "`metric` of `search`",
    common: &[],
    keys: &[key(
        "efficiency",
        "number",
        REQUIRED,
        "the efficiency where this fraction of background is kept: the mean of all classes",
    )],
};

/// `quantizers` of `search`.
pub const QUANTIZERS: Table = Table {
    title: "`quantizers` of `search`",
    common: &[],
    keys: &[
        key("kernel", "map of quantizers to bits", "AutoQKeras's", "for kernels"),
        key("bias", "map of quantizers to bits", "AutoQKeras's", "for biases"),
        key(
            "activation",
            "map of quantizers to bits",
            "AutoQKeras's",
            "for what follows a layer, with a function",
        ),
        key(
            "linear",
            "map of quantizers to bits",
            "AutoQKeras's",
            "for what follows a layer and only rounds",
        ),
    ],
};

/// `final` of `search`.
pub const FINAL: Table = Table {
    title: "`final` of `search`",
    common: &[],
    keys: &[
        key("epochs", "whole number", "that of `train`", "epochs of each training"),
        key("seeds", "whole number", "3", "trainings of each network"),
    ],
};

/// `bits` of `search`.
pub const BITS: Table = Table {
    title: "`bits` of `search`",
    common: &[],
    keys: &[
        key("input_bits", "whole number", "8", "bits of a feature of the input"),
        key("output_bits", "whole number", "8", "bits of an output behind a softmax or sigmoid"),
        key("parameters", "true or false", "true", "whether parameters count"),
        key("activations", "true or false", "true", "whether activations count"),
    ],
};

const MEMORY: &str = "`dram`, `sram` or `fixed`";

const PARAMETERS: Key = key("parameters_on_memory", MEMORY, "`sram`", "where parameters are");
const ACTIVATIONS: Key = key("activations_on_memory", MEMORY, "`sram`", "where activations are");

/// `energy` of `search`.
pub const ENERGY: Table = Table {
    title: "`energy` of `search`",
    common: &[],
    keys: &[
        PARAMETERS,
        ACTIVATIONS,
        key("min_sram_size", "whole number", "0", "the least bits of an SRAM"),
        key(
            "rd_wr_on_io",
            "true or false",
            "false",
            "whether reading the input and writing the output count",
        ),
    ],
};

/// The maps of `search`, in the order of the README.
pub(super) const MAPS: &[Table] = &[SCORE, BUDGET, REFERENCE, METRIC, QUANTIZERS, FINAL, BITS, ENERGY];
