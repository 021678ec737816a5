// A sum of two: y = (±a << SA) + (±b << SB), modulo 2^W, at one LUT a bit of their overlap.
//
// Parameters as in heteroq_add2.v, its behavioural twin. The chain is made of CARRY4 so that no tool merges it with
// its neighbours into something dearer; the digits before it are plain logic, so that what computes the
// operands may move into the same LUTs. Low digits that only one operand has, and high digits that only one
// non-negative operand has, take no LUT.
module heteroq_add2 #(
    parameter W = 8,
    parameter WA = 8, parameter SA = 0, parameter EA = 0, parameter NA = 0,
    parameter WB = 8, parameter SB = 0, parameter EB = 0, parameter NB = 0
) (
    input  [WA-1:0] a,
    input  [WB-1:0] b,
    output [W-1:0]  y
);
    // The chain starts where the second operand comes in, or where a subtracted one does.
    localparam LOW = SA < SB ? SA : SB;
    localparam NEGATIVE = (NA == 1 && SA == LOW) || (NB == 1 && SB == LOW);
    localparam FIRST = NEGATIVE ? LOW : SA + SB - LOW;
    localparam START = FIRST < W ? FIRST : W;
    localparam BLOCKS = (W - START + 3) / 4;
    localparam N = 4 * BLOCKS;

    wire [W-1:0] xa, xb;
    wire [N-1:0] s, d, sum;
    wire [BLOCKS:0] carry;
    wire unused_digits = &{1'b0, a, b, carry[BLOCKS]}; // digits above the result's
    genvar i;
    generate
        for (i = 0; i < W; i = i + 1) begin : digit
            if (i < SA) assign xa[i] = NA == 1;
            else if (i < SA + WA) assign xa[i] = a[i - SA] ^ (NA != 0);
            else assign xa[i] = (a[WA - 1] & (EA != 0)) ^ (NA == 1);
            if (i < SB) assign xb[i] = NB == 1;
            else if (i < SB + WB) assign xb[i] = b[i - SB] ^ (NB != 0);
            else assign xb[i] = (b[WB - 1] & (EB != 0)) ^ (NB == 1);
        end
        for (i = 0; i < START; i = i + 1) begin : low
            assign y[i] = (NA == 1 ? 1'b0 : xa[i]) | (NB == 1 ? 1'b0 : xb[i]);
        end
        for (i = START; i < START + N; i = i + 1) begin : chain
            if (i < W) begin : used
                assign s[i - START] = xa[i] ^ xb[i];
                assign d[i - START] = NA == 0 ? xa[i] : xb[i];
                assign y[i] = sum[i - START];
            end else begin : pad
                assign s[i - START] = 1'b0;
                assign d[i - START] = 1'b0;
            end
        end
        for (i = 0; i < BLOCKS; i = i + 1) begin : block
            wire [2:0] unused;
            CARRY4 carry4 (
                .CI(i == 0 ? 1'b0 : carry[i]), .CYINIT(i == 0 ? carry[0] : 1'b0),
                .DI(d[4 * i +: 4]), .S(s[4 * i +: 4]), .O(sum[4 * i +: 4]), .CO({carry[i + 1], unused})
            );
        end
    endgenerate
    assign carry[0] = NA == 1 || NB == 1;
endmodule
