//! Proxies on loopback: one that speaks HTTP, one that speaks SOCKS 5 (RFC 1928, with the login of RFC 1929).

use super::*;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Mutex;

/// What a SOCKS proxy was told: the login, and the address to connect to.
type Told = Arc<Mutex<Vec<(String, String)>>>;

/// A SOCKS proxy that connects to loopback only; gives its port and what it was told.
fn socks(login: bool) -> (u16, Told) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, told) = (listener.local_addr().unwrap().port(), Told::default());
    let heard = told.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let heard = heard.clone();
            std::thread::spawn(move || _ = relay(stream, login, &heard));
        }
    });
    (port, told)
}

fn take<const N: usize>(stream: &mut TcpStream) -> std::io::Result<[u8; N]> {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes).map(|()| bytes)
}

fn text(stream: &mut TcpStream) -> std::io::Result<String> {
    let [length] = take(stream)?;
    let mut bytes = vec![0; length.into()];
    stream.read_exact(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn relay(mut stream: TcpStream, login: bool, told: &Told) -> std::io::Result<()> {
    let [_, methods] = take(&mut stream)?;
    let mut offered = vec![0; methods.into()];
    stream.read_exact(&mut offered)?;
    let mut who = String::new();
    stream.write_all(&[5, if login { 2 } else { 0 }])?;
    if login {
        let [_] = take(&mut stream)?;
        who = format!("{}:{}", text(&mut stream)?, text(&mut stream)?);
        stream.write_all(&[1, 0])?;
    }
    let [_, _, _, kind] = take(&mut stream)?;
    let host = match kind {
        1 => take::<4>(&mut stream)?.map(|byte| byte.to_string()).join("."),
        _ => format!("name {}", text(&mut stream)?),
    };
    let port = u16::from_be_bytes(take(&mut stream)?);
    told.lock().unwrap().push((who, host));
    let mut target = TcpStream::connect(("127.0.0.1", port))?;
    stream.write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 0])?;
    let (mut from, mut to) = (stream.try_clone()?, target.try_clone()?);
    std::thread::spawn(move || std::io::copy(&mut from, &mut to));
    std::io::copy(&mut target, &mut stream)?;
    stream.shutdown(std::net::Shutdown::Both)
}

fn through(spec: FetchSpec, proxy: &str, login: Option<&str>) -> FetchSpec {
    FetchSpec { proxy: Some(Proxy { url: Url::parse(proxy).unwrap(), login: login.map(str::to_owned) }), ..spec }
}

/// A client whose environment has a login.
fn with_login() -> Client {
    let fixed_variables = HashMap::from([("SVERKA_TESTS_LOGIN".to_owned(), "me:s3cret:x".to_owned())]);
    Client::new(ClientOptions { fixed_variables, ..client().options })
}

#[tokio::test]
async fn a_socks_proxy_is_told_the_address_that_was_checked() {
    let server = Server::start(|_, _| server::answer(200, &[], WORKBOOK));
    let (port, told) = socks(false);
    let proxy = format!("socks5://127.0.0.1:{port}");
    fetch(&through(direct(&server, "/"), &proxy, None), None, &[Kind::Zip]).await.unwrap();
    assert_eq!(*told.lock().unwrap(), [(String::new(), "127.0.0.1".to_owned())], "an address, and no name to resolve anew");
    // another source goes out directly
    fetch(&direct(&server, "/"), None, &[Kind::Zip]).await.unwrap();
    assert_eq!((told.lock().unwrap().len(), server.requests().len()), (1, 2));
    let inside = spec(vec![Place::Direct(Url::parse("http://private.example/").unwrap())]);
    let error = fetch(&through(inside, &proxy, None), None, &[]).await.unwrap_err();
    assert_eq!((error.code(), told.lock().unwrap().len()), ("blocked_address", 1), "{error}");
}

#[tokio::test]
async fn a_proxy_gets_its_login_from_where_secrets_are_and_nobody_hears_of_it() {
    let server = Server::start(|_, _| server::answer(200, &[], WORKBOOK));
    let (port, told) = socks(true);
    let spec = through(direct(&server, "/"), &format!("socks5://127.0.0.1:{port}"), Some("SVERKA_TESTS_LOGIN"));
    let client = with_login();
    client.fetch(&spec, &asking(None, &[Kind::Zip])).await.unwrap();
    assert_eq!(*told.lock().unwrap(), [("me:s3cret:x".to_owned(), "127.0.0.1".to_owned())]);
    assert!(!format!("{:?}", client.clients).contains("s3cret"));
    let error = fetch(&spec, None, &[]).await.unwrap_err();
    assert_eq!((error.code(), server.requests().len()), ("no_login", 1), "{error}");
    assert!(error.to_string().contains("SVERKA_TESTS_LOGIN"), "{error}");
    let dead = { TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port() };
    for scheme in ["socks5", "http"] {
        let nowhere = through(direct(&server, "/"), &format!("{scheme}://127.0.0.1:{dead}"), Some("SVERKA_TESTS_LOGIN"));
        let error = client.fetch(&nowhere, &asking(None, &[])).await.unwrap_err();
        assert_eq!(error.code(), "connect", "{error}");
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error:?}");
    }
}

#[tokio::test]
async fn an_http_proxy_is_asked_for_the_whole_address() {
    let proxy = Server::start(|request, _| match request.starts_with("GET http://far.example/a.xlsx ") {
        true => server::answer(200, &[], WORKBOOK),
        false => server::answer(400, &[], b""),
    });
    let hosts = vec!["far.example".to_owned()];
    let spec = FetchSpec { hosts, ..spec(vec![Place::Direct(Url::parse("http://far.example/a.xlsx").unwrap())]) };
    let spec = through(spec, &format!("http://{HOST}:{}", proxy.url("/").port().unwrap()), Some("SVERKA_TESTS_LOGIN"));
    with_login().fetch(&spec, &asking(None, &[Kind::Zip])).await.unwrap();
    let request = proxy.requests().remove(0).to_lowercase();
    // me:s3cret:x
    assert!(request.contains("proxy-authorization: basic bwu6cznjcmv0ong="), "{request}");
}

#[tokio::test]
async fn a_proxy_answers_for_the_network() {
    let (port, _) = socks(false);
    let proxies = [Url::parse(&format!("socks5://127.0.0.1:{port}")).unwrap()];
    assert!(client().online(&["nowhere.example".to_owned()], &proxies).await);
    let dead = { TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port() };
    let proxies = [Url::parse(&format!("socks5://127.0.0.1:{dead}")).unwrap()];
    assert!(!client().online(&[], &proxies).await);
    // the operator's own network is no business of the policy for publishers
    let strict = Client::new(ClientOptions { allow_loopback: false, ..client().options });
    let proxies = [Url::parse(&format!("http://{HOST}:{port}")).unwrap()];
    assert!(strict.online(&[], &proxies).await);
}

#[tokio::test]
async fn a_key_may_be_a_credential_of_the_service() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("SVERKA_TESTS_ONLY"), "s3cret\n").unwrap();
    let folder = ("CREDENTIALS_DIRECTORY".to_owned(), dir.path().display().to_string());
    // the credential is meant, whatever the environment brought along
    let fixed_variables = HashMap::from([folder, ("SVERKA_TESTS_ONLY".to_owned(), "inherited".to_owned())]);
    let client = Client::new(ClientOptions { fixed_variables, ..client().options });
    let server = Server::start(|_, _| server::answer(200, &[], br#"{"data":[]}"#));
    let key = Some(KeyName { variable: "SVERKA_TESTS_ONLY".to_owned(), parameter: "key".to_owned() });
    let rows = "data".to_owned();
    let api = Api { url: server.url("/v1"), query: Vec::new(), key, preview: None, paging: Paging::None, max: 2, rows };
    client.fetch(&spec(vec![Place::Api(api)]), &asking(None, &[Kind::Text])).await.unwrap();
    assert!(server.requests()[0].starts_with("GET /v1?key=s3cret "), "{:?}", server.requests());
}
