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
    const std::int32_t v10 = 15 - v5;
    const std::int32_t v11 = 15 - v7;
    const std::int32_t v12 = v11 + (v5 * 2);
    const std::int32_t v13 = v10 + (v12 * 2);
    const std::int32_t v15 = v13 + -45;
    const std::int32_t v16 = 15 - v8;
    const std::int32_t v17 = v6 + v16;
    const std::int32_t v18 = v17 + (v6 * 4);
    const std::int32_t v20 = v18 + -51;
    const std::int32_t v21 = v10 + v11;
    const std::int32_t v22 = v21 + (v7 * 4);
    const std::int32_t v24 = v22 + -42;
    const std::int32_t v25 = 15 - v6;
    const std::int32_t v26 = v25 + (v8 * 2);
    const std::int32_t v27 = v16 + (v26 * 2);
    const std::int32_t v29 = v27 + -37;
    const std::int32_t v30 = v15 >> 3;
    const std::int32_t v31 = std::max<std::int32_t>(v30, 0);
    const std::int32_t v32 = v20 >> 3;
    const std::int32_t v33 = std::max<std::int32_t>(v32, 0);
    const std::int32_t v34 = v24 >> 3;
    const std::int32_t v35 = std::max<std::int32_t>(v34, 0);
    const std::int32_t v36 = v29 >> 3;
    const std::int32_t v37 = std::max<std::int32_t>(v36, 0);
    // out
    const std::int32_t v39 = 7 - v31;
    const std::int32_t v40 = 7 - v33;
    const std::int32_t v41 = v39 + v40;
    const std::int32_t v42 = v37 + (v31 * 2);
    const std::int32_t v43 = v41 + (v42 * 2);
    const std::int32_t v45 = v43 + -18;
    const std::int32_t v46 = v39 + (v33 * 2);
    const std::int32_t v47 = v33 + v35;
    const std::int32_t v48 = v47 + (v46 * 2);
    const std::int32_t v50 = v48 + -6;

    out[0] = v45; // no
    out[1] = v50; // yes
}

} // namespace tiny

#endif
