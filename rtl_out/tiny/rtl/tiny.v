// heteroq 0.1.0: design tiny, hash 07e421f5e70e150d
module tiny(
    clk,
    rst,
    in_valid,
    a,
    b,
    c,
    d,
    out_valid,
    no,
    yes
);
    input wire clk;
    input wire rst;
    input wire in_valid;
    input wire signed [3:0] a;
    input wire signed [3:0] b;
    input wire signed [3:0] c;
    input wire signed [3:0] d;
    output wire out_valid;
    output wire signed [5:0] no;
    output wire signed [6:0] yes;

    localparam LATENCY = 32'h3;
    localparam INITIATION = 32'h1;

    wire signed [3:0] v0_c1;
    wire signed [3:0] v1_c1;
    wire signed [3:0] v2_c1;
    wire signed [3:0] v3_c1;
    wire [2:0] v30_c2;
    wire [2:0] v32_c2;
    wire [2:0] v34_c2;
    wire [2:0] v36_c2;
    wire signed [5:0] v43_c3;
    wire signed [6:0] v48_c3;

    tiny_input_c0 input_c0(
        .clk(clk),
        .v0(a),
        .v1(b),
        .v2(c),
        .v3(d),
        .v0_q(v0_c1),
        .v1_q(v1_c1),
        .v2_q(v2_c1),
        .v3_q(v3_c1)
    );

    tiny_hidden_c1 hidden_c1(
        .clk(clk),
        .v0(v0_c1),
        .v1(v1_c1),
        .v2(v2_c1),
        .v3(v3_c1),
        .v30_q(v30_c2),
        .v32_q(v32_c2),
        .v34_q(v34_c2),
        .v36_q(v36_c2)
    );

    tiny_out_c2 out_c2(
        .clk(clk),
        .v30(v30_c2),
        .v32(v32_c2),
        .v34(v34_c2),
        .v36(v36_c2),
        .v43_q(v43_c3),
        .v48_q(v48_c3)
    );

    tiny_valid valid(
        .clk(clk),
        .rst(rst),
        .d(in_valid),
        .q(out_valid)
    );

    assign no = v43_c3;
    assign yes = v48_c3;
    wire unused = &{1'b0, LATENCY[0], INITIATION[0]};
endmodule
