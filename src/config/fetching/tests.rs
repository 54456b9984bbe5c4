use crate::check::Language;
use crate::config::Config;
use crate::fetch::Proxy;

const FILE: &str = include_str!("../../../tests/fixtures/sources.toml");

fn with(fetch: &str, source: &str) -> Result<Config, Vec<String>> {
    let text = FILE.replace("{ADDRESS}", "https://publisher.example/s.xlsx");
    let text = text.replace("[fetch]\n", &format!("[fetch]\n{fetch}\n"));
    let text = text.replace("licence = \"none\"", &format!("licence = \"none\"\n{source}"));
    Config::parse(&text, "f").map_err(|mistakes| mistakes.iter().map(ToString::to_string).collect())
}

#[test]
fn what_holds_for_all_and_what_a_source_says_otherwise() {
    let config = with("", "").unwrap();
    let (fetch, spec) = (&config.fetch, &config.sources[0].fetch);
    assert_eq!((fetch.contact.as_ref(), fetch.gap, fetch.proxy.as_ref(), spec.robots), (None, None, None, true));
    assert!(config.sources[0].content.is_empty() && !config.sources[0].any_size);
    let all = "contact = \"mailto:a@b.example\"\ngap = 3\ngaps = { \"Slow.example\" = 60 }\nproxy = \"http://proxy.lan:3128\"\nproxy_login = \"LOGIN\"";
    let config = with(all, "").unwrap();
    assert_eq!(config.fetch.contact.as_deref(), Some("mailto:a@b.example"));
    assert_eq!((config.fetch.gap, config.fetch.gaps), (Some(3), vec![("slow.example".to_string(), 60)]));
    let wanted = Proxy { url: "http://proxy.lan:3128".parse().unwrap(), login: Some("LOGIN".into()) };
    assert_eq!(config.sources[0].fetch.proxy, Some(wanted));
    let own = "proxy = \"socks5://127.0.0.1:1080\"\nca = \"/x.pem\"\nca_hosts = [\"publisher.example\"]\nrobots = \"ignore\"\n\
        must_contain = [\"Index\"]\nlanguage = \"ru\"\nany_size = true";
    let config = with(all, own).unwrap();
    let (source, spec) = (&config.sources[0], &config.sources[0].fetch);
    assert_eq!(spec.proxy, Some(Proxy { url: "socks5://127.0.0.1:1080".parse().unwrap(), login: None }));
    assert_eq!((spec.ca_hosts.as_slice(), spec.robots), (&["publisher.example".to_string()][..], false));
    assert_eq!((source.content.language, source.any_size), (Some(Language::Russian), true));
    assert_eq!(source.content.must_contain, ["Index"]);
    assert_eq!(source.digest, with("", "").unwrap().sources[0].digest, "nothing of it says how documents are read");
    assert_eq!(with(all, "proxy = \"direct\"").unwrap().sources[0].fetch.proxy, None);
}

#[test]
fn mistakes_are_told_and_secrets_are_no_part_of_the_file() {
    for (fetch, source, wanted) in [
        ("contact = \"me\"", "", "mailto:somebody@example.org"),
        ("contact = \"mailto:me\"", "", "mailto:somebody@example.org"),
        ("contact = \"https://a.example/\\r\\nX: y\"", "", "mailto:somebody@example.org"),
        ("gap = 100000", "", "at most 3600"),
        ("proxy = \"ftp://a.example\"", "", "expected a proxy such as"),
        ("", "proxy = \"http://me:secret@a.example\"", "user and password do not belong in this file"),
        ("", "proxy = \"http://a.example\"\nproxy_login = \"me:secret\"", "environment variable"),
        ("", "proxy_login = \"LOGIN\"", "without \"proxy\""),
        ("", "ca_hosts = [\"publisher.example\"]", "without \"ca\""),
        ("", "ca = \"x\"\nca_hosts = [\"other.example\"]", "one of the source's hosts"),
        ("", "robots = \"never\"", "obey"),
        ("", "language = \"de\"", "ru"),
        ("", "must_contain = [\" \"]", "blank"),
    ] {
        let said = with(fetch, source).unwrap_err();
        assert!(said.iter().any(|line| line.contains(wanted)), "{fetch}{source}: {said:?}");
        let told = said.join("\n");
        assert!(!told.contains("me:secret@"), "{told}");
    }
    let keyed = FILE.replace(
        "{ url = \"{ADDRESS}\" }",
        "{ api = \"https://a.example/\", query = { KEY = \"s3cret\" }, key_in = \"key\", max = 5 }",
    );
    let told = Config::parse(&keyed, "f").unwrap_err().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    assert!(told.contains("a key does not belong in this file") && !told.contains("s3cret"), "{told}");
}
