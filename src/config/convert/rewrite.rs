//! The text of the new config: that of the old one with the changes in it.

use super::edit::Edits;
use super::{Change, Outcome};
use crate::config::fields::{find, pairs};
use crate::config::problem::{Code, Problem};
use crate::config::tree::{self, Node, Value};
use crate::config::{Config, WEIGHTS};
use std::path::{Component, Path};

/// The text of `float` with all changes, and paths as they are seen from another folder.
pub(super) fn rewritten(float: &Config, layers: &[Outcome], old_folder: &Path) -> Result<String, Problem> {
    let text = float.source.inner();
    let root = tree::parse(text)?;
    let mut edits = Edits::of(text);
    let nodes = find(pairs(&root), "layers").map_or(&[][..], items);
    nodes.iter().zip(layers).for_each(|(node, layer)| change_layer(&mut edits, node, &layer.changes));
    if old_folder != Path::new("") {
        paths(&mut edits, &root, old_folder);
    }
    edits.apply().ok_or_else(|| in_place("two changes fall on the same text"))
}

pub(super) fn in_place(why: &str) -> Problem {
    Problem::new(Code::Conflict, format!("the text of the layers cannot be changed in place: {why}"))
        .help("write each value on the line of its key, and write out what anchors (`*name`, `<<`) stand for")
}

fn items(node: &Node) -> &[Node] {
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

/// The keys that hold paths.
fn paths(edits: &mut Edits, root: &Node, old_folder: &Path) {
    let top = pairs(root);
    let data = find(top, "data").map_or(&[][..], pairs);
    let in_data = ["train", "test", "validation"].iter().filter_map(|key| find(data, key));
    for node in find(top, "weights").into_iter().chain(in_data) {
        if let Value::Text(path) = &node.value {
            edits.replace(node, &moved(old_folder, path));
        }
    }
    if let (None, Some(name)) = (find(top, "weights"), find(top, "name")) {
        edits.insert(root, name, &[("weights", moved(old_folder, WEIGHTS))]);
    }
}

/// `path`, which was seen from `old_folder`. Only a step up that it begins with is taken back there: further
/// on, a folder may be a link.
fn moved(old_folder: &Path, path: &str) -> String {
    let mut all = old_folder.to_owned();
    let mut rest = Path::new(path).components().peekable();
    let in_folder = |all: &Path| matches!(all.components().next_back(), Some(Component::Normal(_)));
    while rest.next_if_eq(&Component::CurDir).is_some()
        || (in_folder(&all) && rest.next_if_eq(&Component::ParentDir).is_some_and(|_| all.pop()))
    {}
    all.extend(rest);
    all.to_string_lossy().into_owned()
}
