//! Lines that were met, so that one that comes again is known: by a hash of what it is about, and a part of one of what it says.

use std::collections::HashSet;

/// Room for lines at first, and at most; four fifths of it are used. Russian dumps have up to half a million lines a month.
const FIRST: usize = 1 << 14;
const MOST: usize = 1 << 20;
/// So many lines may be held when those of another period come; of more, nothing of periods that are over is held.
const CARRIED: usize = 1 << 17;

/// Lines that were met.
#[derive(Debug, Default)]
pub struct Repeats {
    places: Vec<Place>,
    used: usize,
    period: i32,
    /// Periods of lines that are held, and of such as are not held any more.
    held: HashSet<i32>,
    gone: HashSet<i32>,
    forgotten: bool,
}

#[derive(Debug, Default, Clone, Copy)]
struct Place {
    about: u64,
    says: u32,
    /// 0: the place is free.
    line: u32,
}

/// Whether a line was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Met {
    /// Not as far as is held.
    New,
    /// This line says the same.
    Same(u32),
    /// This line is about the same, and says something else.
    Other(u32),
}

impl Repeats {
    /// Whether lines were let through that may repeat others.
    pub fn has_forgotten(&self) -> bool {
        self.forgotten
    }

    /// A line of a period, by hashes of what it is about and of what it says.
    pub fn meet(&mut self, line: u32, period: i32, about: u64, says: u64) -> Met {
        if period != self.period || self.held.is_empty() {
            self.turn(period);
        }
        if (self.used + 1) * 5 > self.places.len() * 4 {
            self.grow();
        }
        let new = Place { about, says: (says >> 32) as u32, line: line.max(1) };
        match self.find(new) {
            Some(place) if place.line == 0 => {
                *place = new;
                self.used += 1;
                Met::New
            }
            Some(place) if place.says == new.says => Met::Same(place.line),
            Some(place) => Met::Other(place.line),
            None => Met::New,
        }
    }

    /// The place of a line, or the free one that it may have.
    fn find(&mut self, sought: Place) -> Option<&mut Place> {
        let mask = self.places.len().checked_sub(1)?;
        let fits = |place: &Place| place.line == 0 || place.about == sought.about;
        let start = sought.about as usize & mask;
        let at = (0..=mask).map(|step| (start + step) & mask).find(|at| self.places.get(*at).is_some_and(fits))?;
        self.places.get_mut(at)
    }

    /// Lines of another period come: where many are held, those before are let go.
    fn turn(&mut self, period: i32) {
        self.period = period;
        if self.used > CARRIED {
            self.clear();
        }
        self.forgotten |= self.gone.contains(&period);
        self.held.insert(period);
    }

    fn clear(&mut self) {
        self.gone.extend(self.held.drain());
        self.places.fill(Place::default());
        self.used = 0;
    }

    fn grow(&mut self) {
        let size = (self.places.len() * 2).max(FIRST);
        if size > MOST {
            // a period of more lines than there is room for
            self.clear();
            self.held.insert(self.period);
            self.forgotten = true;
            return;
        }
        let before = std::mem::replace(&mut self.places, vec![Place::default(); size]);
        for place in before.into_iter().filter(|place| place.line != 0) {
            if let Some(free) = self.find(place) {
                *free = place;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::mix;

    #[test]
    fn the_same_and_the_other() {
        let mut repeats = Repeats::default();
        for line in 1..=100_000u32 {
            assert_eq!(repeats.meet(line, 202001, mix(line.into()), mix(7)), Met::New);
        }
        assert_eq!(repeats.meet(100_001, 202001, mix(5), mix(7)), Met::Same(5));
        assert_eq!(repeats.meet(100_002, 202001, mix(99_999), mix(8)), Met::Other(99_999));
        assert!(!repeats.has_forgotten());
    }

    /// Months in order are held one after the other; one that comes back after it was let go is told.
    #[test]
    fn what_is_forgotten_is_told() {
        let mut repeats = Repeats::default();
        let mut line = 0u32;
        for period in 0..3 {
            for _ in 0..600_000 {
                line += 1;
                repeats.meet(line, period, mix(line.into()), 0);
            }
        }
        assert!(!repeats.has_forgotten());
        repeats.meet(line + 1, 0, mix(1), 0);
        assert!(repeats.has_forgotten());
        assert!(repeats.places.len() <= MOST);
    }
}
