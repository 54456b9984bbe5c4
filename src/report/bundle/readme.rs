//! `README.md`: the claim, what was found, what is in the folder, and how to check it by hand.

use super::{Backing, Bundle, BundleDocument};
use crate::reconcile::{Verdict, VintageJudgement};
use crate::report::markdown::escaped;
use crate::report::{view, words};
use std::fmt::Write;

/// The whole page.
pub(super) fn readme(bundle: &Bundle<'_>) -> String {
    let mut page = format!("# Evidence for claim {}\n\n", escaped(&bundle.claim.id));
    let _ = writeln!(
        page,
        "All that is needed to check one figure of a paper by hand. Made by sverka {}.\n",
        escaped(bundle.version)
    );
    claim(&mut page, bundle);
    verdict(&mut page, "Against what was published", &bundle.finding.external);
    verdict(&mut page, "Within the paper", &bundle.finding.internal);
    vintages(&mut page, bundle);
    bridge(&mut page, bundle);
    documents(&mut page, bundle);
    people(&mut page, bundle);
    files(&mut page, bundle);
    by_hand(&mut page, bundle);
    page
}

fn claim(page: &mut String, bundle: &Bundle<'_>) {
    let (paper, claim) = (bundle.paper, bundle.claim);
    page.push_str("## The claim\n\n");
    item(page, "paper", &view::bibliography(paper));
    item(page, "DOI", paper.doi.as_deref().unwrap_or_default());
    let place = format!("section {}, paragraph {}, sentence {}", claim.section, claim.paragraph, claim.sentence);
    item(page, "stands in", &place);
    item(page, "says, in our words", view::restated(Some(claim)));
    let value = claim.value.map(|value| format!(" = {}", view::quantity(&value.to_string(), &claim.unit)));
    let value = value.unwrap_or_else(|| ", which does not read as one number".to_string());
    item(page, "printed", &format!("{}{value}", claim.printed));
    item(page, "hedge", &claim.hedge.map(|hedge| hedge.to_string()).unwrap_or_default());
    item(page, "series it means", bundle.finding.series.as_deref().unwrap_or("none declared"));
    item(page, "period", &bundle.finding.period);
    if let Some((day, why)) = view::cutoff(paper, claim) {
        item(page, "the author can have known what was known on", &format!("{day} ({why})"));
    }
    item(page, "judged with what was known on", &bundle.as_of.map(|day| day.to_string()).unwrap_or_default());
    item(page, "remark", &claim.note);
    page.push('\n');
}

fn verdict(page: &mut String, heading: &str, verdict: &Verdict) {
    let shown = words::status(verdict.status);
    let _ = writeln!(page, "## {heading}: {}\n", shown.word);
    let _ = writeln!(page, "{}\n", escaped(&verdict.sentence));
    item(page, shown.word, shown.explanation);
    item(page, "severity", words::severity(verdict.severity));
    verdict.reasons.iter().for_each(|code| item(page, code, &words::reason(code)));
    for one in &verdict.suggestions {
        item(page, &format!("a suggestion, no finding ({})", one.code), &one.sentence);
    }
    page.push('\n');
}

fn vintages(page: &mut String, bundle: &Bundle<'_>) {
    let vintages = &bundle.finding.external.vintages;
    page.push_str("## Every vintage held\n\n");
    if vintages.is_empty() {
        page.push_str("No official figure stands beside this claim: `vintages.csv` has no rows, and there are no documents.\n\n");
        return;
    }
    page.push_str("| | known from | until | value | cell shows | agrees | source | where |\n");
    page.push_str("| ---: | --- | --- | ---: | ---: | --- | --- | --- |\n");
    for (at, vintage) in vintages.iter().enumerate() {
        let decides = if bundle.finding.evidence == Some(at) { "**decides**, " } else { "" };
        let agrees = if vintage.matches { "yes" } else { "no" };
        let grade = vintage.grade.map(|grade| format!(" ({})", words::grade(grade).1)).unwrap_or_default();
        let value = vintage.value.as_deref().map(view::minus);
        let value = value.unwrap_or_else(|| words::cell(vintage.status).unwrap_or("none").to_string());
        let until = vintage.known_to.map_or("–".to_string(), |day| day.to_string());
        let basis = words::basis(vintage.basis).0;
        let (printed, source) = (escaped(&vintage.printed), escaped(&vintage.source));
        let _ = writeln!(
            page,
            "| {} | {} ({basis}) | {until} | {value} | {printed} | {decides}{agrees}{grade} | {source}, {} | {} |",
            at + 1,
            vintage.known_from,
            words::class(vintage.class).0,
            whereabouts(bundle, at, vintage)
        );
    }
    page.push('\n');
}

/// Which series stands in for the declared one, and every cell that was used.
fn bridge(page: &mut String, bundle: &Bundle<'_>) {
    let Some(bridge) = &bundle.finding.external.bridge else { return };
    page.push_str("## The series that stands in for the declared one\n\n");
    item(page, "series", &bridge.from);
    item(page, "how", &format!("{}: {}", words::way(bridge.way), bridge.note));
    item(page, "overlap", &view::overlap(&bridge.overlap));
    page.push('\n');
    if bridge.parts.is_empty() {
        return;
    }
    page.push_str("| period | known from | value | cell shows | source | where |\n| --- | --- | ---: | ---: | --- | --- |\n");
    for part in &bridge.parts {
        let place = match bundle.excerpt_at(&part.sha256, &part.locator) {
            Some(excerpt) if excerpt.found.is_ok() => format!("[{}]({})", escaped(&part.locator), excerpt.path("html")),
            _ => escaped(&[&part.locator, &part.url].map(String::as_str).join(" ")),
        };
        let value = view::quantity(&part.value, &part.unit);
        let (printed, source) = (escaped(&part.printed), escaped(&part.source));
        let _ = writeln!(page, "| {} | {} | {value} | {printed} | {source} | {place} |", part.period, part.known_from);
    }
    page.push('\n');
}

/// Where a vintage can be seen: a link to the excerpt if there is one.
fn whereabouts(bundle: &Bundle<'_>, at: usize, vintage: &VintageJudgement) -> String {
    let place = escaped(&vintage.locator);
    if bundle.backings.get(at).is_some_and(|backing| backing.inferred) {
        return "inferred: the document covers the period without it".to_string();
    }
    if vintage.sha256.is_empty() && vintage.locator.is_empty() {
        return escaped(&vintage.obtained_from);
    }
    match bundle.excerpt(at) {
        Some(excerpt) if excerpt.found.is_ok() => format!("[{place}]({})", excerpt.path("html")),
        _ => place,
    }
}

fn documents(page: &mut String, bundle: &Bundle<'_>) {
    if bundle.documents.is_empty() {
        return;
    }
    page.push_str("## Documents\n\n");
    bundle.documents.iter().for_each(|document| one_document(page, bundle, document));
    page.push('\n');
}

fn one_document(page: &mut String, bundle: &Bundle<'_>, document: &BundleDocument) {
    let backed = (0..bundle.backings.len()).filter(|at| bundle.document(*at).is_some_and(|one| one.sha256 == document.sha256));
    let backed: Vec<String> = backed.map(|at| (at + 1).to_string()).collect();
    let backed = match backed[..] {
        [] => "figures that another is computed from".to_string(),
        _ => format!("vintage {}", backed.join(", ")),
    };
    let _ = match &document.file {
        Ok(file) => writeln!(page, "- `{file}` ({backed})"),
        Err(why) => writeln!(page, "- **not in this folder**: `{}` ({backed}): {}", escaped(&document.sha256), escaped(why)),
    };
    for (label, text) in [("published at", &document.url), ("this copy came from", &document.obtained_from)] {
        if !text.is_empty() {
            let _ = writeln!(page, "  - {label} {}", code(text));
        }
    }
    for excerpt in &document.excerpts {
        let _ = match &excerpt.found {
            Ok(_) => writeln!(
                page,
                "  - {}: [page]({}), [CSV]({})",
                escaped(&excerpt.locator),
                excerpt.path("html"),
                excerpt.path("csv")
            ),
            Err(why) => writeln!(page, "  - {}: no excerpt: {}", escaped(&excerpt.locator), escaped(why)),
        };
    }
}

/// What people read, where no program did.
fn people(page: &mut String, bundle: &Bundle<'_>) {
    let vintages = bundle.finding.external.vintages.iter().zip(bundle.backings).enumerate();
    let read: Vec<_> = vintages.filter(|(_, (_, backing))| backing.read.is_some()).collect();
    if read.is_empty() {
        return;
    }
    page.push_str("## Figures that a person read\n\nNo document is kept of these. Open the page and look.\n\n");
    read.into_iter().for_each(|(at, (vintage, backing))| one_person(page, at, vintage, backing));
    page.push('\n');
}

fn one_person(page: &mut String, at: usize, vintage: &VintageJudgement, backing: &Backing) {
    let Some(read) = &backing.read else { return };
    let _ = writeln!(page, "- vintage {}: {} in {}", at + 1, escaped(&vintage.printed), escaped(&read.publication));
    let seen = format!("{} of it, on {}", read.seen, read.transcribed_on);
    let sure = format!("{} that this figure is the one of the series", read.confidence);
    for (label, address) in [("page", &vintage.url), ("kept by a web archive at", &read.archive_url)] {
        if !address.is_empty() {
            let _ = writeln!(page, "  - {label}: {}", code(address));
        }
    }
    let facts: [(&str, &str); 5] = [
        ("place", &vintage.locator),
        ("text of (quoted by)", &read.quoted_by),
        ("seen", &seen),
        ("confidence", &sure),
        ("class", words::class(vintage.class).1),
    ];
    for (label, text) in facts.into_iter().filter(|(_, text)| !text.is_empty()) {
        let _ = writeln!(page, "  - {label}: {}", escaped(text));
    }
    for note in &vintage.notes {
        let _ = writeln!(page, "  - note: {}", escaped(note));
    }
}

fn files(page: &mut String, bundle: &Bundle<'_>) {
    page.push_str(
        "## What is in this folder\n\n\
         - `claim.json`: claim, verdicts and every vintage, for a program\n\
         - `vintages.csv`: the claim against every vintage, a row each (text that a spreadsheet would take for a formula has an apostrophe before it)\n\
         - `arithmetic.txt`: every step of the calculation, in exact decimals\n",
    );
    if bundle.documents.iter().any(|document| document.file.is_ok()) {
        page.push_str("- `documents/`: the publishers' documents as they were received, named by their SHA-256\n");
    }
    if bundle.documents.iter().flat_map(|document| &document.excerpts).any(|excerpt| excerpt.found.is_ok()) {
        page.push_str("- `excerpts/`: what stands around each figure, as CSV and as a page with the place marked\n");
    }
    page.push_str("- `SHA256SUMS`: the digests of all these files\n\n");
}

fn by_hand(page: &mut String, bundle: &Bundle<'_>) {
    page.push_str("## How to check it by hand\n\n");
    let mut steps = vec!["Run `sha256sum -c SHA256SUMS` in this folder: every file must be `OK`.".to_string()];
    steps.push(format!(
        "Open the paper at section {}, paragraph {}, sentence {}: it must print {}.",
        escaped(&bundle.claim.section),
        escaped(&bundle.claim.paragraph),
        escaped(&bundle.claim.sentence),
        escaped(&bundle.claim.printed)
    ));
    let held = |at: &usize| bundle.document(*at).is_some_and(|document| document.file.is_ok());
    let all = 0..bundle.backings.len();
    if let Some(at) = bundle.finding.evidence.filter(held).or_else(|| all.clone().find(held)) {
        steps.extend(open_document(bundle, at));
        steps.push("Do the same for the other vintages: each row of `vintages.csv` names its document and place.".to_string());
    }
    if bundle.documents.iter().any(|document| document.file.is_err()) {
        steps.push(
            "For a document that is not in this folder: get it at its address, and compare its digest with the one given."
                .to_string(),
        );
    }
    if bundle.backings.iter().any(|backing| backing.read.is_some()) {
        steps.push(
            "For a figure that a person read: open the page, or what a web archive keeps of it, and look at the place."
                .to_string(),
        );
    }
    if bundle.finding.external.vintages.is_empty() {
        steps.push("There is no official figure to compare with: the verdict above says why, and there is no more to check against a source.".to_string());
    } else {
        steps.push("Follow `arithmetic.txt`: bring each cell to the claim's unit, write both figures as the interval of what rounds to them, and see whether the intervals meet.".to_string());
        steps.push("Of the vintages known by the day above, take the last one: what it says decides whether the figure was right when it was written (with none, nothing is known of that day); the last row says what holds today.".to_string());
    }
    if !bundle.finding.internal.relations.is_empty() {
        steps.push(
            "For the verdict within the paper: put the printed figures into the relations at the end of `arithmetic.txt`."
                .to_string(),
        );
    }
    for (at, step) in steps.iter().enumerate() {
        let _ = writeln!(page, "{}. {step}", at + 1);
    }
}

/// How to find one cell.
fn open_document(bundle: &Bundle<'_>, at: usize) -> Option<String> {
    let (document, vintage) = (bundle.document(at)?, bundle.finding.external.vintages.get(at)?);
    let file = document.file.as_ref().ok()?;
    let (place, printed) = (escaped(&vintage.locator), escaped(&vintage.printed));
    if place.is_empty() {
        return Some(format!("Open `{file}`: the figure of vintage {} is no longer in it.", at + 1));
    }
    let excerpt = bundle.excerpt(at).filter(|excerpt| excerpt.found.is_ok());
    let excerpt = excerpt.map(|one| format!(" `{}` shows what stands around it.", one.path("html"))).unwrap_or_default();
    Some(format!("Open `{file}` at {place}: it must show {printed} (vintage {}).{excerpt}", at + 1))
}

/// An address as it is, to be copied from the text.
fn code(text: &str) -> String {
    let safe: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("`{}`", safe.replace('`', "%60"))
}

/// A label and a text; nothing if there is no text.
fn item(page: &mut String, label: &str, text: &str) {
    if !text.is_empty() {
        let _ = writeln!(page, "- {}: {}", escaped(label), escaped(text));
    }
}
