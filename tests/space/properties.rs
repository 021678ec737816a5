//! Random networks and limits: every point is a config that reads, whose layers are what the point says.

use heteroq::config::convert::change::changed;
use heteroq::config::convert::requantize::Place;
use heteroq::config::{self, Config, Kind, Layer};
use heteroq::search::domain::{Choice, Dimension};
use heteroq::search::space::{Scope, Space};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;

/// A hidden layer: its units, what follows it, whether that is a layer of its own, whether it has a kernel quantizer.
type Hidden = (usize, &'static str, bool, bool);

fn hidden() -> impl Strategy<Value = Hidden> {
    let after =
        prop::sample::select(vec!["relu", "tanh", "quantized_relu(6)", "quantized_bits(6, 2)", "linear"]);
    (1usize..9, after, any::<bool>(), any::<bool>())
}

/// Keys of `limit`, all of which mean a layer, and their bounds.
fn limit() -> impl Strategy<Value = Vec<(&'static str, &'static str)>> {
    let key = prop::sample::select(vec!["dense", "fc", "fc0", "[fo].*[0t]$", "o|fc1", "Dense"]);
    let bounds = prop::sample::select(vec![
        "[8, 8, 4]",
        "[1]",
        "[2, 4, 16]",
        r#"[["ternary()", "quantized_bits(5, 0)"], 4]"#,
        "[]",
    ]);
    prop::collection::btree_map(key, bounds, 1..4).prop_map(|map| map.into_iter().collect())
}

fn text(layers: &[Hidden], limit: &[(&str, &str)], filters: &str, exceptions: bool) -> String {
    let mut all = String::new();
    for (n, (units, after, apart, quantized)) in layers.iter().enumerate() {
        let kernel = if *quantized { ", kernel: \"quantized_bits(6, 0)\"" } else { "" };
        let fused = if *apart { String::new() } else { format!(", activation: \"{after}\"") };
        all += &format!("  - {{name: fc{n}, kind: dense, units: {units}{kernel}{fused}}}\n");
        if *apart {
            all +=
                &format!("  - name: fc{n}_act\n    kind: activation # apart\n    quantizer: \"{after}\"\n");
        }
    }
    let limit: Vec<String> = limit.iter().map(|(key, bounds)| format!("\"{key}\": {bounds}")).collect();
    let exceptions = if exceptions { "\n  tune_filters_exceptions: \"1\"" } else { "" };
    format!(
        "name: random\ninput: {{shape: [3], quantizer: \"quantized_bits(8, 0)\"}}\nlayers:\n{all}  - {{name: out, kind: dense, units: 2}}\nsearch:\n  limit: {{{}}}\n  tune_filters: {filters}{exceptions}\n  tune_learning_rate: true\n",
        limit.join(", ")
    )
}

/// The key of `limit` for a layer, found anew: names first, then dense layers by their class.
fn key<'a>(limit: &[(&'a str, &str)], layer: &Layer) -> Option<&'a str> {
    let is_class = |key: &str| key == "dense" || key == "Dense";
    let matches = |key: &str| regex::Regex::new(&format!("^(?:{key})")).unwrap().is_match(&layer.name);
    let named = limit.iter().find(|(key, _)| !is_class(key) && matches(key));
    let class = || limit.iter().find(|(key, _)| is_class(key) && matches!(layer.kind, Kind::Dense(_)));
    named.or_else(class).map(|(key, _)| *key)
}

struct Chosen<'a> {
    limit: &'a [(&'static str, &'static str)],
    values: BTreeMap<String, Choice>,
}

impl Chosen<'_> {
    /// The quantizer that was chosen for `what` of `layer`, else `old`.
    fn quantizer(&self, layer: &Layer, what: &[&str], old: Option<String>) -> Option<String> {
        let Some(key) = key(self.limit, layer) else { return old };
        let head = if key == "dense" || key == "Dense" { &layer.name } else { key };
        let mut names = what.iter().map(|what| format!("{head}_{what}_quantizer"));
        match names.find_map(|name| self.values.get(&name)) {
            Some(Choice::Text(text)) => Some(text.clone()),
            _ => old,
        }
    }

    fn units(&self, layer: &Layer, old: usize) -> usize {
        let own = self.values.get(&format!("network_filters_{}", layer.name));
        let all = self
            .values
            .get("network_filters")
            .filter(|_| layer.name != "out" && key(self.limit, layer).is_some());
        match own.or(all) {
            #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            Some(Choice::Number(factor)) => ((old as f64 * factor).floor() as usize).max(1),
            _ => old,
        }
    }
}

fn is_what_was_chosen(old: &Config, new: &Config, chosen: &Chosen, exceptions: bool) {
    let text = |spec: &Option<heteroq::quantizer::Spec>| spec.as_ref().map(|spec| spec.text().to_owned());
    let mut width = 3;
    for (old, new) in old.layers.iter().zip(&new.layers) {
        if let (Kind::Dense(was), Kind::Dense(is)) = (&old.kind, &new.kind) {
            assert_eq!(text(&is.kernel), chosen.quantizer(old, &["kernel"], text(&was.kernel)));
            assert_eq!(text(&is.bias), chosen.quantizer(old, &["bias"], text(&was.bias)));
            let excepted = exceptions && old.name.contains('1');
            assert_eq!(
                is.units,
                if excepted { was.units } else { chosen.units(old, was.units) },
                "{}",
                old.name
            );
            assert_eq!(is.fan_in, width);
            width = is.units;
        }
        let searched = old.activation.is_some() || old.float.is_some();
        let rounds = old
            .activation
            .as_ref()
            .map_or(old.float.is_some_and(|float| float.function.word() == "linear"), |spec| {
                spec.name() == "quantized_bits"
            });
        let named = key(chosen.limit, old).is_some_and(|key| key != "dense" && key != "Dense");
        let word = if rounds && named { "linear" } else { "activation" };
        let meant = if searched { chosen.quantizer(old, &[word], text(&old.activation)) } else { None };
        assert_eq!(text(&new.activation), meant, "{}", old.name);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn every_point_is_a_config_whose_layers_are_what_it_says(
        layers in prop::collection::vec(hidden(), 1..4),
        limit in limit(),
        filters in prop::sample::select(vec!["none", "layer", "block"]),
        exceptions in any::<bool>(),
        picks in prop::collection::vec(any::<prop::sample::Index>(), 40),
    ) {
        let text = text(&layers, &limit, filters, exceptions);
        let both = ["dense", "Dense"].iter().all(|word| limit.iter().any(|(key, _)| key == word));
        let Ok(config) = config::parse(&text, Path::new("config.yaml")) else {
            // Bounds that leave no choice, keys that mean no layer, too many bounds: said at their places.
            return Ok(());
        };
        prop_assume!(!both);
        let space = Space::of(&config, config.search.as_ref().unwrap(), &Scope::default()).unwrap();
        let point: Vec<usize> =
            space.dimensions.iter().zip(&picks).map(|(dimension, pick)| pick.index(dimension.choices.len())).collect();
        let pair = |dimension: &Dimension, place: usize| (dimension.name.clone(), dimension.choices[place].clone());
        let sampled = space.dimensions.iter().zip(&point).map(|(dimension, place)| pair(dimension, *place));
        let values: BTreeMap<String, Choice> =
            sampled.chain(space.fixed.iter().map(|dimension| pair(dimension, 0))).collect();
        prop_assert_eq!(values.len(), space.dimensions.len() + space.fixed.len(), "names are all different");
        let place = Place { output: Path::new("new.yaml"), old_folder: Path::new(""), weights: "w.safetensors" };
        let (_, new) = changed(&config, &space.changes(&point), &place).unwrap();
        prop_assert!(new.search.is_none());
        prop_assert_eq!(Some(&Choice::Number(new.train.learning_rate.peak)), values.get("learning_rate"));
        is_what_was_chosen(&config, &new, &Chosen { limit: &limit, values }, exceptions);
    }
}
