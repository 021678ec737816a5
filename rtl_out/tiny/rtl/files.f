tiny.v
tiny_hidden_c1.v
tiny_input_c0.v
tiny_out_c2.v
tiny_valid.v
tiny_packed.v
