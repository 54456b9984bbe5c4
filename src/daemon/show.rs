//! The pages without the loop: whoever only looks.

use super::listen::{bound, door};
use crate::observe::{self, Pulse, metrics};
use crate::pipeline::{Eyes, House};
use crate::web::{self, Desk};
use anyhow::Result;
use chrono::Utc;
use std::net::SocketAddr;
use std::sync::Mutex;

/// How a store is that somebody else may write into.
struct Looked(Mutex<Eyes>);

impl Pulse for Looked {
    fn metrics(&self) -> Result<String> {
        Ok(metrics(&super::held(&self.0).look(Utc::now())?))
    }

    fn ready(&self) -> Result<()> {
        super::held(&self.0).can_open()
    }
}

/// Shows the pages at an address until the program is ended, to whoever shows the token where there is one; `tell` hears which
/// address it became.
///
/// # Errors
/// An address that cannot be had, or the listener failing.
pub async fn show(house: House, address: SocketAddr, token: Option<String>, tell: impl FnOnce(SocketAddr)) -> Result<()> {
    let (desk, pulse) = (Desk::of(&house, Utc::now)?, Looked(Mutex::new(Eyes::of(&house)?)));
    let listener = bound(address).await?;
    tell(listener.local_addr()?);
    tokio::select! {
        served = observe::serve(listener, pulse, web::router(desk), door(address, token.as_deref())) => Ok(served?),
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}
