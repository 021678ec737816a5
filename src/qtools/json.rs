//! Data types and energies under the names of QTools' JSON (`map_to_json`, `pe`).
//!
//! ```text
//! {"source_quantizers": [{"quantizer_type": "quantized_bits", "bits": 8, "int_bits": 1, "is_signed": true}],
//!  "fc1": {"layer_type": "QDense", "input_quantizer_list": […], "weight_quantizer": {…}, "multiplier": {…}, …}}
//! ```
//!
//! There, the bits before the point of a fixed-point number include its sign.

use super::energy::{Energy, LayerEnergy};
use super::number::{Mode, Number};
use super::types::{LayerTypes, ParameterType, Types};
use serde_json::{Map, Value, json};

/// The data types of a network.
pub fn map(types: &Types) -> Value {
    let source = ("source_quantizers".to_owned(), json!([number(&types.source)]));
    let layers = types.layers.iter().map(|one| (one.name.clone(), layer(one)));
    Value::Object([source].into_iter().chain(layers).collect())
}

/// The energies of a network, by layer, in pJ.
pub fn energy(energy: &Energy) -> Value {
    let layer = |one: &LayerEnergy| {
        let LayerEnergy { name, class_name, inputs, outputs, parameters, op_cost, total } = one;
        let parts = json!({
            "inputs": inputs, "outputs": outputs, "parameters": parameters, "op_cost": op_cost,
        });
        (name.clone(), json!({"class_name": class_name, "energy": parts, "total": total}))
    };
    Value::Object(energy.layers.iter().map(layer).collect())
}

fn layer(layer: &LayerTypes) -> Value {
    let is_norm = layer.class.contains("BatchNormalization");
    let mut entry = Map::new();
    let inputs: Vec<Value> = layer.inputs.iter().map(|(one, _)| number(one)).collect();
    entry.insert("layer_type".to_owned(), layer.class.into());
    entry.insert("input_quantizer_list".to_owned(), inputs.into());
    for parameter in &layer.parameters {
        let shape = if is_norm { None } else { Some(shape(parameter)) };
        entry
            .insert(format!("{}_quantizer", parameter.role), with(number(&parameter.number), "shape", shape));
    }
    for operator in &layer.operators {
        let made_of = Some(operator.gate.word().into());
        entry.insert(operator.role.to_owned(), with(number(&operator.output), "op_type", made_of));
    }
    let events: Vec<i64> =
        [-1].into_iter().chain(layer.shape.iter().map(|n| n.cast_signed() as i64)).collect();
    entry.insert("output_quantizer".to_owned(), with(number(&layer.output), "shape", Some(json!(events))));
    if !is_norm {
        entry.insert("operation_count".to_owned(), layer.operations.into());
    }
    Value::Object(entry)
}

/// A number for one dimension.
fn shape(parameter: &ParameterType) -> Value {
    if let [one] = parameter.shape[..] { json!(one) } else { json!(parameter.shape) }
}

fn with(mut entry: Value, key: &str, value: Option<Value>) -> Value {
    if let Some(value) = value {
        entry[key] = value;
    }
    entry
}

fn number(number: &Number) -> Value {
    let Number { name, bits, int_bits, signed, .. } = number;
    match number.mode {
        Mode::Float => json!({"quantizer_type": name, "bits": bits}),
        Mode::PowerOfTwo => {
            let most = number.max_value.unwrap_or(-1.0);
            json!({"quantizer_type": name, "bits": bits, "is_signed": signed, "max_value": most})
        }
        Mode::Fixed => {
            let int_bits = int_bits + i64::from(*signed);
            json!({"quantizer_type": name, "bits": bits, "int_bits": int_bits, "is_signed": signed})
        }
        Mode::Ternary | Mode::Sign | Mode::Bit => {
            let values = match number.mode {
                Mode::Ternary => json!([0, -1, 1]),
                Mode::Sign => json!([-1, 1]),
                _ => json!([0, 1]),
            };
            let (bits, int_bits) = if number.mode == Mode::Ternary { (2, 2) } else { (*bits, *int_bits) };
            json!({
                "quantizer_type": name, "bits": bits, "int_bits": int_bits, "is_signed": signed,
                "values": values,
            })
        }
    }
}
