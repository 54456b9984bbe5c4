//! Ends what a house is in the middle of, from outside and at once.

use super::House;
use crate::guard::Stop;
use crate::store::Breaker;

/// The brake of a house.
pub struct Brake {
    stop: Stop,
    breaker: Breaker,
}

impl Brake {
    /// Of this house.
    pub fn of(house: &House) -> Brake {
        Brake { stop: house.reader.stop(), breaker: house.store.breaker() }
    }

    /// Ends whoever reads a document; the attempt is recorded as interrupted, and nothing of the document is stored. No further
    /// document is read.
    pub fn stop_reading(&self) {
        self.stop.say();
    }

    /// Takes back the change that the store is making now, if it is making one.
    pub fn cut(&self) {
        self.breaker.cut();
    }
}
