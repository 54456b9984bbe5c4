//! One `[[source.prose]]`.

use super::tree::{Node, Section};
use super::{cross, read};
use crate::normalize::pattern::{Fields, Pattern};
use crate::normalize::spec::{Names, Prose};

/// The field that says which way a figure goes.
const SIGN: &str = "sign";

/// Reads a prose reading and checks it against itself; `None` if it has no pattern that could be searched.
pub(super) fn prose(section: &Section<'_>, names: &Names) -> Option<Prose> {
    let name = section.need_text("name");
    let node = section.need("text");
    let text = node.as_ref().and_then(Node::pattern);
    let (series, unit, set) = (read::series(section), read::unit(section), read::texts(section, "set"));
    let base = read::base(section);
    section.finish();
    let prose = Prose { name, text: text?, series, unit, set, base };
    constants(section, &prose);
    let given = prose.text.slots().into_iter().map(|(field, _)| field).chain(prose.set.keys().cloned()).collect();
    cross::fields(section, &prose.series, &given, prose.unit.is_some());
    slots(&node?, &prose.text, names);
    Some(prose)
}

/// A `set` of a known field must be a value of it.
fn constants(section: &Section<'_>, prose: &Prose) {
    let nodes = section.map("set");
    for (field, text) in &prose.set {
        let wrong = Fields::default().set(field, text).err();
        let sign = (field == SIGN && !is_sign(text)).then(|| not_a_sign(text));
        if let (Some(wrong), Some((_, node))) = (wrong.or(sign), nodes.iter().find(|(key, _)| key.text == field)) {
            node.wrong(wrong);
        }
    }
}

/// `{value}` must be there, and `{sign:list}` must give signs.
fn slots(node: &Node<'_>, text: &Pattern, names: &Names) {
    let slots = text.slots();
    if !slots.iter().any(|(field, _)| field == "value") {
        node.wrong("the pattern has no {value}");
    }
    for (_, kind) in slots.iter().filter(|(field, _)| field == SIGN) {
        match kind.as_ref().and_then(|list| names.get(list)) {
            Some(entries) => {
                let wrong = entries.iter().map(|(_, value)| value).find(|value| !is_sign(value));
                wrong.into_iter().for_each(|value| node.wrong(not_a_sign(value)));
            }
            None => node.wrong("{sign} needs a list of words and their signs, as in {sign:direction}"),
        }
    }
}

fn is_sign(text: &str) -> bool {
    matches!(text, "+" | "-")
}

fn not_a_sign(text: &str) -> String {
    format!("a sign is \"+\" or \"-\", found {text:?}")
}
