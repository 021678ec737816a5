// heteroq 0.1.0: design tiny, hash 07e421f5e70e150d
module tiny_hidden_c1(
    clk,
    v0,
    v1,
    v2,
    v3,
    v30_q,
    v32_q,
    v34_q,
    v36_q
);
    input wire clk;
    input wire signed [3:0] v0;
    input wire signed [3:0] v1;
    input wire signed [3:0] v2;
    input wire signed [3:0] v3;
    output reg [2:0] v30_q;
    output reg [2:0] v32_q;
    output reg [2:0] v34_q;
    output reg [2:0] v36_q;

    wire [3:0] v5 = {~v0[3], v0[2:0]}; // v5 = add v0, v4 << 3
    wire [3:0] v6 = {~v1[3], v1[2:0]}; // v6 = add v1, v4 << 3
    wire [3:0] v7 = {~v2[3], v2[2:0]}; // v7 = add v2, v4 << 3
    wire [3:0] v8 = {~v3[3], v3[2:0]}; // v8 = add v3, v4 << 3
    wire [3:0] v10 = ~v7; // v10 = sub v9, v7
    wire [4:0] v11 = {1'd0, v5} + {1'd0, v10}; // v11 = add v5, v10
    wire signed [5:0] v13 = {2'd0, v5} + 6'd34; // v13 = add v5, v12 << 1
    wire signed [6:0] v14 = {1'd0, v11, 1'd0} + {v13[5], v13}; // v14 = add v11 << 1, v13
    wire [3:0] v15 = ~v8; // v15 = sub v9, v8
    wire [4:0] v16 = {1'd0, v6} + {1'd0, v15}; // v16 = add v6, v15
    wire signed [6:0] v18 = {1'd0, v6, 2'd0} + 7'd77; // v18 = add v6 << 2, v17
    wire signed [6:0] v19 = {2'd0, v16} + v18; // v19 = add v16, v18
    wire signed [4:0] v22 = {1'd0, v7} + 5'd18; // v22 = add v7, v21 << 1
    wire [4:0] v23 = ~v11; // v23 = sub v20, v11
    wire signed [6:0] v24 = {2'd0, v23} + {v22[4], v22, 1'd0}; // v24 = add v23, v22 << 1
    wire signed [5:0] v26 = {2'd0, v8} + 6'd40; // v26 = add v8, v25 << 3
    wire [4:0] v27 = ~v16; // v27 = sub v20, v16
    wire signed [6:0] v28 = {1'd0, v27, 1'd0} + {v26[5], v26}; // v28 = add v27 << 1, v26
    wire signed [3:0] v29 = v14[6:3]; // v29 = shr v14, 3
    wire [2:0] v30 = v29[3] ? 3'd0 : v29[2:0]; // v30 = clamp v29, 0, 7
    wire signed [3:0] v31 = v19[6:3]; // v31 = shr v19, 3
    wire [2:0] v32 = v31[3] ? 3'd0 : v31[2:0]; // v32 = clamp v31, 0, 7
    wire signed [3:0] v33 = v24[6:3]; // v33 = shr v24, 3
    wire [2:0] v34 = v33[3] ? 3'd0 : v33[2:0]; // v34 = clamp v33, 0, 7
    wire signed [3:0] v35 = v28[6:3]; // v35 = shr v28, 3
    wire [2:0] v36 = v35[3] ? 3'd0 : v35[2:0]; // v36 = clamp v35, 0, 7

    always @(posedge clk) begin
        v30_q <= v30;
        v32_q <= v32;
        v34_q <= v34;
        v36_q <= v36;
    end
    wire unused = &{1'b0, v14[2:0], v19[2:0], v24[2:0], v28[2:0]};
endmodule
