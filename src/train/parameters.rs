//! The numbers that training moves.

/// The place of a parameter in [`Parameters`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ParameterId(pub usize);

/// What a parameter is to its layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A kernel: regularized, decayed, pruned.
    Kernel,
    /// A bias, or the gamma or beta of a batch normalization.
    Bias,
    /// A moving statistic: no gradient moves it.
    Statistic,
}

/// A tensor that training moves.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name in the weights file.
    pub name: String,
    /// Its dimensions, as Keras lays it out.
    pub shape: Vec<usize>,
    /// What it is to its layer.
    pub role: Role,
    /// Its latent numbers, before any quantizer, last index fastest.
    pub values: Vec<f32>,
    /// After each step its numbers are brought into `-bound..=bound`, as QKeras's `Clip` does:
    /// `max(1, quantizer.max())`. None without a quantizer.
    pub bound: Option<f32>,
}

/// Every parameter of a network, in the order of its layers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parameters(pub Vec<Parameter>);

impl Parameters {
    /// The parameter at `id`.
    pub fn get(&self, id: ParameterId) -> &Parameter {
        &self.0[id.0]
    }

    /// The numbers of the parameter at `id`.
    pub fn values(&self, id: ParameterId) -> &[f32] {
        &self.0[id.0].values
    }

    /// The same, to be changed.
    pub fn values_mut(&mut self, id: ParameterId) -> &mut Vec<f32> {
        &mut self.0[id.0].values
    }

    /// The parameter called `name`.
    pub fn named(&self, name: &str) -> Option<&Parameter> {
        self.0.iter().find(|parameter| parameter.name == name)
    }

    /// Adds a parameter.
    pub fn push(&mut self, parameter: Parameter) -> ParameterId {
        self.0.push(parameter);
        ParameterId(self.0.len() - 1)
    }
}
