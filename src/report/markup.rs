//! The elements of the page: sections, tables, lists. All but [`list`] take text that is escaped already.

/// `text` as it may stand in an element or between quotes.
pub(super) fn escape(text: &str) -> String {
    let character = |c| match c {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '"' => "&quot;".to_owned(),
        '\'' => "&#39;".to_owned(),
        c => c.to_string(),
    };
    text.chars().map(character).collect()
}

/// A section; nothing without content.
pub(super) fn section(title: &str, content: &str) -> String {
    if content.is_empty() {
        return String::new();
    }
    format!("<section>\n<h2>{title}</h2>\n{content}</section>\n")
}

/// A section with a picture and what it shows; nothing without a picture.
pub(super) fn figure(title: &str, svg: &str, caption: &str) -> String {
    if svg.is_empty() {
        return String::new();
    }
    section(title, &format!("<figure>\n{svg}<figcaption>{caption}</figcaption>\n</figure>\n"))
}

/// Sections beside one another where there is room.
pub(super) fn pair(sections: &[String]) -> String {
    let shown = sections.concat();
    if shown.is_empty() { shown } else { format!("<div class=\"pair\">\n{shown}</div>\n") }
}

/// A table under `heads`; a head that begins with `<` aligns its column to the left. Cells are escaped text.
pub(super) fn table(heads: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let class = |c: usize| if heads[c].starts_with('<') { "" } else { " class=\"n\"" };
    let head = |c: usize| format!("<th{}>{}</th>", class(c), heads[c].trim_start_matches('<'));
    let cell = |(c, text): (usize, &String)| format!("<td{}>{text}</td>", class(c));
    let row =
        |cells: Vec<String>| format!("<tr>{}</tr>\n", cells.iter().enumerate().map(cell).collect::<String>());
    let rows: String = rows.map(row).collect();
    if rows.is_empty() {
        return rows;
    }
    let heads: String = (0..heads.len()).map(head).collect();
    format!(
        "<div class=\"scroll\"><table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n"
    )
}

/// A list of lines, which it escapes; nothing without lines.
pub(super) fn list(lines: &[String]) -> String {
    let items: String = lines.iter().map(|line| format!("<li>{}</li>\n", escape(line))).collect();
    if items.is_empty() { items } else { format!("<ul>\n{items}</ul>\n") }
}
