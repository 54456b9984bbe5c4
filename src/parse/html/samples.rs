use super::parse;
use crate::parse::{Event, Options};
#[test]
fn scratch() {
    let folder = std::path::PathBuf::from(std::env::var_os("SVERKA_SAMPLES").unwrap());
    for file in std::env::var("SCRATCH").unwrap().split(' ') {
        println!("=== {file}");
        let r = parse(&mut std::fs::File::open(folder.join(file)).unwrap(), &Options::default(), &mut |e| match e {
            Event::Table(t) => println!("TABLE {t:?}"),
            Event::Row(r) => println!("  {} {}", r.number, r.cells.iter().map(|c| format!("{}{}={:?}", c.column, c.copy_of.map_or(String::new(), |(r,c)| format!("<{r},{c}>")), c.text)).collect::<Vec<_>>().join(" ")),
            Event::Paragraph { text, locator } => println!("{locator}: {:?}", text.chars().take(120).collect::<String>()),
        });
        println!("{r:?}");
    }
}
