// heteroq 0.1.0: design tiny, hash 07e421f5e70e150d
module tiny_out_c2(
    clk,
    v30,
    v32,
    v34,
    v36,
    v43_q,
    v48_q
);
    input wire clk;
    input wire [2:0] v30;
    input wire [2:0] v32;
    input wire [2:0] v34;
    input wire [2:0] v36;
    output reg signed [5:0] v43_q;
    output reg signed [6:0] v48_q;

    wire [2:0] v38 = ~v32; // v38 = sub v37, v32
    wire [4:0] v39 = {1'd0, v30, 1'd0} + {2'd0, v38}; // v39 = add v30 << 1, v38
    wire signed [4:0] v41 = {2'd0, v30} + 5'd21; // v41 = add v30, v40
    wire [4:0] v42 = v39 + {1'd0, v36, 1'd0}; // v42 = add v39, v36 << 1
    wire signed [5:0] v43 = {1'd0, v42} + {v41[4], v41}; // v43 = add v42, v41
    wire signed [4:0] v45 = {2'd0, v34} + 5'd16; // v45 = add v34, v44 << 4
    wire [4:0] v46 = ~v39; // v46 = sub v20, v39
    wire [5:0] v47 = {1'd0, v46} + {1'd0, v32, 2'd0}; // v47 = add v46, v32 << 2
    wire signed [6:0] v48 = {1'd0, v47} + {{2{v45[4]}}, v45}; // v48 = add v47, v45

    always @(posedge clk) begin
        v43_q <= v43;
        v48_q <= v48;
    end
endmodule
