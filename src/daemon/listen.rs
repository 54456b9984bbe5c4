//! Where the daemon is asked how it is.

use crate::observe::{self, Door, Pulse};
use crate::web::{self, Desk};
use anyhow::{Context, Result};
use std::net::SocketAddr;
use std::str::FromStr;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The address that is listened at unless somebody says otherwise: of this machine, for the answers tell what is watched.
const USUAL: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 9847);

/// Where health and metrics are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Listen {
    /// At the usual address; should somebody else have it, the daemon goes on without.
    #[default]
    Usual,
    /// At this one, or not at all.
    At(SocketAddr),
    /// Nowhere.
    Nowhere,
}

impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Listen, String> {
        match text {
            "none" | "" => Ok(Listen::Nowhere),
            text => match text.parse() {
                Ok(address) => Ok(Listen::At(address)),
                Err(_) => Err("expected an address and a port, such as 127.0.0.1:9847 or [::1]:9847, or \"none\"".to_string()),
            },
        }
    }
}

impl Listen {
    /// Begins to answer, whoever shows the token where there is one.
    ///
    /// # Errors
    /// An address that was named and cannot be had.
    pub(super) async fn begin(self, pulse: impl Pulse, desk: Desk, token: Option<&str>) -> Result<Option<JoinHandle<()>>> {
        let (address, named) = match self {
            Listen::Usual => (USUAL, false),
            Listen::At(address) => (address, true),
            Listen::Nowhere => return Ok(None),
        };
        let listener = match bound(address).await {
            Ok(listener) => listener,
            Err(error) if named => return Err(error),
            Err(error) => {
                tracing::warn!("no metrics: {error:#}; `--listen` names another address, or none");
                return Ok(None);
            }
        };
        tracing::info!("health and metrics at http://{}", listener.local_addr()?);
        let door = door(address, token);
        Ok(Some(tokio::spawn(async move {
            if let Err(error) = observe::serve(listener, pulse, web::router(desk), door).await {
                tracing::error!(%error, "no more metrics");
            }
        })))
    }
}

/// Who is let in at an address: under names of this machine only, where only this machine is listened to.
pub(super) fn door(address: SocketAddr, token: Option<&str>) -> Door {
    let own = address.ip().is_loopback();
    if !own && token.is_none() {
        tracing::warn!("{address} is listened to beyond this machine, and nobody needs a token: `SVERKA_TOKEN` sets one");
    }
    Door::new(own, token)
}

/// Listens at an address.
///
/// # Errors
/// One that cannot be had.
pub(super) async fn bound(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("listening at {address}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_or_none() {
        assert_eq!("none".parse(), Ok(Listen::Nowhere));
        assert_eq!("127.0.0.1:1".parse(), Ok(Listen::At("127.0.0.1:1".parse().unwrap())));
        assert!("localhost".parse::<Listen>().is_err() && "9847".parse::<Listen>().is_err());
    }
}
