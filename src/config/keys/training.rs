//! The keys of `train`, and of the maps in it.

use super::{Key, REQUIRED, Table, key};

/// `train`.
pub const TRAIN: Table = Table {
    title: "`train`",
    common: &[],
    keys: &[
        key("epochs", "whole number", "40", "passes over the training events"),
        key("batch_size", "whole number", "1024", "events in one step"),
        key("optimizer", "`adam`, `adamw`, `sgd` or a map", "`adam`", "the rule that moves the weights"),
        key("learning_rate", "number or map", "1e-3", "how far it moves them"),
        key(
            "loss",
            "`cross_entropy`, `binary_cross_entropy` or `mse`",
            "`cross_entropy`",
            "what is made small",
        ),
        key("l1", "number", "0", "what the sum of the magnitudes of all weights of kernels costs"),
        key("l2", "number", "0", "what the sum of their squares costs"),
        key(
            "early_stopping",
            "whole number or map",
            "none",
            "epochs without a better validation accuracy after which it ends",
        ),
        key(
            "class_weights",
            "`equal`, `balanced` or list of numbers",
            "`equal`",
            "how a loss counts by the class of its event; `balanced`: each class as much as any other in all",
        ),
        key("qnoise", "map", "none", "how quantization sets in; without it fully from the first step"),
        key("pruning", "map", "none", "how the smallest weights become zeros"),
        key("seed", "whole number", "1", "where every random choice starts from"),
    ],
};

const NAME: Key = key("name", "`adam`, `adamw` or `sgd`", REQUIRED, "which rule");
const BETA1: Key = key("beta1", "number", "0.9", "`adam`, `adamw`: decay of the mean of gradients");
const BETA2: Key = key("beta2", "number", "0.999", "`adam`, `adamw`: decay of the mean of their squares");
const EPSILON: Key = key("epsilon", "number", "1e-7", "`adam`, `adamw`: added to the root of that");
const WEIGHT_DECAY: Key = key(
    "weight_decay",
    "number",
    "4e-3",
    "`adamw`: the fraction of a kernel that a step of learning rate 1 takes away",
);
const MOMENTUM: Key = key("momentum", "number", "0", "`sgd`: how much of the last move the next one keeps");
const NESTEROV: Key =
    key("nesterov", "true or false", "false", "`sgd`: the gradient is that ahead of the move");

/// `optimizer` of `train`, as the README shows it; each rule takes its own keys.
pub const OPTIMIZER: Table = Table {
    title: "`optimizer` of `train`",
    common: &[],
    keys: &[NAME, BETA1, BETA2, EPSILON, WEIGHT_DECAY, MOMENTUM, NESTEROV],
};

/// `optimizer` by the name `adam`.
pub const ADAM: Table =
    Table { title: "`optimizer: {name: adam}`", common: &[], keys: &[NAME, BETA1, BETA2, EPSILON] };

/// `optimizer` by the name `adamw`.
pub const ADAMW: Table = Table {
    title: "`optimizer: {name: adamw}`",
    common: &[],
    keys: &[NAME, BETA1, BETA2, EPSILON, WEIGHT_DECAY],
};

/// `optimizer` by the name `sgd`.
pub const SGD: Table =
    Table { title: "`optimizer: {name: sgd}`", common: &[], keys: &[NAME, MOMENTUM, NESTEROV] };

const SCHEDULE: Key =
    key("schedule", "`constant`, `cosine`, `exponential` or `plateau`", "`constant`", "how it changes");
const PEAK: Key = key("peak", "number", "1e-3", "its greatest value");
const WARMUP: Key =
    key("warmup", "number", "0", "epochs, also fractions, over which it rises from 0 to its greatest value");
const FACTOR: Key = key(
    "factor",
    "number",
    "0.9; `plateau`: 0.5",
    "`exponential`: what each epoch multiplies it by; `plateau`: what an end of progress does",
);
const PATIENCE: Key = key(
    "patience",
    "whole number",
    "5",
    "`plateau`: epochs without a better validation loss that are no progress",
);
const FLOOR: Key = key(
    "floor",
    "number",
    "0",
    "`cosine`: what is left at the end, as a fraction of the peak; `plateau`: what is left at least",
);

/// `learning_rate` of `train`, as the README shows it; each schedule takes its own keys.
pub const LEARNING_RATE: Table = Table {
    title: "`learning_rate` of `train`",
    common: &[],
    keys: &[SCHEDULE, PEAK, WARMUP, FACTOR, PATIENCE, FLOOR],
};

const RATE: &[Key] = &[SCHEDULE, PEAK, WARMUP];

/// `learning_rate` by the schedule `constant`.
pub const CONSTANT: Table = Table { title: "`learning_rate: {schedule: constant}`", common: RATE, keys: &[] };

/// `learning_rate` by the schedule `cosine`.
pub const COSINE: Table =
    Table { title: "`learning_rate: {schedule: cosine}`", common: RATE, keys: &[FLOOR] };

/// `learning_rate` by the schedule `exponential`.
pub const EXPONENTIAL: Table =
    Table { title: "`learning_rate: {schedule: exponential}`", common: RATE, keys: &[FACTOR] };

/// `learning_rate` by the schedule `plateau`.
pub const PLATEAU: Table =
    Table { title: "`learning_rate: {schedule: plateau}`", common: RATE, keys: &[FACTOR, PATIENCE, FLOOR] };

/// `early_stopping` of `train`.
pub const EARLY_STOPPING: Table = Table {
    title: "`early_stopping` of `train`",
    common: &[],
    keys: &[
        key("patience", "whole number", REQUIRED, "epochs without a better validation accuracy"),
        key("min_delta", "number", "0", "by how much it must be better to count"),
    ],
};

const START: Key = key("start", "number", "0", "the epoch, also a fraction, where it sets in");
const FINISH: Key = key("finish", "number", REQUIRED, "the epoch where it is complete; at most `epochs`");
const EXPONENT: Key =
    key("exponent", "number", "3", "how the part p of the way bends: `1 − (1 − p)^exponent` of it is done");

/// `qnoise` of `train`.
pub const QNOISE: Table =
    Table { title: "`qnoise` of `train`", common: &[], keys: &[START, FINISH, EXPONENT] };

/// `pruning` of `train`.
pub const PRUNING: Table = Table {
    title: "`pruning` of `train`",
    common: &[],
    keys: &[
        key("sparsity", "number", REQUIRED, "the fraction of each kernel that is zero in the end"),
        START,
        FINISH,
        EXPONENT,
        key("every", "whole number", "100", "steps between two choices of what is zero"),
    ],
};

/// The maps of `train`, in the order of the README.
pub(super) const MAPS: &[Table] = &[OPTIMIZER, LEARNING_RATE, EARLY_STOPPING, QNOISE, PRUNING];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_lists_the_keys_of_every_rule_and_schedule() {
        let of = |tables: &[Table]| {
            let mut names: Vec<&str> = tables.iter().flat_map(Table::names).collect();
            names.sort_unstable();
            names.dedup();
            names
        };
        assert_eq!(of(&[OPTIMIZER]), of(&[ADAM, ADAMW, SGD]));
        assert_eq!(of(&[LEARNING_RATE]), of(&[CONSTANT, COSINE, EXPONENTIAL, PLATEAU]));
    }
}
