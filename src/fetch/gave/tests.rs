use crate::config::Config;
use url::Url;

/// A configuration with one source at these addresses.
fn gave(address: &str, target: &str, named: bool) -> bool {
    let text = format!(
        "[[publisher]]\nid = \"p\"\nname = \"P\"\ncountry = \"ru\"\nurl = \"https://p.example/\"\n[[source]]\nid = \"s\"\n\
         publisher = \"p\"\ntitle = \"T\"\npage = \"https://p.example/\"\naddress = [{address}]\nhosts = [\"files.example\"]\n\
         schedule = \"0 0 1 1 *\"\nformat = [\"csv\"]\nlicence = \"L\"\nreads = \"none\"\nnote = \"n\"\n"
    );
    let config = Config::parse(&text, "t").unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    config.sources[0].fetch.gave(&Url::parse(target).unwrap(), named)
}

#[test]
fn what_an_address_gives() {
    let listing = "{ page = \"https://p.example/list\", link = \"IPC_*.xlsx\" }";
    let row = "{ page = \"https://p.example/list\", link = \"*.html\", row = \"(4)*\" }";
    let dated = "{ url = \"https://p.example/{YYYY}/osn-{MM}-{YYYY}.pdf?q={Q}\" }";
    let api = "{ api = \"https://p.example/rows\", query = { a = \"1\" }, max = 5 }";
    for (address, target, wanted) in [
        ("{ url = \"http://p.example/a%20b.xls?x=1\" }", "https://www.p.example/a%20b.xls?x=1#top", true),
        ("{ url = \"http://p.example/a.xls\" }", "http://p.example/a.xls?x=1", false),
        ("{ url = \"http://p.example/a.xls\" }", "http://p.example:81/a.xls", false),
        ("{ archive = \"http://old.example/a.xls\" }", "http://old.example/a.xls", true),
        (listing, "https://www.p.example/some/where/ipc_mes-1.XLSX", true),
        (listing, "https://files.example/ipc_1.xlsx", true),
        (listing, "https://other.example/ipc_1.xlsx", false),
        (listing, "https://p.example/list", false),
        (dated, "https://p.example/2021/osn-03-2021.pdf?q=1", true),
        (dated, "https://p.example/2021/osn-3-2021.pdf?q=1", false),
        (dated, "https://p.example/2021/osn-03-2021.pdf", false),
        (api, "https://p.example/rows?key=k&a=1", true),
        (api, "https://p.example/rows?a=2", false),
        (row, "https://p.example/x/1.html", false),
    ] {
        assert_eq!(gave(address, target, false), wanted, "{address} {target}");
    }
    assert!(gave(row, "https://p.example/x/1.html", true));
}
