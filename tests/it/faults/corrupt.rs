//! F28: a database file that is damaged: noticed when the program starts to write or by `verify`, never written over, the message
//! names the commands that help, and they do.

use super::super::support::{Ran, Room, V1, V2};
use super::super::workbook::xlsx;
use super::families::copy;
use super::oracle::dump;
use super::sweep::each;
use std::path::Path;
use std::sync::Mutex;

/// Flips are chosen by this.
const SEED: u64 = 28;
/// So many flips are made, of all and where not all are.
const FLIPS: [usize; 2] = [200, 30];
/// SQLite's pages, as this program makes them.
pub const PAGE: usize = 4096;

/// What became of a damaged file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Noticed {
    /// The next command that writes refused to.
    Start,
    /// `verify` named it.
    Verify,
    /// Nobody did, and the file says what it said: the bytes are free, or a note that no figure rests on.
    Harmless,
}

/// Two editions, a paper, a backup, and what it all says.
pub fn filled() -> (Room, String) {
    let room = Room::yearly("http://127.0.0.1:1/s.xlsx");
    for (text, day) in [(V1, "2020-02-20"), (V2, "2020-03-20")] {
        let ran = brought(&room, "data", text, day);
        assert!(ran.code < 2, "{ran:?}");
    }
    assert_eq!(room.sverka(&["backup", "backup"]).code, 0);
    let says = everything(&room.path("data"));
    (room, says)
}

/// A person brings a workbook of a day.
pub fn brought(room: &Room, data: &str, text: &str, day: &str) -> Ran {
    let file = room.path(&format!("{day}.xlsx"));
    let bytes = xlsx(text);
    // another case may be reading it just now
    if !std::fs::read(&file).is_ok_and(|there| there == bytes) {
        std::fs::write(&file, bytes).unwrap();
    }
    with_data(room, data, &["ingest", file.to_str().unwrap(), "--source", "s", "--as-of", day, "--obtained-from", "here"])
}

/// A third edition is brought, after those of [`filled`].
pub fn third(room: &Room, data: &str) -> Ran {
    brought(room, data, &V2.replace("102.3", "102.4"), "2020-04-20")
}

/// Makes a database larger by rows of which nothing depends on any.
pub fn grow(data: &Path) {
    let db = rusqlite::Connection::open(data.join("sverka.db")).unwrap();
    db.execute_batch(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
         INSERT INTO attempt (source_id, trigger, started_at, finished_at, outcome, message, url)
           SELECT 's', 'run', '2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z', 'http_500', 'it failed', 'http://a/' || i FROM n",
    )
    .unwrap();
}

/// All that the database says of figures and of verdicts.
pub fn everything(data: &Path) -> String {
    let db = super::super::support::open(data);
    let verdicts =
        "SELECT concat_ws(' ', claim, printed, value, external_status, external_sentence, internal_status, internal_sentence)
        FROM claims_with_verdict ORDER BY claim";
    dump(data) + &super::super::support::column::<String>(&db, verdicts, []).join("\n")
}

pub fn with_data(room: &Room, data: &str, args: &[&str]) -> Ran {
    room.sverka(&[args, &["--data-dir", data]].concat())
}

/// Damages a copy of the data and looks what happens. Whatever does, no command passes it over that ought to have seen it.
pub fn noticed(room: &Room, says: &str, name: &str, spoil: impl FnOnce(&Path)) -> Noticed {
    let data = room.path(name);
    copy(&room.path("data"), &data);
    spoil(&data);
    let file = data.join("sverka.db");
    let before = std::fs::read(&file).unwrap();
    let verified = with_data(room, name, &["verify"]);
    let dumped = (verified.code == 0).then(|| dump(&data));
    assert_eq!(std::fs::read(&file).unwrap(), before, "{name}: verify wrote");
    let started = with_data(room, name, &["reconcile"]);
    let refused = started.code == 2;
    if refused {
        assert_eq!(std::fs::read(&file).unwrap(), before, "{name}: a file that was refused was written: {started:?}");
        assert!(started.err.contains("`sverka restore`") && started.err.contains("`sverka rebuild`"), "{name}: {started:?}");
        assert_eq!(verified.code, 2, "{name}: {verified:?}, and yet {started:?}");
    }
    if verified.code == 2 || refused {
        helped(room, says, name);
        return if refused { Noticed::Start } else { Noticed::Verify };
    }
    assert_eq!(verified.code, 0, "{name}: {verified:?}");
    assert!(dumped.is_some_and(|dumped| says.starts_with(&dumped)), "{name}: nobody noticed, and figures changed");
    // a verdict is judged anew
    let now = everything(&data);
    assert!(now == says, "{name}: nobody noticed, and figures changed\n{}", differing(&now, says));
    Noticed::Harmless
}

fn differing(now: &str, says: &str) -> String {
    let lines = now.lines().zip(says.lines()).filter(|(a, b)| a != b);
    lines.take(3).map(|(a, b)| format!("+ {a}\n- {b}\n")).collect()
}

/// A backup is put beside it and says the same; the documents make the same database, where the old one can be read; where they do
/// not, nobody says so.
fn helped(room: &Room, says: &str, name: &str) {
    let (restored, rebuilt) = (format!("{name}-restored"), format!("{name}-rebuilt"));
    let ran = with_data(room, &restored, &["restore", "backup"]);
    assert_eq!(ran.code, 0, "{name}: {ran:?}");
    assert!(everything(&room.path(&restored)) == says, "{name}: another database was restored");
    let ran = with_data(room, name, &["rebuild", "--into", &rebuilt]);
    let identical = room.path(&rebuilt).join("sverka.db").exists() && dump(&room.path(&rebuilt)) == dump(&room.path(&restored));
    assert!(identical || ran.code == 2, "{name}: another database was rebuilt, and nobody said so: {ran:?}");
}

/// A number that depends on nothing but the seed.
pub fn random(n: usize) -> u64 {
    let mut state = SEED.wrapping_add((n as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^ (state >> 31)
}

/// A byte of a page in which something stands; most of a page of a small file is empty.
fn written(bytes: &[u8], n: usize) -> usize {
    let below = |n: usize, most: usize| usize::try_from(random(n)).unwrap() % most;
    let page = below(n, bytes.len() / PAGE) * PAGE;
    let stands: Vec<usize> = (page..page + PAGE).filter(|at| bytes[*at] != 0).collect();
    stands[below(n + 500_000, stands.len())]
}

/// A case takes no room any more.
pub fn clear(room: &Room, name: &str) {
    for end in ["", "-restored", "-rebuilt"] {
        let _ = std::fs::remove_dir_all(room.path(&format!("{name}{end}")));
    }
}

fn flips(full: bool) {
    let (room, says) = filled();
    let bytes = std::fs::read(room.path("data/sverka.db")).unwrap();
    let cases: Vec<(usize, usize)> = (0..FLIPS[usize::from(!full)]).map(|n| (n, written(&bytes, n))).collect();
    let seen = Mutex::new(std::collections::BTreeMap::<Noticed, usize>::new());
    each(&cases, |_, (n, at)| {
        let (at, bit) = (*at, random(n + 1_000_000) % 8);
        let name = format!("flip-{n}-page-{}-byte-{at}-bit-{bit}", at / PAGE + 1);
        let noticed = noticed(&room, &says, &name, |data| {
            let file = data.join("sverka.db");
            let mut bytes = std::fs::read(&file).unwrap();
            bytes[at] ^= 1 << bit;
            std::fs::write(&file, bytes).unwrap();
        });
        if noticed == Noticed::Harmless {
            let near = String::from_utf8_lossy(&bytes[at.saturating_sub(30)..(at + 30).min(bytes.len())]).into_owned();
            println!("{name}: unnoticed, at {near:?}");
        }
        *seen.lock().unwrap().entry(noticed).or_default() += 1;
        clear(&room, &name);
    });
    println!("F28 flips: {} cases, seed {SEED}: {:?}", cases.len(), seen.into_inner().unwrap());
}

#[test]
fn some_flipped_bits() {
    flips(false);
}

#[test]
#[ignore = "the full matrix: minutes"]
fn many_flipped_bits() {
    flips(true);
}
