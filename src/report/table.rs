//! Columns of text, aligned.

/// A table for a terminal: the first column and those marked by `<` to the left, the others to the right.
pub(super) struct Table {
    left: Vec<bool>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table under `heads`; a head that begins with `<` aligns its column to the left.
    pub(super) fn new(heads: &[&str]) -> Table {
        let left = heads.iter().map(|head| head.starts_with('<')).collect();
        Table { left, rows: vec![heads.iter().map(|head| head.trim_start_matches('<').to_owned()).collect()] }
    }

    /// Adds a row of as many cells as there are heads.
    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// The lines, no longer than `limit` characters as long as the left columns can be cut.
    pub(super) fn lines(&self, limit: usize) -> Vec<String> {
        let widths = self.widths(limit);
        self.rows.iter().map(|row| self.line(row, &widths)).collect()
    }

    /// The width of each column; the widest left one gives way until all of them fit.
    fn widths(&self, limit: usize) -> Vec<usize> {
        let widest = |c: usize| self.rows.iter().map(|row| length(&row[c])).max().unwrap_or(0);
        let mut widths: Vec<usize> = (0..self.left.len()).map(widest).collect();
        loop {
            let total = widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1);
            let left = (0..widths.len()).filter(|c| self.left[*c] && widths[*c] > 8);
            match left.max_by_key(|c| widths[*c]) {
                Some(column) if total > limit => widths[column] -= 1,
                _ => return widths,
            }
        }
    }

    fn line(&self, row: &[String], widths: &[usize]) -> String {
        let cell = |c: usize| {
            let text = cut(&row[c], widths[c]);
            let space = " ".repeat(widths[c] - length(&text));
            if self.left[c] { text + &space } else { space + &text }
        };
        let cells: Vec<String> = (0..row.len()).map(cell).collect();
        cells.join("  ").trim_end().to_owned()
    }
}

/// Characters of `text`.
pub(super) fn length(text: &str) -> usize {
    text.chars().count()
}

/// `text`, or its beginning and `…` if it is longer than `limit`.
pub(super) fn cut(text: &str, limit: usize) -> String {
    if length(text) <= limit {
        return text.to_owned();
    }
    text.chars().take(limit.saturating_sub(1)).chain(['…']).collect()
}

/// `text` in lines of at most `limit` characters, broken at spaces; a longer word stands alone.
pub(super) fn wrap(text: &str, limit: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last_mut().expect("there is always one");
        if last.is_empty() {
            word.clone_into(last);
        } else if length(last) + 1 + length(word) <= limit {
            *last = format!("{last} {word}");
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_left_column_gives_way() {
        let mut table = Table::new(&["<name", "n"]);
        table.row(["a name that is long".to_owned(), "1".to_owned()]);
        table.row(["b".to_owned(), "1,000".to_owned()]);
        assert_eq!(
            table.lines(100),
            ["name                     n", "a name that is long      1", "b                    1,000"]
        );
        assert_eq!(table.lines(17), ["name            n", "a name th…      1", "b           1,000"]);
    }

    #[test]
    fn words_wrap_at_spaces() {
        assert_eq!(wrap("one two  three", 7), ["one two", "three"]);
        assert_eq!(wrap("unbreakable x", 4), ["unbreakable", "x"]);
    }
}
