//! Which dimensions quantizers are: one for each parameter of each layer, or one for all layers of a pattern.

use super::{Knob, Scope, What};
use crate::config::Config;
use crate::config::search::{Layers, Role, Search, roles};

/// The knobs as they are found.
pub(super) struct Knobs<'a> {
    config: &'a Config,
    search: &'a Search,
    scope: &'a Scope<'a>,
    found: Vec<Knob>,
}

impl<'a> Knobs<'a> {
    /// None as yet.
    pub(super) fn of(config: &'a Config, search: &'a Search, scope: &'a Scope) -> Knobs<'a> {
        Knobs { config, search, scope, found: Vec::new() }
    }

    /// Adds one that is no quantizer.
    pub(super) fn push(&mut self, name: String, what: What) {
        self.found.push(Knob { name, what });
    }

    /// Adds the quantizers of the layer at `place`, those of `wanted` that it has.
    pub(super) fn add(&mut self, place: usize, wanted: &[Role]) {
        let layer = &self.config.layers[place];
        if !self.scope.has(self.search, layer) {
            return;
        }
        let Some(limit) = self.search.limit_of(layer) else { return };
        for role in roles(layer).into_iter().filter(|role| wanted.contains(role)) {
            let target = (place, role.key(layer));
            let name = match &limit.layers {
                Layers::Class(_) => format!("{}_{}_quantizer", layer.name, role.word()),
                Layers::Named(pattern) => format!("{}_{}_quantizer", pattern.text, field(role)),
            };
            if let Some(targets) = self.shared(&name) {
                targets.push(target);
            } else {
                let choices = self.search.quantizers(limit, role);
                self.push(name, What::Quantizer { targets: vec![target], choices });
            }
        }
    }

    /// What the knob of this name sets, if there is one.
    fn shared(&mut self, name: &str) -> Option<&mut Vec<(usize, &'static str)>> {
        self.found.iter_mut().find(|knob| knob.name == name).and_then(|knob| match &mut knob.what {
            What::Quantizer { targets, .. } => Some(targets),
            What::Units(_) | What::Rate(_) => None,
        })
    }

    /// All of them, in order.
    pub(super) fn into_inner(self) -> Vec<Knob> {
        self.found
    }
}

/// AutoQKeras's word for the role in the name of a group.
fn field(role: Role) -> &'static str {
    match role {
        Role::Linear => "linear",
        role => role.word(),
    }
}
