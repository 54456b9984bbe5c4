//! The wire's target: a parent trusts no message.

use super::wire::{Messages, Reply, write};

/// All that is heard, and how it ended.
fn heard<'p>(pieces: impl Iterator<Item = &'p [u8]>) -> (Vec<Reply>, Option<String>) {
    let (mut messages, mut replies) = (Messages::default(), Vec::new());
    for piece in pieces {
        messages.push(piece);
        loop {
            match messages.next() {
                Ok(Some(reply)) => replies.push(reply),
                Ok(None) => break,
                Err(fallen) => return (replies, Some(fallen.to_string())),
            }
        }
    }
    (replies, None)
}

/// What a child says, cut in two ways: both hear the same, and what was heard can be said again.
pub fn wire(bytes: &[u8]) {
    let step = usize::from(bytes.first().copied().unwrap_or_default() % 16) + 1;
    let (replies, ended) = heard(std::iter::once(bytes));
    let (cut, cut_ended) = heard(bytes.chunks(step));
    assert_eq!((format!("{replies:?}"), &ended), (format!("{cut:?}"), &cut_ended));
    let mut again = Vec::new();
    for reply in &replies {
        assert!(write(reply, &mut again).is_some(), "what came in a message fits into one");
    }
    assert_eq!(format!("{:?}", heard(std::iter::once(again.as_slice())).0), format!("{replies:?}"));
}

/// Answers to begin with.
#[cfg(test)]
pub fn seeds() -> Vec<Vec<u8>> {
    use super::{Found, Told, Why};
    use crate::parse::{Cell, Event, Row, Table};
    use chrono::DateTime;
    let hello = Reply::Hello { version: super::wire::VERSION, walls: "none".into() };
    let table = Reply::Event(Event::Table(Table { sheet: "a".into(), number: 1, ..Table::default() }));
    let cell = Cell { column: 3, text: "106,2¹⁾".into(), raw: Some("1.25".into()), copy_of: Some((7, 2)) };
    let row = Reply::Event(Event::Row(Row { number: 9, cells: vec![cell] }));
    let refused = Reply::End(Err(crate::parse::ParseError::malformed("p", "s", "w").into()));
    let said = |replies: &[Reply]| {
        let mut bytes = Vec::new();
        replies.iter().for_each(|reply| write(reply, &mut bytes).expect("it fits"));
        bytes
    };
    let (id, target, content_type) = (String::new(), "http://p.example/".to_string(), String::new());
    let found = Told::Found(Found { number: 2, offset: 9, id, target, date: DateTime::UNIX_EPOCH, content_type, status: None });
    let crawl = [Told::Further { count: 1, number: 1 }, found, Told::Piece(vec![7]), Told::Ended(Err(Why::Status(404)))]
        .map(Reply::Crawl);
    vec![said(&[hello, table, row, Reply::End(Ok(()))]), said(&[Reply::Head(vec![1, 2, 3]), refused]), said(&crawl)]
}
