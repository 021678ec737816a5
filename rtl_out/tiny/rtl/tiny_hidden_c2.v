// heteroq 0.1.0: design tiny, hash 07e421f5e70e150d
module tiny_hidden_c2(
    clk,
    v13,
    v18,
    v22,
    v27,
    v31_q,
    v33_q,
    v35_q,
    v37_q
);
    input wire clk;
    input wire [6:0] v13;
    input wire [6:0] v18;
    input wire [6:0] v22;
    input wire [6:0] v27;
    output reg [2:0] v31_q;
    output reg [2:0] v33_q;
    output reg [2:0] v35_q;
    output reg [2:0] v37_q;

    wire signed [6:0] v15 = v13 + 7'd83; // v15 = add v13, v14
    wire signed [6:0] v20 = v18 + 7'd77; // v20 = add v18, v19
    wire signed [6:0] v24 = v22 + 7'd86; // v24 = add v22, v23
    wire signed [6:0] v29 = v27 + 7'd91; // v29 = add v27, v28
    wire signed [3:0] v30 = v15[6:3]; // v30 = shr v15, 3
    wire [2:0] v31 = v30[3] ? 3'd0 : v30[2:0]; // v31 = clamp v30, 0, 7
    wire signed [3:0] v32 = v20[6:3]; // v32 = shr v20, 3
    wire [2:0] v33 = v32[3] ? 3'd0 : v32[2:0]; // v33 = clamp v32, 0, 7
    wire signed [3:0] v34 = v24[6:3]; // v34 = shr v24, 3
    wire [2:0] v35 = v34[3] ? 3'd0 : v34[2:0]; // v35 = clamp v34, 0, 7
    wire signed [3:0] v36 = v29[6:3]; // v36 = shr v29, 3
    wire [2:0] v37 = v36[3] ? 3'd0 : v36[2:0]; // v37 = clamp v36, 0, 7

    always @(posedge clk) begin
        v31_q <= v31;
        v33_q <= v33;
        v35_q <= v35;
        v37_q <= v37;
    end
    wire unused = &{1'b0, v15[2:0], v20[2:0], v24[2:0], v29[2:0]};
endmodule
