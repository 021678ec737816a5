//! Strings that are no quantizers: each with what is said, where, and what to write.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use expect_test::{Expect, expect};
use heteroq::quantizer;
use std::fmt::Write;

/// The diagnostics of each text: the text, its marked part, the message and the help.
fn check(texts: &[&str], expected: Expect) {
    let mut out = String::new();
    for text in texts {
        let error = quantizer::parse(text).expect_err(text);
        let before = text[..error.span.start].chars().count();
        let marked = text[error.span.clone()].chars().count().max(1);
        writeln!(out, "{text}\n{}{}", " ".repeat(before), "^".repeat(marked)).unwrap();
        let help = error.help.map_or(String::new(), |help| format!("; {help}"));
        writeln!(out, "{}{help}\n", error.message).unwrap();
    }
    expected.assert_eq(out.trim_end());
}

#[test]
fn names() {
    check(
        &[
            "",
            "(8)",
            "quantised_bits(8)",
            "relu",
            "Quantized_bits(4)",
            "softplus(4)",
            "6",
            "q.bits(4)",
            "__import__('os').system('ls')",
            "quantized_bits(4, bit=3)",
            "quantized_relu(4, alpha=1)",
            "quantized_bits(4, rounding='floor')",
            "ternary(round='floor')",
        ],
        expect![[r#"

            ^
            expected the name of a quantizer, found the end

            (8)
            ^
            expected the name of a quantizer, found `(`

            quantised_bits(8)
            ^^^^^^^^^^^^^^
            unknown quantizer `quantised_bits`; did you mean `quantized_bits`?

            relu
            ^^^^
            unknown quantizer `relu`; did you mean `quantized_relu`?

            Quantized_bits(4)
            ^^^^^^^^^^^^^^
            unknown quantizer `Quantized_bits`; did you mean `quantized_bits`?

            softplus(4)
            ^^^^^^^^
            unknown quantizer `softplus`; there are quantized_bits, quantized_linear, quantized_relu, quantized_tanh, quantized_sigmoid, quantized_ulaw, quantized_hswish, quantized_po2, quantized_relu_po2, binary, ternary, stochastic_binary, stochastic_ternary, bernoulli

            6
            ^
            expected the name of a quantizer, found `6`

            q.bits(4)
             ^
            expected nothing more, found `.`; a quantizer is a name, or a name(with, its=arguments)

            __import__('os').system('ls')
                            ^
            expected nothing more, found `.`; a quantizer is a name, or a name(with, its=arguments)

            quantized_bits(4, bit=3)
                              ^^^
            `quantized_bits` has no argument `bit`; did you mean `bits`? it has bits, integer, symmetric, keep_negative, alpha, use_stochastic_rounding, scale_axis, qnoise_factor, var_name, use_ste, use_variables, elements_per_scale, min_po2_exponent, max_po2_exponent, post_training_scale, round

            quantized_relu(4, alpha=1)
                              ^^^^^
            `quantized_relu` has no argument `alpha`; it has bits, integer, use_sigmoid, negative_slope, use_stochastic_rounding, relu_upper_bound, is_quantized_clip, qnoise_factor, var_name, use_ste, use_variables, enable_fast_inference, round

            quantized_bits(4, rounding='floor')
                              ^^^^^^^^
            `quantized_bits` has no argument `rounding`; did you mean `round`? it has bits, integer, symmetric, keep_negative, alpha, use_stochastic_rounding, scale_axis, qnoise_factor, var_name, use_ste, use_variables, elements_per_scale, min_po2_exponent, max_po2_exponent, post_training_scale, round

            ternary(round='floor')
                    ^^^^^
            `ternary` has no argument `round`; it has alpha, threshold, use_stochastic_rounding, number_of_unrolls"#]],
    );
}

#[test]
fn syntax() {
    check(
        &[
            "quantized_bits(",
            "quantized_bits(4",
            "quantized_bits(4,",
            "quantized_bits(4))",
            "quantized_bits[4]",
            "quantized_bits(4 0)",
            "quantized_bits(,4)",
            "quantized_bits(4,,0)",
            "quantized_bits(alpha=)",
            "quantized_bits(alpha='auto)",
            "quantized_bits(alpha=[1, 2)",
            "quantized_bits(alpha=[[1], 2])",
            "quantized_bits(alpha=auto)",
            "quantized_bits(0x10)",
            "quantized_bits(1_000)",
            "quantized_bits(--4)",
            "quantized_bits(4+4)",
            "quantized_bits(1e)",
            "quantized_bits(1e999)",
            "quantized_bits(99999999999999999999)",
            "quantized_bits(é)",
            "quantized_bits(4) # six",
            "quantized_bits(alpha=lambda: 1)",
            r"quantized_bits(var_name='\x41')",
        ],
        expect![[r#"
            quantized_bits(
                          ^
            this parenthesis is not closed

            quantized_bits(4
                          ^^
            this parenthesis is not closed

            quantized_bits(4,
                          ^^^
            this parenthesis is not closed

            quantized_bits(4))
                             ^
            expected nothing more, found `)`; a quantizer is a name, or a name(with, its=arguments)

            quantized_bits[4]
                          ^
            expected nothing more, found `[`; a quantizer is a name, or a name(with, its=arguments)

            quantized_bits(4 0)
                             ^
            expected `,` or `)`, found `0`

            quantized_bits(,4)
                           ^
            expected a value, found `,`; a value is a number, True, False, None, a 'text' in quotes or a [list]; nothing is computed

            quantized_bits(4,,0)
                             ^
            expected a value, found `,`; a value is a number, True, False, None, a 'text' in quotes or a [list]; nothing is computed

            quantized_bits(alpha=)
                                 ^
            expected a value, found `)`; a value is a number, True, False, None, a 'text' in quotes or a [list]; nothing is computed

            quantized_bits(alpha='auto)
                                 ^^^^^^
            this quote is not closed

            quantized_bits(alpha=[1, 2)
                                      ^
            expected `,` or `]`, found `)`

            quantized_bits(alpha=[[1], 2])
                                  ^
            expected a value, found `[`; a value is a number, True, False, None, a 'text' in quotes or a [list]; nothing is computed

            quantized_bits(alpha=auto)
                                 ^^^^
            `auto` is not a value; a value is a number, True, False, None, a 'text' in quotes or a [list]; nothing is computed

            quantized_bits(0x10)
                           ^^^^
            `0x10` is not a number; a number is written 6, -1, 0.5 or 1e-3

            quantized_bits(1_000)
                           ^^^^^
            `1_000` is not a number; a number is written 6, -1, 0.5 or 1e-3

            quantized_bits(--4)
                           ^
            `-` is not a number; a number is written 6, -1, 0.5 or 1e-3

            quantized_bits(4+4)
                            ^
            expected `,` or `)`, found `+`

            quantized_bits(1e)
                           ^^
            `1e` is not a number; a number is written 6, -1, 0.5 or 1e-3

            quantized_bits(1e999)
                           ^^^^^
            `1e999` is too large a number; a number is written 6, -1, 0.5 or 1e-3

            quantized_bits(99999999999999999999)
                           ^^^^^^^^^^^^^^^^^^^^
            `99999999999999999999` is too large a number; a number is written 6, -1, 0.5 or 1e-3

            quantized_bits(é)
                           ^
            expected a value, found `é` (U+00E9); a value is a number, True, False, None, a 'text' in quotes or a [list]; nothing is computed

            quantized_bits(4) # six
                              ^
            expected nothing more, found `#`; a quantizer is a name, or a name(with, its=arguments)

            quantized_bits(alpha=lambda: 1)
                                 ^^^^^^
            `lambda` is not a value; a value is a number, True, False, None, a 'text' in quotes or a [list]; nothing is computed

            quantized_bits(var_name='\x41')
                                    ^^^^^^
            a text with quotes or backslashes; no argument takes such a text"#]],
    );
}

#[test]
fn arguments() {
    check(
        &[
            "quantized_bits(4, bits=4)",
            "quantized_bits(4, integer=0, integer=1)",
            "quantized_bits(bits=4, 0)",
            "binary(False, None, False, None, None, None, None, 1)",
            "quantized_bits('4')",
            "quantized_bits(4.5)",
            "quantized_bits(True)",
            "quantized_bits(None)",
            "quantized_bits(0)",
            "quantized_bits(127)",
            "quantized_bits(4, 1000)",
            "quantized_bits(4, 0, 2)",
            "quantized_bits(4, keep_negative='no')",
            "quantized_bits(4, alpha='best')",
            "quantized_bits(4, alpha=True)",
            "quantized_bits(4, alpha=0)",
            "quantized_bits(4, alpha=-0.5)",
            "quantized_bits(4, alpha=1e39)",
            "quantized_bits(4, alpha=1e-42)",
            "quantized_bits(4, round='up')",
            "quantized_relu(4, negative_slope=0.3)",
            "quantized_relu(4, negative_slope=-0.25)",
            "quantized_relu(4, relu_upper_bound=-1, is_quantized_clip=False)",
            "quantized_po2(1)",
            "quantized_po2(4, -1)",
            "quantized_po2(4, log2_rounding='ceil')",
        ],
        expect![[r#"
            quantized_bits(4, bits=4)
                              ^^^^
            `bits` is given twice

            quantized_bits(4, integer=0, integer=1)
                                         ^^^^^^^
            `integer` is given twice

            quantized_bits(bits=4, 0)
                                   ^
            an argument without a name after one with a name; write the arguments without names first

            binary(False, None, False, None, None, None, None, 1)
                                                               ^
            `binary` takes at most 7 arguments; it has use_01, alpha, use_stochastic_rounding, scale_axis, elements_per_scale, min_po2_exponent, max_po2_exponent

            quantized_bits('4')
                           ^^^
            `bits` takes a whole number from 1 to 126, not '4'

            quantized_bits(4.5)
                           ^^^
            `bits` takes a whole number from 1 to 126, not 4.5

            quantized_bits(True)
                           ^^^^
            `bits` takes a whole number from 1 to 126, not True

            quantized_bits(None)
                           ^^^^
            `bits` takes a whole number from 1 to 126, not None

            quantized_bits(0)
                           ^
            `bits` takes a whole number from 1 to 126, not 0

            quantized_bits(127)
                           ^^^
            `bits` takes a whole number from 1 to 126, not 127

            quantized_bits(4, 1000)
                              ^^^^
            `integer` takes a whole number from -126 to 126, not 1000

            quantized_bits(4, 0, 2)
                                 ^
            `symmetric` takes True or False, not 2

            quantized_bits(4, keep_negative='no')
                                            ^^^^
            `keep_negative` takes True or False, not 'no'

            quantized_bits(4, alpha='best')
                                    ^^^^^^
            `alpha` takes None, a number, a list of numbers, 'auto' or 'auto_po2', not 'best'

            quantized_bits(4, alpha=True)
                                    ^^^^
            `alpha` takes None, a number, a list of numbers, 'auto' or 'auto_po2', not True

            quantized_bits(4, alpha=0)
                                    ^
            `alpha=0` is not an f32 above zero; write alpha=1, or the scale wanted

            quantized_bits(4, alpha=-0.5)
                                    ^^^^
            `alpha=-0.5` is not an f32 above zero; write alpha=1, or the scale wanted

            quantized_bits(4, alpha=1e39)
                                    ^^^^
            `alpha=1e39` is not an f32 above zero; write alpha=1, or the scale wanted

            quantized_bits(4, alpha=1e-42)
                                    ^^^^^
            `alpha=1e-42` is not an f32 above zero; write alpha=1, or the scale wanted

            quantized_bits(4, round='up')
                                    ^^^^
            `round` takes 'half_even' or 'half_up' or 'floor', not 'up'

            quantized_relu(4, negative_slope=0.3)
                                             ^^^
            `negative_slope=0.3` is not a power of two; write 0, or a power of two such as 0.25

            quantized_relu(4, negative_slope=-0.25)
                                             ^^^^^
            `negative_slope=-0.25` is not a power of two; write 0, or a power of two such as 0.25

            quantized_relu(4, relu_upper_bound=-1, is_quantized_clip=False)
                                               ^^
            `relu_upper_bound=-1` is below zero; write None, or a bound above zero

            quantized_po2(1)
                          ^
            `bits=1` leaves no bit for the exponent; write bits=2 or more

            quantized_po2(4, -1)
                             ^^
            `max_value=-1` is below zero; write None, or a value of 0 or more

            quantized_po2(4, log2_rounding='ceil')
                                           ^^^^^^
            `log2_rounding` takes 'rnd' or 'floor', not 'ceil'"#]],
    );
}

#[test]
fn scales() {
    check(
        &[
            "quantized_bits(4, alpha=[])",
            "quantized_bits(4, alpha=[1, 0])",
            "quantized_bits(4, alpha=['a'])",
            "quantized_bits(1, alpha='auto')",
            "quantized_bits(4, alpha=1, elements_per_scale=2)",
            "quantized_bits(4, alpha='auto', min_po2_exponent=-2)",
            "quantized_bits(4, alpha='auto_po2', elements_per_scale=2)",
            "quantized_bits(4, alpha='auto_po2', scale_axis=0, elements_per_scale=0)",
            "binary(alpha='auto_po2', scale_axis=[0, 1], elements_per_scale=[2, 2, 2])",
            "quantized_bits(4, scale_axis=-1)",
            "quantized_bits(4, max_po2_exponent=1000)",
            "quantized_bits(4, post_training_scale=0.5)",
            "quantized_bits(4, qnoise_factor=1.5)",
            "quantized_bits(101, alpha=0.3)",
            "quantized_linear(101, alpha='auto')",
            "ternary(alpha='auto', threshold=0.5)",
        ],
        expect![[r#"
            quantized_bits(4, alpha=[])
                                    ^^
            `alpha` takes None, a number, a list of numbers, 'auto' or 'auto_po2', not []

            quantized_bits(4, alpha=[1, 0])
                                    ^^^^^^
            `alpha=[1, 0]` is not an f32 above zero; write alpha=1, or the scale wanted

            quantized_bits(4, alpha=['a'])
                                    ^^^^^
            `alpha` takes None, a number, a list of numbers, 'auto' or 'auto_po2', not ['a']

            quantized_bits(1, alpha='auto')
                           ^
            `bits=1` leaves no level for an automatic scale; write binary(alpha='auto_po2'), or bits=2 or more

            quantized_bits(4, alpha=1, elements_per_scale=2)
                                                          ^
            `elements_per_scale=2` goes with alpha='auto_po2' only; write alpha='auto_po2', or leave it out

            quantized_bits(4, alpha='auto', min_po2_exponent=-2)
                                                             ^^
            `min_po2_exponent=-2` goes with alpha='auto_po2' only; write alpha='auto_po2', or leave it out

            quantized_bits(4, alpha='auto_po2', elements_per_scale=2)
                                                                   ^
            `elements_per_scale=2` needs a scale_axis; write scale_axis=0, or another

            quantized_bits(4, alpha='auto_po2', scale_axis=0, elements_per_scale=0)
                                                                                 ^
            `elements_per_scale=0` holds a 0

            binary(alpha='auto_po2', scale_axis=[0, 1], elements_per_scale=[2, 2, 2])
                                                                           ^^^^^^^^^
            `elements_per_scale=[2, 2, 2]` is not as long as scale_axis; write one number for each axis

            quantized_bits(4, scale_axis=-1)
                                         ^^
            `scale_axis` takes a whole number from 0 up, a list of them, or None, not -1

            quantized_bits(4, max_po2_exponent=1000)
                                               ^^^^
            `max_po2_exponent` takes a whole number from -126 to 127, or None, not 1000

            quantized_bits(4, post_training_scale=0.5)
                                                  ^^^
            `post_training_scale=0.5` goes with an automatic scale only; write alpha='auto_po2', or this number as alpha

            quantized_bits(4, qnoise_factor=1.5)
                                            ^^^
            `qnoise_factor` takes a number from 0 to 1, not 1.5

            quantized_bits(101, alpha=0.3)
                           ^^^
            `bits=101` is too many for a scale that is no power of two; write bits=100 or less, or alpha=1

            quantized_linear(101, alpha='auto')
                             ^^^
            `bits=101` is too many for a scale that is no power of two; write bits=100 or less, or alpha=1

            ternary(alpha='auto', threshold=0.5)
                                            ^^^
            `threshold=0.5` does not go with an automatic alpha, which finds its own; leave it out, or write a number for alpha"#]],
    );
}

/// Python that would do something, where it is evaluated as QKeras evaluates it.
#[test]
fn python_is_not_evaluated() {
    check(
        &[
            "__import__('os').system('x')",
            "quantized_bits(__import__('os').system('x'))",
            "quantized_bits(exec('x'))",
            "quantized_bits(bits=eval('4'))",
            "quantized_bits((lambda: 4)())",
            "quantized_bits(f'{4}')",
            "quantized_bits(var_name=f'{exit()}')",
            "quantized_bits(*[4, 0])",
            "quantized_bits(**{'bits': 4})",
            "quantized_bits(quantized_bits(4))",
            "quantized_bits(bits=quantized_relu(4).bits)",
            "quantized_bits(4).__class__",
            "quantized_bits(4) or exit()",
            "quantized_bits(4); import os",
            "quantized_bits(4 if True else 8)",
            "quantized_bits([b for b in [4]])",
            "quantized_bits(bits:=4)",
            "quantized_bits(r'4')",
            "quantized_bits(b'4')",
            "quantized_bits(...)",
            "quantized_bits(4j)",
            "quantized_bits({4})",
            "quantized_bits(4,)()",
        ],
        expect![[r#"
            __import__('os').system('x')
                            ^
            expected nothing more, found `.`; a quantizer is a name, or a name(with, its=arguments)

            quantized_bits(__import__('os').system('x'))
                           ^^^^^^^^^^
            `__import__` is not a value; a value is a number, True, False, None, a 'text' in quotes or a [list]; nothing is computed

            quantized_bits(exec('x'))
                           ^^^^
            `exec` is not a value; a value is a number, True, False, None, a 'text' in quotes or a [list]; nothing is computed

            quantized_bits(bits=eval('4'))
                                ^^^^
            `eval` is not a value; a value is a number, True, False, None, a 'text' in quotes or a [list]; nothing is computed

            quantized_bits((lambda: 4)())
                           ^
            expected a value, found `(`; a value is a number, True, False, None, a 'text' in quotes or a [list]; nothing is computed

            quantized_bits(f'{4}')
                           ^
            `f` is not a value; a value is a number, True, False, None, a 'text' in quotes or a [list]; nothing is computed

            quantized_bits(var_name=f'{exit()}')
                                    ^
            `f` is not a value; a value is a number, True, False, None, a 'text' in quotes or a [list]; nothing is computed

            quantized_bits(*[4, 0])
                           ^
            expected a value, found `*`; a value is a number, True, False, None, a 'text' in quotes or a [list]; nothing is computed

            quantized_bits(**{'bits': 4})
                           ^
            expected a value, found `*`; a value is a number, True, False, None, a 'text' in quotes or a [list]; nothing is computed

            quantized_bits(quantized_bits(4))
                           ^^^^^^^^^^^^^^
            `quantized_bits` is not a value; a value is a number, True, False, None, a 'text' in quotes or a [list]; nothing is computed

            quantized_bits(bits=quantized_relu(4).bits)
                                ^^^^^^^^^^^^^^
            `quantized_relu` is not a value; a value is a number, True, False, None, a 'text' in quotes or a [list]; nothing is computed

            quantized_bits(4).__class__
                             ^
            expected nothing more, found `.`; a quantizer is a name, or a name(with, its=arguments)

            quantized_bits(4) or exit()
                              ^
            expected nothing more, found `o`; a quantizer is a name, or a name(with, its=arguments)

            quantized_bits(4); import os
                             ^
            expected nothing more, found `;`; a quantizer is a name, or a name(with, its=arguments)

            quantized_bits(4 if True else 8)
                             ^
            expected `,` or `)`, found `i`

            quantized_bits([b for b in [4]])
                            ^
            `b` is not a value; a value is a number, True, False, None, a 'text' in quotes or a [list]; nothing is computed

            quantized_bits(bits:=4)
                           ^^^^
            `bits` is not a value; a value is a number, True, False, None, a 'text' in quotes or a [list]; nothing is computed

            quantized_bits(r'4')
                           ^
            `r` is not a value; a value is a number, True, False, None, a 'text' in quotes or a [list]; nothing is computed

            quantized_bits(b'4')
                           ^
            `b` is not a value; a value is a number, True, False, None, a 'text' in quotes or a [list]; nothing is computed

            quantized_bits(...)
                           ^^^
            `...` is not a number; a number is written 6, -1, 0.5 or 1e-3

            quantized_bits(4j)
                           ^^
            `4j` is not a number; a number is written 6, -1, 0.5 or 1e-3

            quantized_bits({4})
                           ^
            expected a value, found `{`; a value is a number, True, False, None, a 'text' in quotes or a [list]; nothing is computed

            quantized_bits(4,)()
                              ^
            expected nothing more, found `(`; a quantizer is a name, or a name(with, its=arguments)"#]],
    );
}

/// Letters that look like others, and those that nobody sees.
#[test]
fn look_alikes() {
    check(
        &[
            "quаntized_bits(4)",
            "ｑuantized_bits(4)",
            "quantized_bits（4）",
            "quantized_bits(4，0)",
            "quantized_bits(４)",
            "quantized_bits(٤)",
            "quantized_bits(−4)",
            "quantized_bits(alpha=‘auto’)",
            "quantized_bits(𝟒)",
            "quantized_bits(∞)",
        ],
        expect![[r#"
            quаntized_bits(4)
              ^
            expected nothing more, found `а` (U+0430); a quantizer is a name, or a name(with, its=arguments)

            ｑuantized_bits(4)
            ^
            expected the name of a quantizer, found `ｑ` (U+FF51)

            quantized_bits（4）
                          ^
            expected nothing more, found `（` (U+FF08); a quantizer is a name, or a name(with, its=arguments)

            quantized_bits(4，0)
                            ^
            expected `,` or `)`, found `，` (U+FF0C)

            quantized_bits(４)
                           ^
            expected a value, found `４` (U+FF14); a value is a number, True, False, None, a 'text' in quotes or a [list]; nothing is computed

            quantized_bits(٤)
                           ^
            expected a value, found `٤` (U+0664); a value is a number, True, False, None, a 'text' in quotes or a [list]; nothing is computed

            quantized_bits(−4)
                           ^
            expected a value, found `−` (U+2212); a value is a number, True, False, None, a 'text' in quotes or a [list]; nothing is computed

            quantized_bits(alpha=‘auto’)
                                 ^
            expected a value, found `‘` (U+2018); a value is a number, True, False, None, a 'text' in quotes or a [list]; nothing is computed

            quantized_bits(𝟒)
                           ^
            expected a value, found `𝟒` (U+1D7D2); a value is a number, True, False, None, a 'text' in quotes or a [list]; nothing is computed

            quantized_bits(∞)
                           ^
            expected a value, found `∞` (U+221E); a value is a number, True, False, None, a 'text' in quotes or a [list]; nothing is computed"#]],
    );
}

/// The message of `text`, whose marked part is within it.
fn message(text: &str) -> String {
    let error = quantizer::parse(text).expect_err("no quantizer");
    assert!(text.get(error.span.clone()).is_some(), "{:?} of {text:?}", error.span);
    error.message
}

#[test]
fn bytes_that_nobody_sees_are_not_overlooked() {
    for text in [
        "quantized_bits(4)\0",
        "quantized\0_bits(4)",
        "quantized_bits(\0)",
        "\u{feff}quantized_bits(4)",
        "quantized_bits(4\u{200b})",
    ] {
        let message = message(text);
        assert!(message.contains("found the invisible U+"), "{text:?}: {message}");
        assert!(!message.contains(char::is_control) && message.is_ascii(), "{message:?}");
    }
    for text in ["quantized_bits(4)\n", "\tquantized_bits(\r\n4\n)"] {
        assert_eq!(quantizer::parse(text).unwrap().text(), "quantized_bits(4)", "{text:?}");
    }
}

#[test]
fn the_longest_strings_end_soon() {
    let many = |part: &str| part.repeat(10_000 / part.len());
    let start = std::time::Instant::now();
    for text in [
        many("("),
        many(")"),
        many("["),
        many("quantized_bits("),
        format!("quantized_bits({}", many("(")),
        format!("quantized_bits({}", many("[")),
        format!("quantized_bits({})", many("4,")),
        format!("quantized_bits({})", many("9")),
        format!("quantized_bits(1e{})", many("9")),
        format!("quantized_bits(alpha={})", many("-")),
        format!("quantized_bits({}=4)", many("b")),
        format!("{}(4)", many("q")),
        format!("quantized_bits('{}')", many("a")),
        format!("quantized_bits({})", many("bits=4,")),
    ] {
        assert!(!message(&text).is_empty());
    }
    assert!(start.elapsed().as_secs_f64() < 5.0, "{:?}", start.elapsed());
}

#[test]
fn spellings_of_the_same() {
    for (text, canonical) in [
        ("quantized_bits", "quantized_bits()"),
        (" quantized_bits ( 6 , 0 , ) ", "quantized_bits(6)"),
        ("quantized_bits(8,0,0,alpha=1.)", "quantized_bits(alpha=1)"),
        ("quantized_bits(8, 2, True)", "quantized_bits(8, 2, symmetric=True)"),
        ("quantized_bits(6, -1, keep_negative=0)", "quantized_bits(6, -1, keep_negative=False)"),
        ("quantized_bits(+6, qnoise_factor=1.0, use_stochastic_rounding=0)", "quantized_bits(6)"),
        ("quantized_bits(round=\"half_up\", alpha=1e-3)", "quantized_bits(alpha=0.001, round='half_up')"),
        ("quantized_relu(4,2,0,.25)", "quantized_relu(4, 2, negative_slope=0.25)"),
        ("quantized_relu(4, round='half_even')", "quantized_relu(4)"),
        ("binary(1)", "binary(use_01=True)"),
        ("ternary(threshold=5e-1)", "ternary(threshold=0.5)"),
        ("quantized_bits(4.0, 1.)", "quantized_bits(4, 1)"),
        ("quantized_po2(4, 2048.0)", "quantized_po2(4, max_value=2048)"),
    ] {
        assert_eq!(quantizer::parse(text).unwrap().text(), canonical, "{text}");
    }
}

#[test]
fn the_reference_lists_every_argument() {
    let table = quantizer::reference();
    for kind in quantizer::registry::KINDS {
        assert!(table.contains(&format!("| `{}` |", kind.name)));
        for parameter in kind.parameters {
            assert!(table.contains(&format!("| | `{}` |", parameter.name)));
        }
    }
}
