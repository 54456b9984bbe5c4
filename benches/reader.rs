//! What it costs that a child reads a document, beside reading it in the same process, over the real documents of
//! `SVERKA_SAMPLES`: `cargo bench --bench reader`. Nothing is asserted; the bar is 5 ms a document.

use std::path::Path;
use std::time::{Duration, Instant};
use sverka::guard::{Document, Limits, Program, Reader, Wanted};

/// So often each document is read by each; the quickest counts.
const TIMES: usize = 7;

fn main() {
    let Some(folder) = std::env::var_os("SVERKA_SAMPLES") else {
        println!("skipped: no samples");
        return;
    };
    let folder = Path::new(&folder);
    let readers = [Reader::InProcess, Reader::Child(Program::at(env!("CARGO_BIN_EXE_sverka"), Limits::DEFAULT))];
    let (mut sums, mut count) = ([Duration::ZERO; 2], 0u32);
    for name in names(folder) {
        let Ok(bytes) = std::fs::read(folder.join(&name)) else { continue };
        let Some(best) = quickest(&readers, &bytes, &folder.join(&name)) else { continue };
        println!("{:>9.2} ms here, {:>9.2} ms there: {name}", ms(best[0]), ms(best[1]));
        sums = [sums[0] + best[0], sums[1] + best[1]];
        count += 1;
    }
    let each = sums[1].saturating_sub(sums[0]) / count.max(1);
    let ratio = sums[1].as_secs_f64() / sums[0].as_secs_f64();
    println!(
        "{count} documents: {:.1} ms here, {:.1} ms there: ratio {ratio:.2}, {:.2} ms more each",
        ms(sums[0]),
        ms(sums[1]),
        ms(each)
    );
}

/// The quickest reading by each; `None` for what is packed or of no format read here.
fn quickest(readers: &[Reader; 2], bytes: &[u8], file: &Path) -> Option<[Duration; 2]> {
    let document = Document::held(bytes, std::fs::File::open(file).ok()?);
    let Ok((format, None)) = Reader::InProcess.recognize(&document) else { return None };
    let mut best = [Duration::MAX; 2];
    for at in (0..TIMES).flat_map(|_| [0, 1]) {
        let since = Instant::now();
        let mut events = Vec::new();
        let _ = readers[at].read(&document, Wanted { format, charset: None, member: None }, &mut |event| events.push(event));
        best[at] = best[at].min(since.elapsed());
    }
    Some(best)
}

/// The documents that the manifest lists.
fn names(folder: &Path) -> Vec<String> {
    let manifest = std::fs::read_to_string(folder.join("MANIFEST.tsv")).unwrap_or_default();
    let column = manifest.lines().next().and_then(|head| head.split('\t').position(|column| column == "path")).unwrap_or(0);
    manifest.lines().skip(1).filter_map(|line| line.split('\t').nth(column)).map(str::to_string).collect()
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
