// heteroq 0.1.0: design tiny, hash 07e421f5e70e150d
// The network as the firmware computes it, bit for bit.
//
// `run` takes the integers of one event's inputs and gives those of its outputs. An integer v stands for
// v * 2^-frac. A port is one 64-bit word, or, where its integers do not fit that, two: the low one first.
// Inputs must lie within their ports' width; quantize and saturate before.
#ifndef HETEROQ_TINY_H
#define HETEROQ_TINY_H

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace tiny {

static_assert((-1 >> 1) == -1, "a shift to the right must keep the sign");

struct Port {
    const char* name;
    int frac;
    bool is_signed;
    int width;
    std::size_t words;
};

inline constexpr std::size_t INPUTS = 4;
inline constexpr std::size_t INPUT_WORDS = 4;
inline constexpr std::array<Port, INPUTS> input_ports = {{
    {"a", 2, true, 4, 1},
    {"b", 2, true, 4, 1},
    {"c", 2, true, 4, 1},
    {"d", 2, true, 4, 1},
}};

inline constexpr std::size_t OUTPUTS = 2;
inline constexpr std::size_t OUTPUT_WORDS = 2;
inline constexpr std::array<Port, OUTPUTS> output_ports = {{
    {"no", 5, true, 6, 1},
    {"yes", 5, true, 7, 1},
}};

inline void run(const std::int64_t* in, std::int64_t* out) {
    // input
    const std::int32_t v0 = static_cast<std::int32_t>(in[0]);
    const std::int32_t v1 = static_cast<std::int32_t>(in[1]);
    const std::int32_t v2 = static_cast<std::int32_t>(in[2]);
    const std::int32_t v3 = static_cast<std::int32_t>(in[3]);
    // hidden
    const std::int32_t v5 = v0 + 8;
    const std::int32_t v6 = v1 + 8;
    const std::int32_t v7 = v2 + 8;
    const std::int32_t v8 = v3 + 8;
    const std::int32_t v10 = 15 - v7;
    const std::int32_t v11 = v5 + v10;
    const std::int32_t v13 = v5 + -30;
    const std::int32_t v14 = (v11 * 2) + v13;
    const std::int32_t v15 = 15 - v8;
    const std::int32_t v16 = v6 + v15;
    const std::int32_t v18 = (v6 * 4) + -51;
    const std::int32_t v19 = v16 + v18;
    const std::int32_t v22 = v7 + -14;
    const std::int32_t v23 = 31 - v11;
    const std::int32_t v24 = v23 + (v22 * 2);
    const std::int32_t v26 = v8 + -24;
    const std::int32_t v27 = 31 - v16;
    const std::int32_t v28 = (v27 * 2) + v26;
    const std::int32_t v29 = v14 >> 3;
    const std::int32_t v30 = std::max<std::int32_t>(v29, 0);
    const std::int32_t v31 = v19 >> 3;
    const std::int32_t v32 = std::max<std::int32_t>(v31, 0);
    const std::int32_t v33 = v24 >> 3;
    const std::int32_t v34 = std::max<std::int32_t>(v33, 0);
    const std::int32_t v35 = v28 >> 3;
    const std::int32_t v36 = std::max<std::int32_t>(v35, 0);
    // out
    const std::int32_t v38 = 7 - v32;
    const std::int32_t v39 = (v30 * 2) + v38;
    const std::int32_t v41 = v30 + -11;
    const std::int32_t v42 = v39 + (v36 * 2);
    const std::int32_t v43 = v42 + v41;
    const std::int32_t v45 = v34 + -16;
    const std::int32_t v46 = 31 - v39;
    const std::int32_t v47 = v46 + (v32 * 4);
    const std::int32_t v48 = v47 + v45;

    out[0] = v43; // no
    out[1] = v48; // yes
}

} // namespace tiny

#endif
