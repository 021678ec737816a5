//! How many LUTs things take. The optimizer's cost.

use super::{Family, function};

impl Family {
    /// LUTs of a table with results of `width` digits: `values[i]` for the pattern `i` of its operand's digits, of which
    /// there are at least as many as a LUT has inputs.
    pub fn table_luts(&self, values: &[i128], width: u32) -> f64 {
        // Without free multiplexers a tree of LUTs joins the leaves, one LUT for each pair.
        let of_a_choice = if self.wide_multiplexers { function::OF_A_CHOICE } else { 1.0 };
        function::luts(values, width, self.lut_inputs, of_a_choice)
    }
}
