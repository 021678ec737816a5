//! Many small designs under one top, so that one Verilator build serves them all.
