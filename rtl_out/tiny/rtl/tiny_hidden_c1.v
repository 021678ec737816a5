// heteroq 0.1.0: design tiny, hash 07e421f5e70e150d
module tiny_hidden_c1(
    clk,
    v0,
    v1,
    v2,
    v3,
    v13_q,
    v18_q,
    v22_q,
    v27_q
);
    input wire clk;
    input wire signed [3:0] v0;
    input wire signed [3:0] v1;
    input wire signed [3:0] v2;
    input wire signed [3:0] v3;
    output reg [6:0] v13_q;
    output reg [6:0] v18_q;
    output reg [6:0] v22_q;
    output reg [6:0] v27_q;

    wire [3:0] v5 = v0 + 4'd8; // v5 = add v0, v4 << 3
    wire [3:0] v6 = v1 + 4'd8; // v6 = add v1, v4 << 3
    wire [3:0] v7 = v2 + 4'd8; // v7 = add v2, v4 << 3
    wire [3:0] v8 = v3 + 4'd8; // v8 = add v3, v4 << 3
    wire [3:0] v10 = ~v5; // v10 = sub v9, v5
    wire [3:0] v11 = ~v7; // v11 = sub v9, v7
    wire [5:0] v12 = {2'd0, v11} + {1'd0, v5, 1'd0}; // v12 = add v11, v5 << 1
    wire [6:0] v13 = {3'd0, v10} + {v12, 1'd0}; // v13 = add v10, v12 << 1
    wire [3:0] v16 = ~v8; // v16 = sub v9, v8
    wire [4:0] v17 = {1'd0, v6} + {1'd0, v16}; // v17 = add v6, v16
    wire [6:0] v18 = {2'd0, v17} + {1'd0, v6, 2'd0}; // v18 = add v17, v6 << 2
    wire [4:0] v21 = {1'd0, v10} + {1'd0, v11}; // v21 = add v10, v11
    wire [6:0] v22 = {2'd0, v21} + {1'd0, v7, 2'd0}; // v22 = add v21, v7 << 2
    wire [3:0] v25 = ~v6; // v25 = sub v9, v6
    wire [5:0] v26 = {2'd0, v25} + {1'd0, v8, 1'd0}; // v26 = add v25, v8 << 1
    wire [6:0] v27 = {3'd0, v16} + {v26, 1'd0}; // v27 = add v16, v26 << 1

    always @(posedge clk) begin
        v13_q <= v13;
        v18_q <= v18;
        v22_q <= v22;
        v27_q <= v27;
    end
endmodule
