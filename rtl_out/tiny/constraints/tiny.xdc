# One clock, at 80 MHz.
create_clock -name clk -period 12.500 [get_ports clk]
# Out of context, inputs come from registers and outputs go to registers on the same chip.
set_input_delay -clock clk 0.000 [get_ports -filter {DIRECTION == IN && NAME != clk}]
set_output_delay -clock clk 0.000 [all_outputs]
