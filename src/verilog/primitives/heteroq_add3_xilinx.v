// A sum of three: y = (±a << SA) + (±b << SB) + (±c << SC), modulo 2^W, at one LUT6_2 a bit.
//
// Parameters as in heteroq_add3.v, its behavioural twin. A LUT6_2 gives s = x ^ y ^ z ^ m' and the majority m of the
// three digits, where m' is the majority one digit below; a carry chain adds s and m'. One subtraction sets
// the chain's first carry, a second one the first m'. Low digits that only one operand has, and high digits
// that only one non-negative operand has, take no LUT.
module heteroq_add3 #(
    parameter W = 8,
    parameter WA = 8, parameter SA = 0, parameter EA = 0, parameter NA = 0,
    parameter WB = 8, parameter SB = 0, parameter EB = 0, parameter NB = 0,
    parameter WC = 8, parameter SC = 0, parameter EC = 0, parameter NC = 0
) (
    input  [WA-1:0] a,
    input  [WB-1:0] b,
    input  [WC-1:0] c,
    output [W-1:0]  y
);
    // The chain starts where a second operand comes in, or where a subtracted one does.
    localparam LOW = SA < SB ? (SA < SC ? SA : SC) : (SB < SC ? SB : SC);
    localparam TOP = SA > SB ? (SA > SC ? SA : SC) : (SB > SC ? SB : SC);
    localparam NEGATIVE = (NA == 1 && SA == LOW) || (NB == 1 && SB == LOW) || (NC == 1 && SC == LOW);
    localparam FIRST = NEGATIVE ? LOW : SA + SB + SC - LOW - TOP;
    localparam START = FIRST < W ? FIRST : W;
    localparam SUBTRACTED = (NA == 1 ? 1 : 0) + (NB == 1 ? 1 : 0) + (NC == 1 ? 1 : 0);
    localparam BLOCKS = (W - START + 3) / 4;
    localparam N = 4 * BLOCKS;

    function [63:0] init(input na, input nb, input nc);
        integer k;
        reg p, q, r;
        begin
            for (k = 0; k < 32; k = k + 1) begin
                p = ((k >> 0) % 2 == 1) ^ na;
                q = ((k >> 1) % 2 == 1) ^ nb;
                r = ((k >> 2) % 2 == 1) ^ nc;
                init[k] = (p & q) | (p & r) | (q & r);
                init[32 + k] = p ^ q ^ r ^ ((k >> 3) % 2 == 1);
            end
        end
    endfunction

    wire [W-1:0] xa, xb, xc;
    wire [N:0]   m;
    wire [N-1:0] s, sum;
    wire [BLOCKS:0] carry;
    wire unused_digits = &{1'b0, a, b, c, carry[BLOCKS]}; // digits above the result's
    genvar i;
    generate
        for (i = 0; i < W; i = i + 1) begin : digit
            if (i < SA) assign xa[i] = 1'b0;
            else if (i < SA + WA) assign xa[i] = a[i - SA];
            else assign xa[i] = a[WA - 1] & (EA != 0);
            if (i < SB) assign xb[i] = 1'b0;
            else if (i < SB + WB) assign xb[i] = b[i - SB];
            else assign xb[i] = b[WB - 1] & (EB != 0);
            if (i < SC) assign xc[i] = 1'b0;
            else if (i < SC + WC) assign xc[i] = c[i - SC];
            else assign xc[i] = c[WC - 1] & (EC != 0);
        end
        for (i = 0; i < START; i = i + 1) begin : low
            assign y[i] = (xa[i] ^ (NA == 2 && i >= SA && i < SA + WA))
                        | (xb[i] ^ (NB == 2 && i >= SB && i < SB + WB))
                        | (xc[i] ^ (NC == 2 && i >= SC && i < SC + WC));
        end
        for (i = START; i < START + N; i = i + 1) begin : chain
            // Which operands have a digit here, and which had one below: the others are zero.
            localparam HA = NA == 1 || (i >= SA && (i < SA + WA || EA != 0)) ? 1 : 0;
            localparam HB = NB == 1 || (i >= SB && (i < SB + WB || EB != 0)) ? 1 : 0;
            localparam HC = NC == 1 || (i >= SC && (i < SC + WC || EC != 0)) ? 1 : 0;
            localparam PA = NA == 1 || (i > SA && (i <= SA + WA || EA != 0)) ? 1 : 0;
            localparam PB = NB == 1 || (i > SB && (i <= SB + WB || EB != 0)) ? 1 : 0;
            localparam PC = NC == 1 || (i > SC && (i <= SC + WC || EC != 0)) ? 1 : 0;
            localparam IA = NA == 1 || (NA == 2 && i >= SA && i < SA + WA) ? 1 : 0;
            localparam IB = NB == 1 || (NB == 2 && i >= SB && i < SB + WB) ? 1 : 0;
            localparam IC = NC == 1 || (NC == 2 && i >= SC && i < SC + WC) ? 1 : 0;
            if (i >= W) begin : pad
                assign s[i - START] = 1'b0;
                assign m[i - START + 1] = 1'b0;
            end else if (HA + HB + HC == 0) begin : none
                assign s[i - START] = m[i - START];
                assign m[i - START + 1] = 1'b0;
            end else if (HA + HB + HC == 1 && IA + IB + IC == 0 && PA + PB + PC <= 1 && i > START) begin : one
                assign s[i - START] = xa[i] | xb[i] | xc[i];
                assign m[i - START + 1] = 1'b0;
            end else begin : sum_of_three
                LUT6_2 #(.INIT(init(IA == 1, IB == 1, IC == 1))) lut (
                    .I0(xa[i]), .I1(xb[i]), .I2(xc[i]), .I3(m[i - START]), .I4(1'b0), .I5(1'b1),
                    .O5(m[i - START + 1]), .O6(s[i - START])
                );
            end
            if (i < W) assign y[i] = sum[i - START];
        end
        for (i = 0; i < BLOCKS; i = i + 1) begin : block
            wire [2:0] unused;
            CARRY4 carry4 (
                .CI(i == 0 ? 1'b0 : carry[i]), .CYINIT(i == 0 ? carry[0] : 1'b0),
                .DI(m[4 * i +: 4]), .S(s[4 * i +: 4]), .O(sum[4 * i +: 4]), .CO({carry[i + 1], unused})
            );
        end
    endgenerate
    assign carry[0] = SUBTRACTED > 0;
    assign m[0] = SUBTRACTED > 1;
endmodule
