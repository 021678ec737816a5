//! A table of shaded cells, as SVG: rows with names, columns in groups.

use super::markup::escape;

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// What stands in it.
    pub text: String,
    /// What is shown when it is pointed at.
    pub title: String,
    /// How dark it is, from 0 to 1.
    pub shade: f64,
}

const WIDTH: usize = 34;
const HEIGHT: usize = 24;
/// Room at the left for the names of rows.
const NAMES: usize = 90;
/// Room above for the title, the groups and the columns.
const HEADS: usize = 128;
/// Room between two groups.
const GAP: usize = 8;

/// The table: groups with the names of their columns; rows with a cell, or none, for each column.
///
/// ```
/// use heteroq::report::cells::{Cell, svg};
/// let groups = [("fc1".to_owned(), vec!["kernel".to_owned(), "bias".to_owned()])];
/// let cell = Cell { text: "4".into(), title: "quantized_bits(4)".into(), shade: 0.25 };
/// let text = svg("bits", &groups, &[("trial 7".to_owned(), vec![Some(cell), None])]);
/// assert!(text.starts_with("<svg ") && text.contains("trial 7") && text.contains("quantized_bits(4)"));
/// ```
pub fn svg(title: &str, groups: &[(String, Vec<String>)], rows: &[(String, Vec<Option<Cell>>)]) -> String {
    let lefts = lefts(groups);
    let right = lefts.last().map_or(NAMES, |left| left + WIDTH) + 16;
    let bottom = HEADS + rows.len() * HEIGHT + 12;
    let rows = rows.iter().enumerate().map(|(place, one)| row(place, one, &lefts));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{bottom}\" font-family=\"sans-serif\" \
         font-size=\"13\">\n<rect width=\"{width}\" height=\"{bottom}\" fill=\"#ffffff\"/>\n\
         <text x=\"12\" y=\"24\" font-size=\"18\">{}</text>\n{}{}</svg>\n",
        escape(title),
        heads(groups, &lefts),
        rows.collect::<String>(),
        width = right.max(340),
    )
}

/// Where each column begins.
fn lefts(groups: &[(String, Vec<String>)]) -> Vec<usize> {
    let mut next = NAMES;
    let mut lefts = Vec::new();
    for (_, columns) in groups {
        for _ in columns {
            lefts.push(next);
            next += WIDTH;
        }
        next += GAP;
    }
    lefts
}

fn heads(groups: &[(String, Vec<String>)], lefts: &[usize]) -> String {
    let mut columns = lefts.iter();
    let mut text = String::new();
    for (name, names) in groups {
        for (place, column) in names.iter().enumerate() {
            let left = columns.next().expect("every column has a place");
            if place == 0 {
                text +=
                    &format!("<text x=\"{left}\" y=\"48\" font-weight=\"bold\">{}</text>\n", escape(name));
            }
            let (x, y) = (left + WIDTH / 2 + 4, HEADS - 6);
            text +=
                &format!("<text transform=\"translate({x} {y}) rotate(-90)\">{}</text>\n", escape(column));
        }
    }
    text
}

fn row(place: usize, (name, cells): &(String, Vec<Option<Cell>>), lefts: &[usize]) -> String {
    let top = HEADS + place * HEIGHT;
    let name = format!("<text x=\"12\" y=\"{}\">{}</text>\n", top + 17, escape(name));
    let cells = lefts.iter().zip(cells).filter_map(|(left, one)| Some(cell(*left, top, one.as_ref()?)));
    name + &cells.collect::<String>()
}

/// White to blue; the text white where it is dark.
fn cell(left: usize, top: usize, cell: &Cell) -> String {
    let ink = if cell.shade > 0.45 { "#ffffff" } else { "#000000" };
    format!(
        "<g><title>{}</title><rect x=\"{left}\" y=\"{top}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#08519c\" \
         fill-opacity=\"{:.3}\" stroke=\"#ffffff\"/><text x=\"{}\" y=\"{}\" text-anchor=\"middle\" fill=\"{ink}\">{}\
         </text></g>\n",
        escape(&cell.title),
        cell.shade,
        left + WIDTH / 2,
        top + 17,
        escape(&cell.text),
    )
}
