//! Which networks and rules are drawn.

use heteroq::data::random::Random;

/// Kernels' quantizers for `units` channels: of every kind, at every kind of scale.
const KERNELS: [&str; 16] = [
    "quantized_bits(4, 0, alpha=1)",
    "quantized_bits(3, 0, 1, alpha='auto')",
    "quantized_bits(6, 1, alpha='auto_po2')",
    "quantized_bits(6, 0, alpha=1, round='half_up')",
    "quantized_bits(4, 0, alpha=LIST)",
    "quantized_bits(5, 0, alpha=0.7)",
    "quantized_bits(4, 0, alpha=1, use_stochastic_rounding=True)",
    "quantized_bits(4, 0, alpha=1, qnoise_factor=0.5)",
    "quantized_linear(5, 0, alpha=0.75)",
    "ternary(alpha=1)",
    "ternary(alpha='auto')",
    "binary(alpha=1)",
    "binary(alpha='auto_po2')",
    "stochastic_ternary(alpha=1, threshold=0.4)",
    "stochastic_binary(alpha=1)",
    "quantized_po2(4, 1)",
];

const BIASES: [&str; 4] = [
    "bias: \"quantized_bits(6, 1, alpha=1)\"",
    "bias: \"quantized_po2(4)\"",
    "use_bias: false",
    "bias: \"quantized_bits(6, 1, alpha='auto')\"",
];

const ACTIVATIONS: [&str; 16] = [
    "quantized_relu(4, 1)",
    "quantized_relu(4, 1, round='half_up')",
    "quantized_relu(5, 2, negative_slope=0.25)",
    "quantized_relu(4, 1, use_stochastic_rounding=True)",
    "quantized_relu(4, 1, qnoise_factor=0.25)",
    "quantized_bits(5, 2, alpha=LIST)",
    "quantized_bits(5, 2, alpha=1)",
    "quantized_tanh(5)",
    "quantized_tanh(5, use_real_tanh=True)",
    "quantized_sigmoid(5)",
    "quantized_hswish(6, 2, alpha=1)",
    "quantized_ulaw(5, 1)",
    "quantized_relu_po2(4, 4)",
    "binary(alpha=1)",
    "bernoulli(alpha=1)",
    "relu",
];

const RULES: [&str; 14] = [
    "optimizer: adam",
    "optimizer: adamw, l1: 1e-4",
    "optimizer: {name: adam, beta1: 0.8, epsilon: 1e-4}, l2: 1e-3",
    "optimizer: sgd, learning_rate: 0.05",
    "optimizer: {name: sgd, momentum: 0.9}, learning_rate: 0.02, class_weights: balanced",
    "optimizer: {name: sgd, momentum: 0.9, nesterov: true}, learning_rate: {schedule: cosine, peak: 0.02, warmup: 0.5}",
    "learning_rate: {schedule: exponential, peak: 4e-3, factor: 0.7}",
    "learning_rate: {schedule: plateau, peak: 4e-3, patience: 1}",
    "qnoise: {start: 0.5, finish: 2}",
    "loss: mse, class_weights: [1, 0.5, 2]",
    "loss: binary_cross_entropy",
    "qnoise: {finish: 1.5, exponent: 1}, l1: 1e-4, l2: 1e-4",
    "pruning: {sparsity: 0.4, finish: 2, every: 3}",
    "learning_rate: 5e-3",
];

/// Draws networks.
pub(crate) struct Draw(pub(crate) Random);

impl Draw {
    fn one_of<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.0.below(texts.len())]
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.0.below(n) == 0
    }

    /// One of `texts`, `LIST` in it being a scale for each of `channels` channels.
    fn quantizer(&mut self, texts: &[&str], channels: usize) -> String {
        let text = self.one_of(texts);
        let list: Vec<&str> = (0..channels).map(|_| self.one_of(&["0.5", "1", "0.3", "2"])).collect();
        text.replace("LIST", &format!("[{}]", list.join(", ")))
    }

    fn dense(&mut self, name: &str, units: usize, rule: &str, input: &str, activation: &str) -> String {
        let prunes = rule.contains("pruning");
        let kernel = loop {
            let drawn = self.quantizer(&KERNELS, units);
            // A pruned weight must be 0 also through its quantizer.
            if !prunes || !(drawn.contains("binary") || drawn.contains("po2(4, 1)")) {
                break drawn;
            }
        };
        let mut bias = self.one_of(&BIASES);
        let fold = match self.0.below(6) {
            0 => ", batch_norm: fold",
            1 => ", batch_norm: {fold: batch, freeze_delay: 4}",
            _ => "",
        };
        if !fold.is_empty() && bias.contains("use_bias") {
            bias = BIASES[0];
        }
        format!(
            "name: {name}, kind: dense, units: {units}, inputs: [{input}], kernel: \"{kernel}\", {bias}{fold}{activation}\n"
        )
    }

    fn activation(&mut self, channels: usize) -> String {
        match self.one_in(8) {
            true => String::new(),
            false => format!(", activation: \"{}\"", self.quantizer(&ACTIVATIONS, channels)),
        }
    }

    fn hidden(&mut self, name: &str, units: usize, rule: &str, input: &str) -> String {
        let activation = self.activation(units);
        self.dense(name, units, rule, input, &activation)
    }

    /// Two branches that are joined, what comes after, and a rule to train them by.
    pub(crate) fn network(&mut self) -> (String, String) {
        let rule = self.one_of(&RULES);
        let (left, right) = (self.hidden("left", 5, rule, "input"), self.hidden("right", 5, rule, "left"));
        let kind = self.one_of(&["add", "concatenate"]);
        let width = if kind == "add" { 5 } else { 10 };
        let after = self.activation(width);
        let mut layers = format!("{left}{right}name: join, kind: {kind}, inputs: [left, right]{after}\n");
        let middle = match self.0.below(5) {
            0 => "name: middle, kind: dropout, rate: 0.3\n".to_owned(),
            1 => format!("name: middle, kind: batch_norm{}\n", self.activation(width)),
            2 => format!("name: middle, kind: batch_norm, quantized: true{}\n", self.activation(width)),
            3 => format!(
                "name: middle, kind: activation, quantizer: \"{}\"\n",
                self.quantizer(&ACTIVATIONS, width)
            ),
            _ => "name: middle, kind: flatten\n".to_owned(),
        };
        layers += &middle;
        layers += &self.dense("out", 3, rule, "middle", "");
        (layers, rule.to_owned())
    }
}
