//! The text of the new config: that of the old one with the changes in it.

use super::edit::Edits;
use super::{Change, Outcome};
use crate::config::fields::{find, pairs};
use crate::config::problem::{Code, Problem};
use crate::config::tree::{self, Node, Value};
use crate::config::{Config, WEIGHTS};
use std::path::{Component, Path};

/// Where a text moves to.
pub(super) struct Moved<'a> {
    /// From its new folder to the old one; empty if they are the same.
    pub(super) old_folder: &'a Path,
    /// Other weights than its own, seen from the new folder.
    pub(super) weights: Option<&'a str>,
    /// Whether its search stays, and with it the reference.
    pub(super) keeps_search: bool,
}

/// The text of `float` with all changes, `more` among them, and paths as they are seen from another folder.
pub(super) fn rewritten(
    float: &Config,
    layers: &[Outcome],
    moved: &Moved,
    more: impl FnOnce(&mut Edits, &Node),
) -> Result<String, Problem> {
    let text = float.source.inner();
    let root = tree::parse(text)?;
    let mut edits = Edits::of(text);
    let nodes = find(pairs(&root), "layers").map_or(&[][..], items);
    nodes.iter().zip(layers).for_each(|(node, layer)| change_layer(&mut edits, node, &layer.changes));
    weights(&mut edits, &root, moved);
    data(&mut edits, &root, moved.old_folder);
    if moved.keeps_search {
        reference(&mut edits, &root, moved.old_folder);
    }
    more(&mut edits, &root);
    edits.apply().ok_or_else(|| in_place("two changes fall on the same text"))
}

pub(super) fn in_place(why: &str) -> Problem {
    Problem::new(Code::Conflict, format!("the text of the layers cannot be changed in place: {why}"))
        .help("write each value on the line of its key, and write out what anchors (`*name`, `<<`) stand for")
}

/// The items of a list; none of anything else.
pub(super) fn items(node: &Node) -> &[Node] {
    match &node.value {
        Value::List(items) => items,
        _ => &[],
    }
}

/// Changes the keys there are, and adds the others behind the one that every layer of its kind has.
fn change_layer(edits: &mut Edits, node: &Node, changes: &[Change]) {
    let mut added = Vec::new();
    for change in changes {
        match find(pairs(node), change.key) {
            Some(old) => edits.replace(old, &change.to),
            None => added.push((change.key, change.to.clone())),
        }
    }
    let after = ["units", "inputs"].iter().find_map(|key| find(pairs(node), key));
    if let (false, Some(after)) = (added.is_empty(), after) {
        edits.insert(node, after, &added);
    }
}

/// The weights: others, or the old ones as they are seen from the new folder.
fn weights(edits: &mut Edits, root: &Node, moved: &Moved) {
    let top = pairs(root);
    let path = |old: &str| moved.weights.map_or_else(|| seen_from(moved.old_folder, old), str::to_owned);
    match (find(top, "weights"), find(top, "name")) {
        (Some(node), _) => replace_path(edits, node, path),
        (None, Some(name)) if path(WEIGHTS) != WEIGHTS => {
            edits.insert(root, name, &[("weights", path(WEIGHTS))]);
        }
        _ => {}
    }
}

/// The files of events.
fn data(edits: &mut Edits, root: &Node, old_folder: &Path) {
    let keys = find(pairs(root), "data").map_or(&[][..], pairs);
    let paths = ["train", "test", "validation"].iter().filter_map(|key| find(keys, key));
    paths.for_each(|node| replace_path(edits, node, |old| seen_from(old_folder, old)));
}

/// The config that a search compares with.
fn reference(edits: &mut Edits, root: &Node, old_folder: &Path) {
    let Some(node) = find(pairs(root), "search").and_then(|search| find(pairs(search), "reference")) else {
        return;
    };
    replace_path(edits, find(pairs(node), "config").unwrap_or(node), |old| seen_from(old_folder, old));
}

/// Replaces a path, if it changes.
fn replace_path(edits: &mut Edits, node: &Node, path: impl FnOnce(&str) -> String) {
    let Value::Text(old) = &node.value else { return };
    let new = path(old);
    if new != *old {
        edits.replace(node, &new);
    }
}

/// `path`, which was seen from `old_folder`. Only a step up that it begins with is taken back there: further
/// on, a folder may be a link.
fn seen_from(old_folder: &Path, path: &str) -> String {
    if old_folder == Path::new("") {
        return path.to_owned();
    }
    let mut all = old_folder.to_owned();
    let mut rest = Path::new(path).components().peekable();
    let in_folder = |all: &Path| matches!(all.components().next_back(), Some(Component::Normal(_)));
    while rest.next_if_eq(&Component::CurDir).is_some()
        || (in_folder(&all) && rest.next_if_eq(&Component::ParentDir).is_some_and(|_| all.pop()))
    {}
    all.extend(rest);
    all.to_string_lossy().into_owned()
}
