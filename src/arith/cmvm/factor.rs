//! Which row is cheaper as another row plus a difference.
//!
//! The rows and a row of zeros are the points of a graph; an edge weighs as many non-zero digits as the
//! difference (or the sum) of its ends has. Prim's tree from the row of zeros gives each row its parent.

use crate::arith::csd;

/// What a row is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parent {
    /// The other row.
    pub row: usize,
    /// Whether that is subtracted.
    pub negative: bool,
}

impl Parent {
    /// `row − parent`, or `row + parent` if the parent is subtracted.
    pub fn difference(&self, row: &[i128], parent: &[i128]) -> Vec<i128> {
        row.iter().zip(parent).map(|(x, y)| if self.negative { x + y } else { x - y }).collect()
    }
}

/// The best way into the tree that a row has found so far.
#[derive(Debug, Clone, Copy)]
struct Entry {
    cost: u32,
    depth: u32,
    parent: Option<Parent>,
}

/// The parent of each row; `None` where the row itself has the fewest digits. No row has more than `depth`
/// ancestors.
pub fn parents(rows: &[Vec<i128>], depth: u32) -> Vec<Option<Parent>> {
    let direct = |row: &Vec<i128>| Entry { cost: digit_count(row), depth: 0, parent: None };
    let mut entries: Vec<Entry> = rows.iter().map(direct).collect();
    let mut outside: Vec<usize> = (0..rows.len()).collect();
    while let Some(place) = (0..outside.len()).min_by_key(|i| (entries[outside[*i]].cost, outside[*i])) {
        let row = outside.remove(place);
        if entries[row].depth < depth {
            offer(rows, row, &outside, &mut entries);
        }
    }
    entries.iter().map(|entry| entry.parent).collect()
}

/// Rows still outside the tree may come in through `parent`.
fn offer(rows: &[Vec<i128>], parent: usize, outside: &[usize], entries: &mut [Entry]) {
    let depth = entries[parent].depth + 1;
    for row in outside {
        for negative in [false, true] {
            let parent = Parent { row: parent, negative };
            // The parent's value is one more piece to add.
            let cost = digit_count(&parent.difference(&rows[*row], &rows[parent.row])) + 1;
            if cost < entries[*row].cost {
                entries[*row] = Entry { cost, depth, parent: Some(parent) };
            }
        }
    }
}

fn digit_count(row: &[i128]) -> u32 {
    row.iter().map(|weight| csd::count(*weight)).sum()
}
