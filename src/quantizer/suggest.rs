//! The known word that a misspelt one probably stands for.

/// The word of `known` nearest to `word`, if one is near: a few letters differ, or one begins or ends
/// with the other.
///
/// ```
/// use heteroq::quantizer::suggest::nearest;
/// assert_eq!(nearest("quantised_bits", ["quantized_bits", "binary"]), Some("quantized_bits"));
/// assert_eq!(nearest("relu", ["quantized_bits", "quantized_relu"]), Some("quantized_relu"));
/// assert_eq!(nearest("softplus", ["quantized_bits", "binary"]), None);
/// ```
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let near = known.clone().into_iter().min_by_key(|k| distance(word, k));
    let near = near.filter(|k| distance(word, k) <= k.len().div_ceil(4));
    let long = word.len() > 2;
    let begins = |k: &&str| long && (k.starts_with(word) || word.starts_with(k));
    let ends = |k: &&str| long && k.ends_with(word);
    near.or_else(|| known.clone().into_iter().find(begins)).or_else(|| known.into_iter().find(ends))
}

/// How many letters must be put in, taken out or replaced to turn `a` into `b`.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, other) in b.iter().enumerate() {
            let replace = diagonal + usize::from(letter != *other);
            diagonal = row[j + 1];
            row[j + 1] = replace.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
