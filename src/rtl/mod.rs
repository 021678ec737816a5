//! Staged net → rust-hdl blocks: a module for each layer and cycle, composed by a top.
//!
//! | file | answers |
//! |---|---|
//! | [`layout`] | which modules there are, what each computes, registers and passes on |
//! | [`names`] | what ports and modules are called |
//! | [`expression`] | how one operation is written in Verilog |
//! | [`operand`] | how the values that it reads are written |
//! | [`body`] | the Verilog of one module's values and registers |
//! | [`wire`](mod@wire) | a signal whose width is known only at run time |
//! | [`stage`] | the block of one layer in one cycle |
//! | [`valid`] | the pipe that carries the valid bit |
//! | [`top`] | the block that joins them |
//!
//! What a block does in rust-hdl's simulator and what its Verilog says are two texts; `sim` compares them.

pub mod body;
pub mod expression;
pub mod layout;
pub mod names;
pub mod operand;
pub mod stage;
pub mod top;
pub mod valid;
pub mod wire;

use crate::schedule::Staged;
pub use expression::Style;
pub use layout::Layout;
pub use top::Top;

/// The blocks of `staged`, ready for rust-hdl's checks, simulator and Verilog. The top is called `name`.
pub fn build(staged: &Staged, name: &str, style: Style) -> Top {
    let mut top = Top::new(Layout::new(staged, name), style);
    rust_hdl::prelude::Block::connect_all(&mut top);
    top
}
