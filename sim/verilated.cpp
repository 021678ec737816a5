// The model that Verilator makes of rtl_out/tiny, as three C functions: src/verilated.rs calls them.
// Ports wider than 64 bits have no place here, and do not compile.

#include "Vtiny.h"
#include "verilated.h"

#include <cstdint>
#include <memory>

namespace {

struct Model {
    VerilatedContext context; // its own, so that models know nothing of one another
    Vtiny top{&context};
};

static_assert(sizeof(Vtiny::in_data) <= 8 && sizeof(Vtiny::out_data) <= 8, "ports of 64 bits at most");

} // namespace

extern "C" {

Model *heteroq_tiny_new() { return new Model; }

void heteroq_tiny_free(Model *model) {
    model->top.final();
    delete model;
}

// Applies the inputs while the clock is low, then a rising edge; the outputs seen just before the edge stand in
// *out_data. Returns out_valid, seen at the same time.
bool heteroq_tiny_clock(Model *model, bool rst, bool in_valid, std::uint64_t in_data, std::uint64_t *out_data) {
    Vtiny &top = model->top;
    top.clk = 0;
    top.rst = rst;
    top.in_valid = in_valid;
    top.in_data = in_data;
    top.eval();
    const bool out_valid = top.out_valid;
    *out_data = top.out_data;
    top.clk = 1;
    top.eval();
    return out_valid;
}

} // extern "C"

double sc_time_stamp() { return 0; }
