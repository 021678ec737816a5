// heteroq 0.1.0: design tiny, hash 07e421f5e70e150d
module tiny_out_c3(
    clk,
    v31,
    v33,
    v35,
    v37,
    v45_q,
    v50_q
);
    input wire clk;
    input wire [2:0] v31;
    input wire [2:0] v33;
    input wire [2:0] v35;
    input wire [2:0] v37;
    output reg signed [5:0] v45_q;
    output reg signed [6:0] v50_q;

    wire [2:0] v39 = ~v31; // v39 = sub v38, v31
    wire [2:0] v40 = ~v33; // v40 = sub v38, v33
    wire [3:0] v41 = {1'd0, v39} + {1'd0, v40}; // v41 = add v39, v40
    wire [4:0] v42 = {2'd0, v37} + {1'd0, v31, 1'd0}; // v42 = add v37, v31 << 1
    wire [5:0] v43 = {2'd0, v41} + {v42, 1'd0}; // v43 = add v41, v42 << 1
    wire signed [5:0] v45 = v43 + 6'd46; // v45 = add v43, v44
    wire [3:0] v46 = {1'd0, v39} + {v33, 1'd0}; // v46 = add v39, v33 << 1
    wire [3:0] v47 = {1'd0, v33} + {1'd0, v35}; // v47 = add v33, v35
    wire [5:0] v48 = {2'd0, v47} + {1'd0, v46, 1'd0}; // v48 = add v47, v46 << 1
    wire signed [6:0] v50 = {1'd0, v48} + 7'd122; // v50 = add v48, v49

    always @(posedge clk) begin
        v45_q <= v45;
        v50_q <= v50;
    end
endmodule
