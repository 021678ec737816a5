//! How many LUTs things take. The optimizer's cost.

use super::Family;

impl Family {
    /// LUTs of one output bit that is any function of `inputs` bits.
    pub fn function_luts(&self, inputs: u32) -> f64 {
        let k = self.lut_inputs;
        match inputs {
            0 | 1 => 0.0,
            n if n < k && self.dual_output_lut => 0.5,
            n if n <= k => 1.0,
            n => {
                let leaves = 2f64.powi((n - k).cast_signed());
                // Without free multiplexers a tree of LUTs joins the leaves, one LUT for each pair or so.
                if self.wide_multiplexers { leaves } else { 2.0 * leaves - 1.0 }
            }
        }
    }

    /// LUTs of a table from `inputs` bits to `outputs` bits.
    pub fn table_luts(&self, inputs: u32, outputs: u32) -> f64 {
        self.function_luts(inputs) * f64::from(outputs)
    }
}
