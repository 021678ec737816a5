// heteroq 0.1.0: design tiny, hash 07e421f5e70e150d
// Checks tiny.h against vectors: one event a line, decimal integers separated by blanks, in port order.
//
//   test_main                      the vectors of the design
//   test_main INPUTS OUTPUTS       those in these files
//   test_main --run INPUTS         prints the outputs instead
//
// Exit code: 0 all agree, 1 some do not, 2 a file is missing or malformed.

#include "tiny.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

__extension__ typedef __int128 integer;
__extension__ typedef unsigned __int128 natural;

// Reads a decimal integer of at most 127 bits and a sign.
static bool parse(const std::string& text, integer& value) {
    const bool negative = text[0] == '-';
    natural magnitude = 0;
    for (std::size_t i = negative ? 1 : 0; i < text.size(); ++i) {
        if (text[i] < '0' || text[i] > '9' || magnitude >= natural{1} << 124) {
            return false;
        }
        magnitude = magnitude * 10 + static_cast<natural>(text[i] - '0');
    }
    value = negative ? -static_cast<integer>(magnitude) : static_cast<integer>(magnitude);
    return text.size() > (negative ? 1U : 0U) && magnitude < natural{1} << 127;
}

static std::string decimal(integer value) {
    natural magnitude = value < 0 ? -static_cast<natural>(value) : static_cast<natural>(value);
    std::string digits;
    do {
        digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(magnitude % 10)));
        magnitude /= 10;
    } while (magnitude != 0);
    return (value < 0 ? "-" : "") + digits;
}

typedef std::vector<std::vector<integer>> Events;

// Reads `ports` integers a line; says what is wrong if that fails.
static bool read(const char* path, std::size_t ports, Events& events) {
    std::ifstream file(path);
    if (!file) {
        std::cerr << path << ": cannot be opened\n";
        return false;
    }
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::vector<integer> event;
        for (std::string word; words >> word;) {
            event.push_back(0);
            if (!parse(word, event.back())) {
                std::cerr << path << ": line " << events.size() + 1 << ": `" << word << "` is no integer\n";
                return false;
            }
        }
        if (event.size() != ports) {
            std::cerr << path << ": line " << events.size() + 1 << " holds " << event.size() << " integers, not "
                      << ports << "\n";
            return false;
        }
        events.push_back(event);
    }
    return true;
}

// The outputs of one event.
static std::vector<integer> run(const std::vector<integer>& event) {
    std::array<std::int64_t, tiny::INPUT_WORDS + 1> in{};
    std::array<std::int64_t, tiny::OUTPUT_WORDS + 1> out{};
    std::size_t word = 0;
    for (std::size_t i = 0; i < event.size(); ++i) {
        in[word] = static_cast<std::int64_t>(static_cast<std::uint64_t>(event[i]));
        if (tiny::input_ports[i].words == 2) {
            in[word + 1] = static_cast<std::int64_t>(event[i] >> 64);
        }
        word += tiny::input_ports[i].words;
    }
    tiny::run(in.data(), out.data());
    std::vector<integer> outputs;
    word = 0;
    for (const auto& port : tiny::output_ports) {
        integer value = out[word];
        if (port.words == 2) {
            value = static_cast<integer>(out[word + 1]) * (integer{1} << 64)
                  + static_cast<integer>(static_cast<std::uint64_t>(out[word]));
        }
        outputs.push_back(value);
        word += port.words;
    }
    return outputs;
}

static int print(const Events& inputs) {
    for (const auto& event : inputs) {
        const char* blank = "";
        for (const integer value : run(event)) {
            std::cout << blank << decimal(value);
            blank = " ";
        }
        std::cout << "\n";
    }
    return 0;
}

static int check(const Events& inputs, const Events& outputs) {
    if (inputs.size() != outputs.size()) {
        std::cerr << inputs.size() << " events of inputs, " << outputs.size() << " of outputs\n";
        return 2;
    }
    std::size_t mismatches = 0;
    for (std::size_t event = 0; event < inputs.size(); ++event) {
        const std::vector<integer> got = run(inputs[event]);
        std::size_t i = 0;
        while (i < got.size() && got[i] == outputs[event][i]) {
            ++i;
        }
        if (i < got.size() && mismatches++ == 0) {
            std::cout << "event " << event << ", output " << tiny::output_ports[i].name << ": expected "
                      << decimal(outputs[event][i]) << ", got " << decimal(got[i]) << "\n";
        }
    }
    std::cout << inputs.size() << " vectors, " << mismatches << " mismatches\n";
    return mismatches == 0 ? 0 : 1;
}

int main(int argc, char** argv) {
    const bool only_run = argc == 3 && std::strcmp(argv[1], "--run") == 0;
    if (argc != 1 && argc != 3) {
        std::cerr << "usage: " << argv[0] << " [INPUTS OUTPUTS | --run INPUTS]\n";
        return 2;
    }
    const char* input_file = only_run ? argv[2] : argc == 3 ? argv[1] : "../vectors/inputs.txt";
    Events inputs;
    if (!read(input_file, tiny::INPUTS, inputs)) {
        return 2;
    }
    if (only_run) {
        return print(inputs);
    }
    Events outputs;
    if (!read(argc == 3 ? argv[2] : "../vectors/outputs.txt", tiny::OUTPUTS, outputs)) {
        return 2;
    }
    return check(inputs, outputs);
}
