//! The ladder of section 2 a second time, in whole thousandths, against every small pair of figures.

use crate::reconcile::Grade;
use crate::reconcile::interval::Figure;
use crate::reconcile::ladder::grade;
use rust_decimal::Decimal;

/// Thousandths of one unit of the last digit of a figure with that many decimals.
fn unit(decimals: u32) -> i64 {
    10i64.pow(3 - decimals)
}

/// A value in thousandths at a unit: half up, half to even, half away from zero.
fn rounded(value: i64, unit: i64) -> [i64; 3] {
    let below = value.div_euclid(unit);
    let nearest = |half: i64| match (value.rem_euclid(unit) * 2).cmp(&unit) {
        std::cmp::Ordering::Less => below,
        std::cmp::Ordering::Greater => below + 1,
        std::cmp::Ordering::Equal => half,
    };
    let even = if below % 2 == 0 { below } else { below + 1 };
    let away = if value < 0 { below } else { below + 1 };
    [nearest(below + 1), nearest(even), nearest(away)].map(|steps| steps * unit)
}

/// The rungs in their order, each as it is written: a claim d with p decimals, a source s with q.
fn read((d, p): (i64, u32), (s, q): (i64, u32)) -> Grade {
    let overlap = 2 * (d - s).abs() <= unit(p) + unit(q);
    let agreeing = rounded(s, unit(p)).iter().filter(|r| **r == d).count();
    // "s cut to p decimals toward zero is d": what has no more decimals than that cannot be cut
    let cut = s / unit(p) * unit(p) == d && q > p;
    match agreeing {
        _ if s == d && q == p => Grade::Exact,
        _ if q < p && overlap => Grade::Coarse,
        3 => Grade::Rounds,
        1 | 2 => Grade::Tie,
        _ if cut => Grade::Truncated,
        _ => Grade::None,
    }
}

#[test]
fn every_small_pair() {
    let decimals = || (0u32..3).flat_map(|p| (0u32..4).map(move |q| (p, q)));
    let mut seen = std::collections::BTreeMap::new();
    for (p, q) in decimals() {
        let reach = |decimals: u32| 2 * 10i64.pow(decimals);
        for (claim, source) in (-reach(p)..=reach(p)).flat_map(|d| (-reach(q)..=reach(q)).map(move |s| (d, s))) {
            // far apart, nothing but NONE can hold; near by, everything
            if (claim * unit(p) - source * unit(q)).abs() > 2 * unit(p).max(unit(q)) {
                continue;
            }
            let [ours, theirs] =
                [(claim, p), (source, q)].map(|(value, decimals)| Figure::printed(Decimal::new(value, decimals), decimals));
            let (got, wanted) = (grade(&ours, &theirs), read((claim * unit(p), p), (source * unit(q), q)));
            assert_eq!(got, wanted, "{claim} with {p} decimals against {source} with {q}");
            *seen.entry(format!("{got:?}")).or_insert(0) += 1;
            let touching = ours.preimage().touches(&theirs.preimage());
            assert_eq!(touching, 2 * (claim * unit(p) - source * unit(q)).abs() == unit(p) + unit(q), "{claim} {p} {source} {q}");
            // a proof: with more decimals than the claim's, half a unit away is out of reach
            let apart = q > p && 2 * (claim * unit(p) - source * unit(q)).abs() > unit(p);
            assert!(!apart || !got.matches());
        }
    }
    assert_eq!(seen.keys().map(String::as_str).collect::<Vec<_>>(), ["Coarse", "Exact", "None", "Rounds", "Tie", "Truncated"]);
}
