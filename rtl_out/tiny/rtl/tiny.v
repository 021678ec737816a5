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

    localparam LATENCY = 32'h4;
    localparam INITIATION = 32'h1;

    wire signed [3:0] v0_c1;
    wire signed [3:0] v1_c1;
    wire signed [3:0] v2_c1;
    wire signed [3:0] v3_c1;
    wire [6:0] v13_c2;
    wire [6:0] v18_c2;
    wire [6:0] v22_c2;
    wire [6:0] v27_c2;
    wire [2:0] v31_c3;
    wire [2:0] v33_c3;
    wire [2:0] v35_c3;
    wire [2:0] v37_c3;
    wire signed [5:0] v45_c4;
    wire signed [6:0] v50_c4;

    tiny_n_input_c0 n_input_c0(
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
        .v13_q(v13_c2),
        .v18_q(v18_c2),
        .v22_q(v22_c2),
        .v27_q(v27_c2)
    );

    tiny_hidden_c2 hidden_c2(
        .clk(clk),
        .v13(v13_c2),
        .v18(v18_c2),
        .v22(v22_c2),
        .v27(v27_c2),
        .v31_q(v31_c3),
        .v33_q(v33_c3),
        .v35_q(v35_c3),
        .v37_q(v37_c3)
    );

    tiny_out_c3 out_c3(
        .clk(clk),
        .v31(v31_c3),
        .v33(v33_c3),
        .v35(v35_c3),
        .v37(v37_c3),
        .v45_q(v45_c4),
        .v50_q(v50_c4)
    );

    tiny_valid valid(
        .clk(clk),
        .rst(rst),
        .d(in_valid),
        .q(out_valid)
    );

    assign no = v45_c4;
    assign yes = v50_c4;
    wire unused = &{1'b0, LATENCY[0], INITIATION[0]};
endmodule
