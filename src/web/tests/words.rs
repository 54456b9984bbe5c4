//! Every label has a Russian form.

use crate::report::words::Lang;

/// Words that are the same in both languages, or names.
const SAME: [&str; 0] = [];

#[test]
fn labels_of_the_pages_are_translated() {
    let sources = [
        include_str!("../brief.rs"),
        include_str!("../home.rs"),
        include_str!("../paper.rs"),
        include_str!("../claim.rs"),
        include_str!("../relation.rs"),
        include_str!("../evidence.rs"),
        include_str!("../series.rs"),
        include_str!("../source.rs"),
        include_str!("../page.rs"),
        include_str!("../picture.rs"),
        include_str!("../problem.rs"),
    ];
    let said = sources.iter().flat_map(|text| text.split("view.t(\"").skip(1)).filter_map(|rest| rest.split('"').next());
    let missing: Vec<&str> = said.filter(|label| !SAME.contains(label) && Lang::Ru.label(label) == *label).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
