//! A message by HTTP POST.

use super::{Message, NotSent, chain};

/// Where the secret stands in an address that is a secret itself, as those of chat services are.
pub const SECRET_HERE: &str = "{secret}";
/// The header by which receivers tell a repeated message.
const KEY: &str = "Idempotency-Key";

/// Where a message is posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// The address; `{secret}` in it is replaced.
    pub url: String,
    /// The name of a secret: it stands in the address, or goes along as `Authorization: Bearer`.
    pub secret: Option<String>,
}

pub(super) async fn post(webhook: &Webhook, message: &Message) -> Result<(), NotSent> {
    crate::fetch::install_crypto();
    let secret = webhook.secret.as_deref().map(super::secret).transpose()?;
    let client = reqwest::Client::builder()
        .user_agent(concat!("sverka/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .build()
        .map_err(|error| NotSent(chain(&error)))?;
    let in_address = webhook.url.contains(SECRET_HERE);
    let url = webhook.url.replace(SECRET_HERE, secret.as_deref().unwrap_or_default());
    let mut request = client.post(url).header("Content-Type", "application/json").header(KEY, &message.id);
    if let Some(secret) = secret.filter(|_| !in_address) {
        request = request.bearer_auth(secret);
    }
    // the address may hold a secret
    let failed = |error: reqwest::Error| NotSent(chain(&error.without_url()));
    let answer = request.body(message.payload.clone()).send().await.map_err(failed)?;
    match answer.status() {
        status if status.is_success() => Ok(()),
        status => Err(NotSent(format!("the hook answered {status}"))),
    }
}
