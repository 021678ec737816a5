//! Which part of a config decides the Verilog: one text of it, whatever the order of keys, the comments,
//! the defaults left out, and whatever concerns data, training and verification.
//!
//! ```text
//! network tiny
//! input [4] quantized_bits(…) names ["a", "b", "c", "d"]
//! hidden = dense(input) units 4 kernel quantized_bits(…) bias quantized_bits(…) arithmetic ShiftAdd
//!   then quantized_relu(…)
//! output ["no", "yes"] argmax false standardize false
//! hardware hx8k clock 80 MHz every 2 registers true true
//! ```

use super::model::{BatchNorm, Config, Dense, Hardware, Kind, Layer, NormQuantizers, Operand};
use crate::quantizer::{Sigmoid, Spec};

impl Config {
    /// Everything but the weights that decides the Verilog, as text: the same for the same design.
    pub fn design(&self) -> String {
        let mut lines = vec![format!("network {}", self.name), self.input_line()];
        // Only where it is another than the usual one: a design that has no sigmoid stays as it is.
        if self.sigmoid != Sigmoid::default() {
            lines.push(format!("sigmoid {:?}", self.sigmoid));
        }
        lines.extend(self.layers.iter().map(|layer| self.layer_line(layer)));
        lines.push(self.output_line());
        lines.push(hardware_line(&self.hardware));
        lines.join("\n") + "\n"
    }

    fn input_line(&self) -> String {
        let input = &self.input;
        format!("input {:?} {} names {:?}", input.shape, input.quantizer.text(), input.names)
    }

    fn layer_line(&self, layer: &Layer) -> String {
        let name = |&operand: &Operand| self.layer(operand).map_or("input", |layer| &layer.name);
        let operands = layer.inputs.iter().map(name).collect::<Vec<_>>().join(", ");
        let (kind, detail) = match &layer.kind {
            Kind::Dense(dense) => ("dense", dense_detail(dense)),
            Kind::Activation => ("activation", String::new()),
            Kind::Flatten => ("flatten", String::new()),
            Kind::Add => ("add", String::new()),
            Kind::Concatenate => ("concatenate", String::new()),
            Kind::BatchNorm(norm) => ("batch_norm", norm_detail(norm)),
            Kind::Dropout(_) => ("dropout", String::new()),
        };
        let float = layer.float.map_or("linear", |float| float.function.word());
        let then = text(layer.activation.as_ref(), float);
        format!("{} = {kind}({operands}){detail}\n  then {then}", layer.name)
    }

    fn output_line(&self) -> String {
        let output = &self.output;
        let standardize = self.data.standardize;
        format!("output {:?} argmax {} standardize {standardize}", output.classes, output.argmax)
    }
}

fn dense_detail(dense: &Dense) -> String {
    let kernel = text(dense.kernel.as_ref(), "float");
    let bias = if dense.has_bias() { text(dense.bias.as_ref(), "as stored") } else { "none".to_owned() };
    let fold =
        dense.fold.as_ref().map_or_else(String::new, |fold| format!(" with{}", norm_detail(&fold.norm)));
    format!(" units {} kernel {kernel} bias {bias} arithmetic {:?}{fold}", dense.units, dense.arithmetic)
}

/// What its constants come from; its momentum is training's.
fn norm_detail(norm: &BatchNorm) -> String {
    let NormQuantizers { gamma, beta, mean, variance, inverse } = &norm.quantizers;
    let quantizers = [gamma, beta, mean, variance, inverse].map(|q| text(q.as_ref(), "float"));
    let BatchNorm { epsilon, center, scale, .. } = norm;
    format!(" epsilon {epsilon} center {center} scale {scale} quantizers {}", quantizers.join("; "))
}

fn text(quantizer: Option<&Spec>, without: &str) -> String {
    quantizer.map_or_else(|| without.to_owned(), |quantizer| quantizer.text().to_owned())
}

fn hardware_line(hardware: &Hardware) -> String {
    let Hardware { clock_mhz, event_interval, target, register_inputs, register_outputs, .. } = hardware;
    let target = &target.name;
    format!(
        "hardware {target} clock {clock_mhz} MHz every {event_interval} registers {register_inputs} {register_outputs}"
    )
}
