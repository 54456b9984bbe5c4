//! What resolvers say, by a script: names that are not there, that are many, that change, and resolvers that do not answer.

use super::*;
use std::io;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a resolver does with one question after the other; the last for ever.
#[derive(Clone)]
enum Says {
    Error(&'static str),
    Nothing,
    Never,
    Addresses(Vec<IpAddr>),
}

use Says::{Addresses, Error, Never, Nothing};

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// A client whose resolver says that, and how often it was asked.
fn told(says: Vec<Says>) -> (Client, Arc<AtomicUsize>) {
    let (says, asked) = (Arc::new(Mutex::new(says)), Arc::new(AtomicUsize::new(0)));
    let count = asked.clone();
    let script = move |_: &str| {
        count.fetch_add(1, Ordering::SeqCst);
        let mut says = says.lock().unwrap();
        let said = if says.len() > 1 { says.remove(0) } else { says[0].clone() };
        let answer = async move {
            match said {
                Error(text) => Err(io::Error::other(text)),
                Nothing => Ok(Vec::new()),
                Never => std::future::pending().await,
                Addresses(found) => Ok(found),
            }
        };
        Box::pin(answer) as address::Said
    };
    let mut client = Client::new(ClientOptions { fixed_names: HashMap::new(), ..client().options });
    client.resolver.asker = Asker::Script(Arc::new(script));
    (client, asked)
}

fn at(port: u16) -> FetchSpec {
    spec(vec![Place::Direct(Url::parse(&format!("http://{HOST}:{port}/")).unwrap())])
}

async fn code(client: &Client, port: u16) -> &'static str {
    match client.fetch(&at(port), &asking(None, &[Kind::Zip])).await {
        Ok(_) => "document",
        Err(error) => error.code(),
    }
}

fn good() -> Server {
    Server::start(|_, _| server::answer(200, &[], WORKBOOK))
}

fn port_of(server: &Server) -> u16 {
    server.url("/").port().unwrap()
}

#[tokio::test]
async fn a_name_without_addresses_is_told_as_that_and_may_come_back() {
    let server = good();
    let cases = [
        Error("failed to lookup address information: Name or service not known"),
        Error("failed to lookup address information: Temporary failure in name resolution"),
        Error("failed to lookup address information: Non-recoverable failure in name resolution"),
        Error("failed to lookup address information: too many levels of CNAME"),
        Error("failed to lookup address information: No address associated with hostname"),
        Nothing,
    ];
    let count = cases.len();
    for says in cases {
        let (client, asked) = told(vec![says, Addresses(vec![ip("127.0.0.1")])]);
        assert_eq!((code(&client, port_of(&server)).await, asked.load(Ordering::SeqCst)), ("dns", 1));
        assert_eq!(code(&client, port_of(&server)).await, "document", "the next look");
    }
    println!("F18 errors: {count} cases");
}

/// With the usual times: a resolver that is dead is no publisher that is slow.
#[tokio::test(start_paused = true)]
async fn a_resolver_that_does_not_answer_is_told_as_that() {
    let (mut client, asked) = told(vec![Never]);
    client.options = ClientOptions { allow_loopback: true, ..ClientOptions::default() };
    client.options.robots = false;
    let since = tokio::time::Instant::now();
    let error = client.fetch(&at(9999), &asking(None, &[])).await.unwrap_err();
    assert_eq!((error.code(), error.tries, asked.load(Ordering::SeqCst)), ("dns", 1, 1), "{error}");
    assert!(error.to_string().contains("the resolver does not answer"), "{error}");
    assert!(since.elapsed() < Duration::from_secs(10), "{:?}", since.elapsed());
    let since = tokio::time::Instant::now();
    assert!(!client.online(&[HOST.to_owned()], &[]).await);
    assert!(since.elapsed() <= Duration::from_secs(5), "{:?}", since.elapsed());
    println!("F18 silence: 2 cases");
}

#[tokio::test]
async fn of_many_addresses_a_few_are_looked_at() {
    let server = good();
    let (dead, alive) = (ip("127.0.0.9"), ip("127.0.0.1"));
    let many = |first: Vec<IpAddr>, rest: IpAddr| Addresses(first.into_iter().chain(vec![rest; 1000]).collect());
    for (says, wanted) in [
        (many(vec![alive], dead), "document"),
        (many(vec![dead, alive], dead), "document"),
        (many(vec![dead; 16], alive), "connect"),
        (many(vec![alive; 15], ip("10.0.0.1")), "blocked_address"),
        (many(vec![alive; 16], ip("10.0.0.1")), "document"),
    ] {
        let (client, _) = told(vec![says]);
        assert_eq!(code(&client, port_of(&server)).await, wanted);
    }
    println!("F18 many: 5 cases");
}

/// Of two families one is dead: refused at once, or so that nobody answers.
#[tokio::test]
async fn an_address_that_is_dead_does_not_hide_one_that_is_not() {
    let server = good();
    let port = port_of(&server);
    let both = Addresses(vec![ip("::1"), ip("127.0.0.1")]);
    assert_eq!(code(&told(vec![both.clone()]).0, port).await, "document", "refused");
    // a queue that is full: whoever connects hears nothing
    let socket = tokio::net::TcpSocket::new_v6().unwrap();
    socket.bind(SocketAddr::new(ip("::1"), port)).unwrap();
    let full = socket.listen(0).unwrap();
    let mut queue = Vec::new();
    let connect = || tokio::net::TcpStream::connect(full.local_addr().unwrap());
    while let Ok(Ok(more)) = tokio::time::timeout(Duration::from_millis(100), connect()).await {
        queue.push(more);
        assert!(queue.len() < 1000, "the queue has no end");
    }
    let since = std::time::Instant::now();
    assert_eq!(code(&told(vec![both]).0, port).await, "document", "nobody answers");
    assert!(since.elapsed() < Duration::from_millis(1500), "{:?}", since.elapsed());
    assert_eq!(code(&told(vec![Addresses(vec![ip("::1")])]).0, port).await, "timeout", "that one alone");
    println!("F18 families: 3 cases");
}

/// A name that leads elsewhere at the second question: what was checked is what was dialled, and the next connection is checked anew.
#[tokio::test]
async fn a_name_that_is_rebound_is_checked_at_every_connection_and_asked_once_for_it() {
    let server = good();
    let rebound = vec![Addresses(vec![ip("127.0.0.1")]), Addresses(vec![ip("10.0.0.1")])];
    let (client, asked) = told(rebound.clone());
    assert_eq!((code(&client, port_of(&server)).await, asked.load(Ordering::SeqCst)), ("document", 1));
    assert_eq!((code(&client, port_of(&server)).await, asked.load(Ordering::SeqCst)), ("blocked_address", 2));
    assert_eq!(server.requests().len(), 1);
    // between the hops of a redirect
    let hops = Server::start(|_, _| server::answer(302, &[("Location", "/next")], b""));
    let (client, asked) = told(rebound);
    assert_eq!((code(&client, port_of(&hops)).await, asked.load(Ordering::SeqCst)), ("blocked_address", 2));
    assert_eq!(hops.requests().len(), 1);
    // to this machine, where that is not allowed
    let (mut strict, asked) = told(vec![Addresses(vec![ip("127.0.0.1")])]);
    strict.resolver.allow_loopback = false;
    assert_eq!((code(&strict, port_of(&server)).await, asked.load(Ordering::SeqCst)), ("blocked_address", 1));
    assert_eq!(server.requests().len(), 1);
    println!("F12 rebinding: 3 cases");
}
