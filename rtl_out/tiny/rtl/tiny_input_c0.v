// heteroq 0.1.0: design tiny, hash 07e421f5e70e150d
module tiny_input_c0(
    clk,
    v0,
    v1,
    v2,
    v3,
    v0_q,
    v1_q,
    v2_q,
    v3_q
);
    input wire clk;
    input wire signed [3:0] v0;
    input wire signed [3:0] v1;
    input wire signed [3:0] v2;
    input wire signed [3:0] v3;
    output reg signed [3:0] v0_q;
    output reg signed [3:0] v1_q;
    output reg signed [3:0] v2_q;
    output reg signed [3:0] v3_q;

    always @(posedge clk) begin
        v0_q <= v0;
        v1_q <= v1;
        v2_q <= v2;
        v3_q <= v3;
    end
endmodule
