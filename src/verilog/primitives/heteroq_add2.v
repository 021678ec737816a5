// A sum of two: y = (±a << SA) + (±b << SB), modulo 2^W.
//
// Each operand has its width (WA), its shift (SA), whether it is signed (EA) and what becomes of it (NA):
//   0  it is added;
//   1  it is subtracted (at most one of the two);
//   2  its complement within its own width is added: 2^WA - 1 - a (then it must be unsigned).
// This is the behavioural twin of heteroq_add2_xilinx.v: the same module for simulators and for other devices.
module heteroq_add2 #(
    parameter W = 8,
    parameter WA = 8, parameter SA = 0, parameter EA = 0, parameter NA = 0,
    parameter WB = 8, parameter SB = 0, parameter EB = 0, parameter NB = 0
) (
    input  [WA-1:0] a,
    input  [WB-1:0] b,
    output [W-1:0]  y
);
    wire [W-1:0] xa, xb;
    genvar i;
    generate
        for (i = 0; i < W; i = i + 1) begin : digit
            if (i < SA) assign xa[i] = 1'b0;
            else if (i < SA + WA) assign xa[i] = a[i - SA] ^ (NA == 2);
            else assign xa[i] = a[WA - 1] & (EA != 0);
            if (i < SB) assign xb[i] = 1'b0;
            else if (i < SB + WB) assign xb[i] = b[i - SB] ^ (NB == 2);
            else assign xb[i] = b[WB - 1] & (EB != 0);
        end
    endgenerate
    assign y = (NA == 1 ? -xa : xa) + (NB == 1 ? -xb : xb);
    wire unused = &{1'b0, a, b}; // digits above the result's
endmodule
