//! Which layers are searched, and how far: `limit` of `search`.
//!
//! ```yaml
//! limit:
//!   "fc[12]": [["binary()", "ternary()"], 4, 4]   # by name: these layers share each choice
//!   dense: [8, 8, 4]                              # the other dense layers: kernel, bias, activation
//!   Activation: [4]                               # QKeras's words do too
//!   default: 8                                    # in the place of bounds that are not given
//! ```

use super::choosing::quantizers;
use crate::config::fields::{pairs, read, within};
use crate::config::model::{Kind, Layer};
use crate::config::problem::{Code, Place, Problem};
use crate::config::roles::{CLASSES, find};
use crate::config::search::{Bound, Choices, Class, Layers, Limit, Pattern, Role, roles};
use crate::config::suggest;
use crate::config::tree::{Node, Value};
use crate::quantizer::Sigmoid;

/// The key for bounds that are not given.
const DEFAULT: &str = "default";

/// Bits of those without it.
const BITS: u32 = 8;

/// What the limits are read with.
pub(super) struct Reader<'a> {
    /// The network.
    pub(super) layers: &'a [Layer],
    /// The sigmoid in its quantizers.
    pub(super) sigmoid: Sigmoid,
    /// What numbers of bits choose from.
    pub(super) choices: &'a Choices,
}

/// A bound, and where it is given.
type Placed = (Bound, Place);

impl Reader<'_> {
    /// The limits at `node`, in its order.
    ///
    /// # Errors
    /// What is wrong, at its place.
    pub(super) fn read(&self, node: &Node) -> Result<Vec<Limit>, Problem> {
        let Value::Map(all) = &node.value else { return Err(no_map(node)) };
        let default = default(node)?;
        let given: Vec<&(Node, Node)> = all.iter().filter(|(key, bounds)| !is_silent(key, bounds)).collect();
        let keys = given.iter().map(|(key, _)| self.layers_of(key)).collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() {
            return Err(Problem::new(Code::Empty, "`limit` names no layers")
                .at(node.place, "nothing would be searched")
                .help("name some, such as `limit: {dense: [8, 8, 4]}`"));
        }
        let refs: Vec<&Layers> = keys.iter().collect();
        let owners: Vec<Option<usize>> = self.layers.iter().map(|layer| find(&refs, layer)).collect();
        let mut limits = Vec::new();
        for (place, ((key, bounds), layers)) in given.iter().zip(&keys).enumerate() {
            let own = self.layers.iter().zip(&owners).filter(|(_, owner)| **owner == Some(place));
            let own: Vec<&Layer> = own.map(|(layer, _)| layer).collect();
            limits.push(self.limit(key, bounds, layers, &own, &default)?);
        }
        Ok(limits)
    }

    /// Which layers `key` means.
    fn layers_of(&self, key: &Node) -> Result<Layers, Problem> {
        let text: String = read(key)?;
        let names = || self.layers.iter().map(|layer| layer.name.as_str());
        let class = CLASSES.iter().find(|(word, _)| *word == text && !names().any(|name| name == text));
        let layers = match class {
            Some((_, class)) => Layers::Class(*class),
            None => Layers::Named(Pattern::new(text.clone(), key.place)?),
        };
        if self.searchable().any(|layer| find(&[&layers], layer).is_some()) {
            return Ok(layers);
        }
        Err(Problem::new(Code::MatchesNothing, format!("`{text}` means no layer that could be searched"))
            .at(key.place, "neither a pattern on names of layers with quantizers nor their class")
            .help(suggest::help(&text, "there are", self.keys().into_iter())))
    }

    /// The layers that have something to search.
    fn searchable(&self) -> impl Iterator<Item = &Layer> {
        self.layers.iter().filter(|layer| !roles(layer).is_empty())
    }

    /// The names of those, and the words for their classes but QKeras's longest.
    fn keys(&self) -> Vec<&str> {
        let is_there =
            |class: Class| self.searchable().any(|layer| find(&[&Layers::Class(class)], layer).is_some());
        let words = CLASSES.iter().filter(|(word, class)| !word.starts_with('Q') && is_there(*class));
        self.searchable().map(|layer| layer.name.as_str()).chain(words.map(|(word, _)| *word)).collect()
    }

    fn limit(
        &self,
        key: &Node,
        node: &Node,
        layers: &Layers,
        own: &[&Layer],
        default: &[Bound],
    ) -> Result<Limit, Problem> {
        let items: Vec<Node> = read(node)?;
        let is_dense = |layer: &&Layer| matches!(layer.kind, Kind::Dense(_));
        let dense = *layers == Layers::Class(Class::Dense) || own.iter().any(is_dense);
        if items.len() > if dense { 3 } else { 1 } {
            return Err(too_many(&items, node, dense));
        }
        let mut bounds = Vec::new();
        for (place, item) in items.iter().enumerate() {
            let role = [Role::Kernel, Role::Bias, Role::Activation][if dense { place } else { 2 }];
            bounds.push((self.bound(item, role)?, item.place));
        }
        let bounds = filled(bounds, default, dense, key.place);
        if bounds.is_empty() {
            return Err(Problem::new(Code::Empty, "no bound").at(node.place, "this list is empty").help(
                "give the most bits, such as [4], or remove the key: its layers keep their quantizers",
            ));
        }
        self.leave_a_choice(&bounds, own)?;
        let bounds = bounds.into_iter().map(|(bound, _)| bound).collect();
        Ok(Limit { layers: layers.clone(), bounds, place: key.place })
    }

    fn bound(&self, node: &Node, role: Role) -> Result<Bound, Problem> {
        match &node.value {
            Value::List(items) => {
                let items: Vec<&Node> = items.iter().collect();
                Ok(Bound::Quantizers(quantizers(&items, role, self.sigmoid, node.place)?))
            }
            Value::Number(_) => bits(node),
            other => Err(Problem::new(Code::WrongType, format!("{} where a bound is wanted", other.what()))
                .at(node.place, "this must be the most bits, or a list of quantizers")
                .help("such as 4, or [\"ternary()\", \"quantized_bits(4, 0, alpha=1)\"]")),
        }
    }

    /// That every number of bits leaves a quantizer to each of the layers that it bounds.
    fn leave_a_choice(&self, bounds: &[Placed], own: &[&Layer]) -> Result<(), Problem> {
        for role in own.iter().flat_map(|layer| roles(layer)) {
            let found = match role {
                Role::Kernel => bounds.first(),
                Role::Bias => bounds.get(1),
                Role::Activation | Role::Linear => bounds.last(),
            };
            let Some((Bound::Bits(most), place)) = found else { continue };
            let least = self.choices.of(role).iter().map(|(_, bits)| *bits).min().unwrap_or_default();
            if least > *most {
                return Err(no_choice(*most, least, role, *place));
            }
        }
        Ok(())
    }
}

/// The bounds of `default`, three of them.
fn default(node: &Node) -> Result<Vec<Bound>, Problem> {
    let given = pairs(node).iter().find(|(key, _)| is_default(key)).map(|(_, value)| value);
    let Some(given) = given else { return Ok(vec![Bound::Bits(BITS); 3]) };
    let Value::List(items) = &given.value else { return Ok(vec![bits(given)?; 3]) };
    if items.len() != 3 {
        return Err(Problem::new(Code::OutOfRange, format!("{} bounds as `{DEFAULT}`", items.len()))
            .at(given.place, "this must be one number, or three: for kernel, bias and activation"));
    }
    items.iter().map(bits).collect()
}

fn bits(node: &Node) -> Result<Bound, Problem> {
    Ok(Bound::Bits(u32::try_from(within(node, 1, 64)?).expect("at most 64")))
}

fn is_default(key: &Node) -> bool {
    matches!(&key.value, Value::Text(text) if text == DEFAULT)
}

/// `default`, and AutoQKeras's `BatchNormalization: []`: what says nothing about any layer.
fn is_silent(key: &Node, bounds: &Node) -> bool {
    let empty = matches!(&bounds.value, Value::List(items) if items.is_empty());
    let is_norm =
        |text: &str| CLASSES.iter().any(|(word, class)| *word == text && *class == Class::BatchNorm);
    is_default(key) || matches!(&key.value, Value::Text(text) if empty && is_norm(text))
}

/// `given`, and for dense layers those of `default` in the place of the missing ones, as AutoQKeras does it.
fn filled(mut given: Vec<Placed>, default: &[Bound], dense: bool, place: Place) -> Vec<Placed> {
    if dense {
        given.extend(default[given.len()..].iter().map(|bound| (bound.clone(), place)));
    }
    given
}

fn no_map(node: &Node) -> Problem {
    Problem::new(Code::WrongType, format!("{} where a map of layers and bounds is wanted", node.value.what()))
        .at(node.place, "this must be a map")
        .help("such as {dense: [8, 8, 4]}: the most bits of kernel, bias and activation")
}

fn too_many(items: &[Node], node: &Node, dense: bool) -> Problem {
    let most = if dense { "at most three: of kernel, bias and activation" } else { "one: of the activation" };
    Problem::new(Code::OutOfRange, format!("{} bounds", items.len())).at(node.place, most)
}

fn no_choice(most: u32, least: u32, role: Role, place: Place) -> Problem {
    let what = role.word();
    Problem::new(Code::Empty, format!("no {what} quantizer takes {most} bits or fewer"))
        .at(place, "this bound leaves no choice")
        .help(format!("{least} bits are the fewest among the choices: give more, or list the quantizers"))
}
