//! Changes of a config's text beside those of quantizers: name, units, training, and the end of a search.

use super::change::Changes;
use super::edit::Edits;
use super::rewrite::items;
use crate::config::Config;
use crate::config::decimal::Decimal;
use crate::config::fields::{Read, find, pairs};
use crate::config::tree::{Node, Value};

/// Makes these changes.
pub(super) fn change(edits: &mut Edits, root: &Node, config: &Config, changes: &Changes) {
    let top = pairs(root);
    if let (Some(name), Some(node)) = (&changes.name, find(top, "name")) {
        edits.replace(node, name);
    }
    let layers = find(top, "layers").map_or(&[][..], items);
    for (layer, changes) in layers.iter().zip(&changes.layers) {
        if let (Some(units), Some(node)) = (changes.units, find(pairs(layer), "units")) {
            edits.write(node, &units.to_string());
        }
    }
    train(edits, root, config, changes);
    if changes.without_search {
        edits.remove(root, "search");
    }
}

/// The keys of `train`: those there are change in their places, the others come first.
fn train(edits: &mut Edits, root: &Node, config: &Config, changes: &Changes) {
    let old = find(pairs(root), "train");
    let keys = old.map_or(&[][..], pairs);
    let wanted = [
        ("epochs", changes.epochs.map(|epochs| epochs.to_string())),
        ("seed", changes.seed.map(|seed| seed.to_string())),
        ("learning_rate", changes.learning_rate.map(number)),
    ];
    let mut added = Vec::new();
    for (key, value) in wanted.into_iter().filter_map(|(key, value)| Some((key, value?))) {
        match find(keys, key) {
            Some(map @ Node { value: Value::Map(own), .. }) => match find(own, "peak") {
                Some(peak) => edits.write(peak, &value),
                None => edits.begin(map, &[("peak", value)]),
            },
            Some(node) => edits.write(node, &value),
            None => added.push((key, value)),
        }
    }
    match old {
        _ if added.is_empty() => {}
        Some(map) => edits.begin(map, &added),
        None => {
            let all: Vec<String> = added.iter().map(|(key, value)| format!("{key}: {value}")).collect();
            edits.before(root, "layers", &[("train", format!("{{{}}}", all.join(", ")))]);
        }
    }
    if let Some(epochs) = changes.epochs {
        stretch(edits, keys, config.train.epochs, epochs);
    }
}

/// What is counted in epochs, as the same part of the new ones.
fn stretch(edits: &mut Edits, train: &[(Node, Node)], old: usize, new: usize) {
    let counted =
        [("learning_rate", "warmup"), ("qnoise", "start"), ("qnoise", "finish"), ("pruning", "start")];
    for (map, key) in counted.into_iter().chain([("pruning", "finish")]) {
        let node = find(train, map).and_then(|map| find(pairs(map), key));
        let Some((node, epoch)) = node.and_then(|node| Some((node, Decimal::read(node)?.to_f64()))) else {
            continue;
        };
        #[expect(clippy::cast_precision_loss, reason = "at most a million")]
        let epoch = epoch * new as f64 / old as f64;
        edits.write(node, &number(epoch));
    }
}

/// `x` in at most 15 digits, which is what a config's numbers may have.
fn number(x: f64) -> String {
    let plain = x.to_string();
    if plain.len() <= 15 { plain } else { format!("{x:.9e}") }
}
