// Runs a design behind its packed ports, clock by clock.
//
//   bench STIMULUS RESPONSE [WAVES.vcd]
//
// STIMULUS has a line a clock: reset, in_valid and the data as a hexadecimal number, the first port in the
// low bits. RESPONSE gets a line a clock: what stands on the outputs just before the clock edge if out_valid
// is 1, else "-".  Verilate with --prefix Vbench; for WAVES.vcd with --trace, and compile with -DWAVES.
#include "Vbench.h"
#include "verilated.h"
#ifdef WAVES
#include "verilated_vcd_c.h"
#endif
#include <cstdint>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>

// A port of up to 64 bits is an integer, a wider one an array of 32-bit words.
template <class Port> void put(Port& port, int nibble, std::uint64_t value) {
    port |= static_cast<Port>(value << (4 * nibble));
}
template <std::size_t N> void put(VlWide<N>& port, int nibble, std::uint64_t value) {
    port[nibble / 8] |= static_cast<EData>(value << (4 * (nibble % 8)));
}
template <class Port> void clear(Port& port) { port = 0; }
template <std::size_t N> void clear(VlWide<N>& port) {
    for (std::size_t i = 0; i < N; ++i) port[i] = 0;
}
template <class Port> unsigned nibble(const Port& port, int i) { return (port >> (4 * i)) & 15; }
template <std::size_t N> unsigned nibble(const VlWide<N>& port, int i) {
    return (port[i / 8] >> (4 * (i % 8))) & 15;
}
template <class Port> int nibbles(const Port&) { return 2 * sizeof(Port); }
template <std::size_t N> int nibbles(const VlWide<N>&) { return 8 * N; }

template <class Port> void read(Port& port, const std::string& digits) {
    clear(port);
    const int count = static_cast<int>(digits.size());
    for (int i = 0; i < count; ++i) {
        const char digit = digits[count - 1 - i];
        put(port, i, digit <= '9' ? digit - '0' : digit - 'a' + 10);
    }
}
template <class Port> std::string text(const Port& port) {
    std::string digits;
    for (int i = nibbles(port) - 1; i >= 0; --i) digits += "0123456789abcdef"[nibble(port, i)];
    return digits;
}

int main(int argc, char** argv) {
    if (argc < 3) {
        std::cerr << "usage: bench STIMULUS RESPONSE [WAVES.vcd]\n";
        return 2;
    }
    std::ifstream stimulus(argv[1]);
    std::ofstream response(argv[2]);
    if (!stimulus || !response) {
        std::cerr << "cannot open " << (stimulus ? argv[2] : argv[1]) << "\n";
        return 2;
    }
    auto context = std::make_unique<VerilatedContext>();
    auto top = std::make_unique<Vbench>(context.get());
#ifdef WAVES
    VerilatedVcdC waves;
    context->traceEverOn(true);
    if (argc > 3) {
        top->trace(&waves, 99);
        waves.open(argv[3]);
    }
#endif
    std::uint64_t clock = 0;
    int rst, valid;
    std::string data;
    while (stimulus >> rst >> valid >> data) {
        top->clk = 0;
        top->rst = static_cast<CData>(rst);
        top->in_valid = static_cast<CData>(valid);
        read(top->in_data, data);
        top->eval();
        response << (top->out_valid ? text(top->out_data) : "-") << "\n";
#ifdef WAVES
        if (argc > 3) waves.dump(2 * clock);
#endif
        top->clk = 1;
        top->eval();
#ifdef WAVES
        if (argc > 3) waves.dump(2 * clock + 1);
#endif
        ++clock;
    }
    top->final();
#ifdef WAVES
    if (argc > 3) waves.close();
#endif
    return response.good() ? 0 : 1;
}
