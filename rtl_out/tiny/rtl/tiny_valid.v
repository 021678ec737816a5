// heteroq 0.1.0: design tiny, hash 07e421f5e70e150d
module tiny_valid(
    clk,
    rst,
    d,
    q
);
    input wire clk;
    input wire rst;
    input wire d;
    output reg q;

    reg [1:0] line;
    always @(posedge clk) begin
        line <= rst ? 2'd0 : {line[0:0], d};
        q <= line[1] & ~rst;
    end
endmodule
