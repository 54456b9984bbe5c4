//! Tolerances: `[[tolerance]]` in `paper.toml`, for single claims or a class of them, each with the reason why it is allowed.

use super::Claim;
use rust_decimal::Decimal;
use serde::Deserialize;

/// A difference that is allowed, and why. There is none by default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tolerance {
    /// The claims it is for; empty if it is for a class.
    pub claims: Vec<String>,
    /// The class: only claims in this unit.
    pub unit: Option<String>,
    /// The class: only claims of this measure.
    pub measure: Option<String>,
    /// The class: only claims about this indicator.
    pub indicator: Option<String>,
    /// The part of the greater of the two figures by which they may differ.
    pub relative: Option<Decimal>,
    /// The amount in the claim's unit by which they may differ.
    pub absolute: Option<Decimal>,
    /// Why.
    pub reason: String,
    /// The line of `paper.toml`.
    pub line: usize,
}

/// A tolerance as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    #[serde(default)]
    claims: Vec<String>,
    unit: Option<String>,
    measure: Option<String>,
    indicator: Option<String>,
    rel_tol: Option<toml::Value>,
    abs_tol: Option<toml::Value>,
    #[serde(default)]
    reason: String,
}

/// Reads one tolerance.
pub(super) fn read(written: &Written, line: usize) -> Result<Tolerance, Vec<String>> {
    let mut mistakes = Vec::new();
    let mut amount = |name: &str, value: &Option<toml::Value>| {
        let read = value.as_ref().map(|value| exact(name, value)).transpose();
        read.map_err(|mistake| mistakes.push(mistake)).ok().flatten()
    };
    let (relative, absolute) = (amount("rel_tol", &written.rel_tol), amount("abs_tol", &written.abs_tol));
    if relative.is_some_and(|part| part >= Decimal::ONE) {
        mistakes.push("tolerance: rel_tol is a part of the figure: expected less than 1".to_string());
    }
    if written.rel_tol.is_none() && written.abs_tol.is_none() {
        mistakes.push("tolerance: expected rel_tol or abs_tol, found neither".to_string());
    }
    let class = [&written.unit, &written.measure, &written.indicator];
    if written.claims.is_empty() == class.iter().all(|part| part.is_none()) {
        mistakes.push("tolerance: expected either claims or a class (unit, measure, indicator)".to_string());
    }
    if written.reason.trim().is_empty() {
        mistakes.push("tolerance: expected a reason, found none".to_string());
    }
    let [unit, measure, indicator] = class.map(Clone::clone);
    let tolerance = Tolerance {
        claims: written.claims.clone(),
        unit,
        measure,
        indicator,
        relative,
        absolute,
        reason: written.reason.clone(),
        line,
    };
    if mistakes.is_empty() { Ok(tolerance) } else { Err(mistakes) }
}

/// An exact decimal above zero. A float of TOML is none: what it holds is not what is written.
fn exact(name: &str, value: &toml::Value) -> Result<Decimal, String> {
    let number = match value {
        toml::Value::String(text) => Decimal::from_str_exact(text).ok(),
        toml::Value::Integer(whole) => Some(Decimal::from(*whole)),
        _ => None,
    };
    let wanted = || format!("tolerance: {name}: expected an exact number above zero in quotes, such as \"0.005\", found {value}");
    number.filter(|number| *number > Decimal::ZERO).ok_or_else(wanted)
}

impl Tolerance {
    /// Whether it is for the claim: by name, else by all that its class says.
    pub fn covers(&self, claim: &Claim) -> bool {
        let says = |part: &Option<String>, ours: &str| part.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(ours));
        if !self.claims.is_empty() {
            return self.claims.contains(&claim.id);
        }
        says(&self.unit, &claim.unit) && says(&self.measure, &claim.measure) && says(&self.indicator, &claim.indicator)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Paper;

    const CSV: &str = "id,section,paragraph,sentence,printed,value,decimals,unit,hedge,wording,entity,counterpart,flow,indicator,series,\
                       period,measure,base,footnote,cutoff\na,1,1,1,10,10,0,USD billion,,,,,,trade,,2020,level,,,2021-01-01\n\
                       b,1,1,1,12,12,0,CNY billion,,,,,,trade,,2020,level,,,2021-01-01\n";

    fn parse(tolerances: &str) -> Result<Paper, Vec<String>> {
        Paper::parse(&format!("id = 'p'\ntitle = 't'\n{tolerances}"), CSV, "paper.toml", "claims.csv")
    }

    #[test]
    fn a_claim_before_its_class() {
        let class = "[[tolerance]]\nunit = 'usd billion'\nmeasure = 'level'\nrel_tol = '0.01'\nreason = 'rate of the year'\n";
        let paper = parse(&format!("{class}[[tolerance]]\nclaims = ['a']\nabs_tol = 2\nreason = 'mirror data'\n")).unwrap();
        let of = |at: usize| paper.tolerance(&paper.claims[at]).map(|t| t.reason.as_str());
        assert_eq!((of(0), of(1)), (Some("mirror data"), None));
        assert_eq!(parse(class).unwrap().tolerances.len(), 1);
    }

    #[test]
    fn what_is_no_tolerance_is_said_with_its_line() {
        let cases = [
            ("claims = ['a']\nrel_tol = 0.01\nreason = 'r'", "rel_tol: expected an exact number above zero in quotes"),
            ("claims = ['a']\nrel_tol = 'nan'\nreason = 'r'", "rel_tol: expected an exact number"),
            ("claims = ['a']\nabs_tol = '-1'\nreason = 'r'", "abs_tol: expected an exact number"),
            ("claims = ['a']\nabs_tol = true\nreason = 'r'", "abs_tol: expected an exact number"),
            ("claims = ['a']\nrel_tol = '1.5'\nreason = 'r'", "expected less than 1"),
            ("claims = ['a']\nrel_tol = '0.1'", "expected a reason"),
            ("claims = ['a']\nrel_tol = '0.1'\nreason = '  '", "expected a reason"),
            ("claims = ['a']\nreason = 'r'", "expected rel_tol or abs_tol"),
            ("rel_tol = '0.1'\nreason = 'r'", "expected either claims or a class"),
            ("claims = ['a']\nunit = 'percent'\nrel_tol = '0.1'\nreason = 'r'", "expected either claims or a class"),
            ("claims = ['x']\nrel_tol = '0.1'\nreason = 'r'", "claims.csv has no claim \"x\""),
        ];
        for (text, wanted) in cases {
            let got = parse(&format!("[[tolerance]]\n{text}\n")).unwrap_err();
            assert_eq!(got.len(), 1, "{text}: {got:?}");
            assert!(got[0].starts_with("paper.toml:3: tolerance") && got[0].contains(wanted), "{text}: {got:?}");
        }
    }
}
