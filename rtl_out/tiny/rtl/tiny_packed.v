// heteroq 0.1.0: design tiny, hash 07e421f5e70e150d
// tiny with packed ports: the first feature, and the first class, in the low bits.
module tiny_packed(
    input wire clk,
    input wire rst,
    input wire in_valid,
    input wire [15:0] in_data,
    output wire out_valid,
    output wire [12:0] out_data
);

tiny unpacked(
    .clk(clk),
    .rst(rst),
    .in_valid(in_valid),
    .a(in_data[3:0]),
    .b(in_data[7:4]),
    .c(in_data[11:8]),
    .d(in_data[15:12]),
    .out_valid(out_valid),
    .no(out_data[5:0]),
    .yes(out_data[12:6])
);

endmodule
