//! Pooling, comparing, reading and setting fields.

use super::Fields;
use super::slots::KNOWN;
use crate::model::Period;
use crate::normalize::spec::NumberStyle;
use crate::normalize::{label, number, unit};

/// Names of the comparison base's fields.
const BASE: [&str; 4] = ["year'", "month'", "quarter'", "ytd'"];

impl Fields {
    /// Takes from an outer place what is not said here: the inner place wins.
    pub fn merge_under(&mut self, outer: &Fields) {
        self.year = self.year.or(outer.year);
        self.month = self.month.or(outer.month);
        self.quarter = self.quarter.or(outer.quarter);
        self.half = self.half.or(outer.half);
        self.ytd = self.ytd.or(outer.ytd);
        self.date = self.date.or(outer.date);
        self.days = self.days.or(outer.days);
        self.value = self.value.or(outer.value);
        self.base.year = self.base.year.or(outer.base.year);
        self.base.month = self.base.month.or(outer.base.month);
        self.base.quarter = self.base.quarter.or(outer.base.quarter);
        self.base.ytd = self.base.ytd.or(outer.base.ytd);
        if self.unit.is_none() {
            self.unit.clone_from(&outer.unit);
        }
        for (name, value) in &outer.own {
            self.own.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }

    /// The first field of which both say something different: its name and both texts.
    pub fn conflicts(&self, other: &Fields) -> Option<(String, String, String)> {
        let known = KNOWN.iter().map(|(name, _)| *name).chain(BASE);
        known.chain(self.own.keys().map(String::as_str)).find_map(|name| {
            let (here, there) = (self.get(name)?, other.get(name)?);
            (here != there).then(|| (name.to_string(), here, there))
        })
    }

    /// The value of a field as text; primes name the comparison base (`month'`).
    pub fn get(&self, name: &str) -> Option<String> {
        let part = |n: Option<u32>| n.map(|n| n.to_string());
        match name {
            "year" => self.year.map(|y| y.to_string()),
            "month" => part(self.month),
            "quarter" => part(self.quarter),
            "half" => part(self.half),
            "ytd" => part(self.ytd),
            "date" => self.date.map(|d| d.to_string()),
            "days" => self.days.map(|(from, to)| format!("{from}/{to}")),
            "unit" => self.unit.clone(),
            "value" => self.value.map(|v| v.to_string()),
            "year'" => self.base.year.map(|y| y.to_string()),
            "month'" => part(self.base.month),
            "quarter'" => part(self.base.quarter),
            "ytd'" => part(self.base.ytd),
            own => self.own.get(own).cloned(),
        }
    }

    /// Sets a field from text, as `set = { ytd = "3", item = "coal" }` does. A unit is an id or a spelling of one.
    ///
    /// # Errors
    /// A text that is no value of a known field, said in words.
    pub fn set(&mut self, name: &str, text: &str) -> Result<(), String> {
        let wrong = |wanted: &str| format!("field {name}: expected {wanted}, found {text:?}");
        if let Some((from, to)) = limits(name) {
            let n = text.trim().parse::<i32>().ok().filter(|n| (from..=to).contains(n));
            let n = n.ok_or_else(|| wrong(&format!("a whole number from {from} to {to}")))?;
            return if self.put_number(name, n) { Ok(()) } else { Err(format!("field {name} has no comparison base")) };
        }
        match name {
            "date" => self.date = Some(text.trim().parse().map_err(|_| wrong("a date such as 2020-04-25"))?),
            "days" => {
                let period: Period = text.trim().parse().map_err(|_| wrong("days such as 2026-08-25/2026-08-31"))?;
                self.days = Some((period.start(), period.end()));
            }
            "value" => self.value = Some(number::read(text, NumberStyle::Ru).map_err(|_| wrong("a number"))?),
            "unit" => {
                let id = unit::find(text).or_else(|| unit::parse(&label::fold(text)));
                self.unit = Some(id.ok_or_else(|| wrong("a unit of the list"))?.to_string());
            }
            own => {
                self.own.insert(own.to_string(), text.to_string());
            }
        }
        Ok(())
    }
}

/// The least and the greatest value of a whole number among the known fields.
fn limits(name: &str) -> Option<(i32, i32)> {
    match name.trim_end_matches('\'') {
        "year" => Some((1900, 2099)),
        "month" | "ytd" => Some((1, 12)),
        "quarter" => Some((1, 4)),
        "half" => Some((1, 2)),
        _ => None,
    }
}
