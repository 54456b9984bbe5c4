//! What a relation is computed from: a claim, or a term of claims such as `implied_base(s2-001, s2-002)`.

use crate::model::hint;
use rust_decimal::Decimal;
use std::fmt;
use std::str::FromStr;

/// The deepest nesting of terms.
const DEEPEST: usize = 8;

/// A term's function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Function {
    /// `growth(earlier, later)`, in percent.
    Growth,
    /// `difference(earlier, later)`.
    Difference,
    /// `multiple(earlier, later)`: the ratio.
    Multiple,
    /// `share(part, whole)`, in percent.
    Share,
    /// `sum(a, b, …)`.
    Sum,
    /// `chain(growth, growth, …)`, in percent.
    Chain,
    /// `implied_base(level, growth)`.
    ImpliedBase,
    /// `implied_total(part, share)`.
    ImpliedTotal,
}

/// Name and how many operands at least and at most.
const FUNCTIONS: [(&str, Function, usize, usize); 8] = [
    ("growth", Function::Growth, 2, 2),
    ("difference", Function::Difference, 2, 2),
    ("multiple", Function::Multiple, 2, 2),
    ("share", Function::Share, 2, 2),
    ("sum", Function::Sum, 2, usize::MAX),
    ("chain", Function::Chain, 2, usize::MAX),
    ("implied_base", Function::ImpliedBase, 2, 2),
    ("implied_total", Function::ImpliedTotal, 2, 2),
];

/// A claim, or a term of claims.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// The claim of that id.
    Claim(String),
    /// A number of times a term: `7*s2-001`.
    Times(Decimal, Box<Operand>),
    /// A function of terms.
    Call(Function, Vec<Operand>),
}

impl Operand {
    /// The claims it names, in order.
    pub fn claims(&self) -> Vec<&str> {
        match self {
            Operand::Claim(id) => vec![id],
            Operand::Times(_, term) => term.claims(),
            Operand::Call(_, terms) => terms.iter().flat_map(Operand::claims).collect(),
        }
    }
}

impl Function {
    /// The name that stands in terms.
    pub fn as_str(self) -> &'static str {
        FUNCTIONS.iter().find(|(_, function, ..)| *function == self).map_or("", |(name, ..)| name)
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Operand::Claim(id) => f.write_str(id),
            Operand::Times(times, term) => write!(f, "{times}*{term}"),
            Operand::Call(function, terms) => {
                let terms: Vec<String> = terms.iter().map(ToString::to_string).collect();
                write!(f, "{}({})", function.as_str(), terms.join(", "))
            }
        }
    }
}

impl FromStr for Operand {
    type Err = String;

    fn from_str(text: &str) -> Result<Operand, String> {
        term(text.trim(), DEEPEST)
    }
}

fn term(text: &str, depth: usize) -> Result<Operand, String> {
    if depth == 0 {
        return Err(format!("{text:?} is nested more than {DEEPEST} deep"));
    }
    let star = text.find('*').filter(|at| text.find('(').is_none_or(|open| *at < open));
    if let Some((times, rest)) = star.map(|at| (text[..at].trim(), text[at + 1..].trim())) {
        let times = times.parse().map_err(|_| format!("expected a number before the star, found {times:?}"))?;
        return Ok(Operand::Times(times, Box::new(term(rest, depth - 1)?)));
    }
    let Some(open) = text.find('(') else {
        let plain = !text.is_empty() && !text.contains([')', ',', ' ']);
        return if plain { Ok(Operand::Claim(text.to_string())) } else { Err(format!("expected a claim's id, found {text:?}")) };
    };
    let (name, inside) = (text[..open].trim(), text[open + 1..].trim());
    let inside = inside.strip_suffix(')').ok_or_else(|| format!("expected a closing bracket at the end of {text:?}"))?;
    let Some((_, function, least, most)) = FUNCTIONS.iter().find(|(known, ..)| *known == name) else {
        return Err(format!("unknown function {name:?}{}", hint(name, FUNCTIONS.iter().map(|f| f.0))));
    };
    let terms = split(inside)?.into_iter().map(|part| term(part.trim(), depth - 1)).collect::<Result<Vec<_>, _>>()?;
    if terms.len() < *least || terms.len() > *most {
        return Err(format!(
            "{name}: expected {least} terms{}, found {}",
            if most > least { " or more" } else { "" },
            terms.len()
        ));
    }
    Ok(Operand::Call(*function, terms))
}

/// The parts between commas that stand in no bracket.
fn split(text: &str) -> Result<Vec<&str>, String> {
    let (mut parts, mut from, mut depth) = (Vec::new(), 0, 0i32);
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
        if depth < 0 {
            break;
        }
    }
    parts.push(&text[from..]);
    if depth == 0 { Ok(parts) } else { Err(format!("the brackets of {text:?} do not pair")) }
}
