//! The order in which documents arrive does not matter.

use super::{Doc, Fixture};
use proptest::prelude::*;

fn doc(name: char, as_of: u32, known_from: u32, held: bool, figures: &[(u8, i32, &str)], span: (i32, i32)) -> Doc {
    let figures = figures.iter().map(|(s, y, text)| (*s, "t", *y, text.to_string())).collect();
    Doc { name, as_of, known_from, held, figures, spans: vec![("t", span.0, span.1)] }
}

/// Every situation named in the chain's description, in one small source.
fn situations() -> Vec<Doc> {
    vec![
        doc('a', 1, 1, true, &[(1, 2018, "5.0"), (1, 2019, "6.0"), (2, 2019, "1")], (2018, 2019)),
        // A revision, a blank that was known, and a figure that vanished.
        doc('b', 2, 2, true, &[(1, 2018, "5.1"), (1, 2019, "")], (2018, 2019)),
        // Back to the first value; coverage shrinks.
        doc('c', 3, 3, true, &[(1, 2018, "5.0")], (2018, 2018)),
        // The bytes of `a` again at a later day.
        doc('a', 4, 4, true, &[(1, 2018, "5.0"), (1, 2019, "6.0"), (2, 2019, "1")], (2018, 2019)),
        // Two of one day, the first withheld, the second not held here.
        doc('d', 5, 5, true, &[(1, 2018, "x"), (2, 2020, "")], (2018, 2020)),
        doc('e', 5, 5, false, &[(1, 2018, "5.0"), (2, 2020, "2.50")], (2018, 2020)),
    ]
}

/// All orders of `n` things, by Heap's algorithm.
fn orders(n: usize) -> Vec<Vec<usize>> {
    fn go(k: usize, order: &mut Vec<usize>, out: &mut Vec<Vec<usize>>) {
        if k <= 1 {
            return out.push(order.clone());
        }
        for i in 0..k {
            go(k - 1, order, out);
            order.swap(if k.is_multiple_of(2) { i } else { 0 }, k - 1);
        }
    }
    let mut out = Vec::new();
    go(n, &mut (0..n).collect(), &mut out);
    out
}

fn dump(docs: &[Doc], order: &[usize]) -> String {
    let mut fixture = Fixture::new();
    fixture.ingest(docs, order);
    fixture.assert_sound();
    fixture.store.logical_dump().unwrap()
}

/// Two documents in each order, for every pair of situations; and a sample of the orders of all six.
#[test]
fn situations_in_any_order() {
    let docs = situations();
    let wanted = dump(&docs, &[0, 1, 2, 3, 4, 5]);
    for order in orders(docs.len()).iter().step_by(13) {
        assert_eq!(dump(&docs, order), wanted, "{order:?}");
    }
    for order in orders(2) {
        for pair in docs.windows(2) {
            assert_eq!(dump(pair, &order), dump(pair, &[0, 1]), "{pair:?}");
        }
    }
}

/// Once more changes nothing at all.
#[test]
fn again_is_nothing() {
    let docs = situations();
    let mut fixture = Fixture::new();
    fixture.ingest(&docs, &[0, 1, 2, 3, 4, 5]);
    let before = (fixture.store.logical_dump().unwrap(), fixture.store.counts().unwrap());
    fixture.ingest(&docs, &[3, 1, 5, 0, 2, 4]);
    assert_eq!((fixture.store.logical_dump().unwrap(), fixture.store.counts().unwrap()), before);
}

fn figure() -> impl Strategy<Value = (u8, &'static str, i32, String)> {
    let texts = prop::sample::select(vec!["1", "1.0", "2", "2 million", "-", "", "x"]);
    (1..3u8, prop::sample::select(vec!["t", "u"]), 2018..2021, texts).prop_map(|(s, t, y, text)| (s, t, y, text.to_string()))
}

pub(super) fn any_doc() -> impl Strategy<Value = Doc> {
    let figures = prop::collection::vec(figure(), 0..5);
    let spans = prop::collection::vec((prop::sample::select(vec!["t", "u"]), 2018..2021, 0..3), 0..3);
    (prop::sample::select(vec!['a', 'b', 'c']), 1..5u32, 1..4u32, any::<bool>(), figures, spans).prop_map(
        |(name, as_of, known_from, held, mut figures, mut spans)| {
            figures.sort_by_key(|f| (f.0, f.2));
            figures.dedup_by_key(|f| (f.0, f.2));
            spans.sort();
            spans.dedup_by_key(|s| s.0);
            let spans = spans.into_iter().map(|(t, from, more)| (t, from, from + more)).collect();
            Doc { name, as_of, known_from: known_from.min(as_of), held, figures, spans }
        },
    )
}

/// Documents that differ in bytes or day; one of the same bytes and day is the same document.
pub(super) fn any_docs() -> impl Strategy<Value = Vec<Doc>> {
    prop::collection::vec(any_doc(), 2..7).prop_map(|mut docs| {
        docs.sort_by_key(|d| (d.name, d.as_of));
        docs.dedup_by_key(|d| (d.name, d.as_of));
        docs
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_documents_in_any_order((docs, order) in any_docs().prop_flat_map(|docs| {
        let order = Just((0..docs.len()).collect::<Vec<_>>()).prop_shuffle();
        (Just(docs), order)
    })) {
        let straight: Vec<usize> = (0..docs.len()).collect();
        prop_assert_eq!(dump(&docs, &order), dump(&docs, &straight));
    }
}
