//! How the daemon is: what it says to whoever asks over HTTP, without waiting for the house.

use super::held;
use crate::observe::{Pulse, metrics};
use crate::pipeline::{Eyes, House};
use anyhow::{Result, bail};
use chrono::Utc;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The loop goes round every 30 s at least; one that has not for so long hangs.
const LONGEST_TURN: Duration = Duration::from_secs(90);

/// See the module.
#[derive(Debug, Clone)]
pub(super) struct Watched {
    eyes: Arc<Mutex<Eyes>>,
    turned: Arc<Mutex<Instant>>,
}

impl Watched {
    /// Looks at this house.
    pub fn of(house: &House) -> Result<Watched> {
        Ok(Watched { eyes: Arc::new(Mutex::new(Eyes::of(house)?)), turned: Arc::new(Mutex::new(Instant::now())) })
    }

    /// Looks at a house that was furnished anew.
    pub fn look_at(&self, house: &House) -> Result<()> {
        *held(&self.eyes) = Eyes::of(house)?;
        Ok(())
    }

    /// The loop has gone round.
    pub fn turned(&self) {
        *held(&self.turned) = Instant::now();
    }
}

impl Pulse for Watched {
    fn metrics(&self) -> Result<String> {
        Ok(metrics(&held(&self.eyes).look(Utc::now())?))
    }

    fn ready(&self) -> Result<()> {
        let turned = held(&self.turned).elapsed();
        if turned > LONGEST_TURN {
            bail!("the loop has not gone round for {} s", turned.as_secs());
        }
        held(&self.eyes).can_open()
    }
}
