//! The parent's side: a child is started, listened to as long as its limits allow, and always ended.

use super::answer::Failure;
use super::fallen::Fallen;
use super::walls::{self, Work};
use super::wire::{Messages, Reply, VERSION};
use super::{Ask, Stop};
use crate::faultpoint;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, kill_process_group};
use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How the program is called as a child, before the question.
const SUBCOMMAND: &str = "read-stdin";
/// Bytes that are read at once.
const PIECE: usize = 128 << 10;
/// Bytes that the pipe of the answer holds, where the system lets it: most documents are told without waiting for us.
const PIPE: usize = 1 << 20;
/// Bytes of standard error that are kept.
const MOST_WORDS: usize = 8 << 10;
/// How long a child that has closed its output may take to end.
const TO_END: Duration = Duration::from_millis(500);
/// How often it is looked, while a child is silent, whether it is to be stopped.
const EAR_TO_THE_DOOR: Duration = Duration::from_millis(50);
/// A table in columns is packed to one in so many of its bytes at most.
const PACKED: u64 = 30;
/// A crawl is told in so many times its bytes at most: pages are packed to a fifth or a tenth, those that are wanted may be packed once
/// more, and crawls are not made of those alone.
const CRAWLED: u64 = 40;
/// How often it is looked whether such a child has ended.
const LOOK: Duration = Duration::from_millis(1);

/// What a child may cost its parent. What it may cost the machine it limits itself, in `walls`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How long it may be waited for in all; the time in which what it said is worked on does not count.
    pub waiting: Duration,
    /// Bytes it may say: twice what a member of a container may unpack to, for a cell costs some bytes of its own.
    pub output: u64,
}

impl Limits {
    /// Three times the processor time that it has, for a machine that is busy with other things.
    pub const DEFAULT: Limits = Limits { waiting: Duration::from_secs(3 * walls::CPU_SECONDS), output: 1 << 30 };

    /// The same with what a large document costs: time for each of its bytes, and what they are told in, which is less than they are
    /// but for a packed document.
    fn with(self, work: Work) -> Limits {
        let more = Duration::from_secs(3 * (walls::cpu_seconds(work) - walls::CPU_SECONDS));
        let told = match work {
            Work::Document => 0,
            Work::Bulk(bytes) => bytes.saturating_mul(PACKED),
            Work::Crawl(bytes) => bytes.saturating_mul(CRAWLED),
        };
        Limits { waiting: self.waiting + more, output: self.output.saturating_add(told) }
    }

    /// How long a child may say nothing. One that reads a crawl gives signs of life, and is no longer silent over a record than others are
    /// over a document; the others are silent until they have something to say.
    fn silence(self, work: Work) -> Duration {
        match work {
            Work::Document | Work::Bulk(_) => self.with(work).waiting,
            Work::Crawl(_) => self.waiting,
        }
    }
}

/// The program that is started for a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    path: PathBuf,
    limits: Limits,
    pub(super) stop: Stop,
}

impl Program {
    /// This program, under its usual limits.
    ///
    /// # Errors
    /// [`Fallen::NotStarted`] where the system does not say which it is.
    pub fn current() -> Result<Program, Fallen> {
        // This name stays good when the file is replaced or removed while the program runs.
        let myself = Path::new("/proc/self/exe");
        if myself.exists() {
            return Ok(Program::at(myself, Limits::DEFAULT));
        }
        let path = std::env::current_exe().map_err(|error| Fallen::not_started("finding it", &error))?;
        Ok(Program::at(path, Limits::DEFAULT))
    }

    /// The program of this path.
    pub fn at(path: impl Into<PathBuf>, limits: Limits) -> Program {
        Program { path: path.into(), limits, stop: Stop::default() }
    }

    /// Starts a child for one question and hands on what it says. The inner result is what the child says of the document.
    ///
    /// # Errors
    /// [`Fallen`]: it gave no answer. It is gone then, as in any case.
    pub(super) fn ask(
        &self,
        document: File,
        ask: &Ask,
        sink: &mut dyn FnMut(Reply) -> ControlFlow<()>,
    ) -> Result<Result<(), Failure>, Fallen> {
        let question = serde_json::to_string(ask).map_err(|error| Fallen::not_started("the question", &error.into()))?;
        if self.stop.is_said() {
            return Err(Fallen::Stopped);
        }
        let work = ask.work(document.metadata().map_or(0, |about| about.len()));
        faultpoint::point("guard.start");
        let mut started = Started::start(&self.path, &question, document)?;
        faultpoint::point("guard.started");
        let (limits, silence, stop) = (self.limits.with(work), self.limits.silence(work), self.stop.clone());
        let (waited, silent) = (Duration::ZERO, Duration::ZERO);
        let mut ear = Ear { limits, silence, stop, waited, silent, heard: 0, words: Vec::new(), greeted: false };
        match ear.listen(&mut started, sink)? {
            Some(ended) => Ok(ended),
            None => Err(started.ended_silently(&ear.words, walls::cpu_seconds(work))),
        }
    }
}

/// A child with its outputs; when it is dropped, it and all that it may have started are ended.
struct Started {
    child: Child,
    out: Option<ChildStdout>,
    err: Option<ChildStderr>,
}

impl Started {
    fn start(path: &Path, question: &str, document: File) -> Result<Started, Fallen> {
        let mut child = Command::new(path)
            .args([SUBCOMMAND, question])
            // nothing of ours goes along: no variables, no folder
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::from(document))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .map_err(|error| Fallen::not_started(&path.display().to_string(), &error))?;
        let (out, err) = (child.stdout.take(), child.stderr.take());
        widen(out.as_ref());
        Ok(Started { child, out, err })
    }

    /// Its output is at an end without an answer: how it fell.
    fn ended_silently(&mut self, words: &[u8], seconds: u64) -> Fallen {
        match self.ending() {
            Some(status) => Fallen::of(status, words, seconds),
            None => Fallen::protocol("it closed its output and went on"),
        }
    }

    fn ending(&mut self) -> Option<ExitStatus> {
        let since = Instant::now();
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if since.elapsed() < TO_END => std::thread::sleep(LOOK),
                _ => return None,
            }
        }
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        // The number is still its own, for nobody has waited for it; where somebody has, there is nothing left to end.
        if let Ok(None) = self.child.try_wait() {
            let group = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
            let killed = group.map(|group| kill_process_group(group, Signal::KILL));
            if !matches!(killed, Some(Ok(()))) {
                let _ = self.child.kill();
            }
            let _ = self.child.wait();
        }
    }
}

#[cfg(target_os = "linux")]
fn widen(pipe: Option<&ChildStdout>) {
    // one that stays as it was only takes longer
    let _ = pipe.map(|pipe| rustix::pipe::fcntl_setpipe_size(pipe, PIPE));
}

#[cfg(not(target_os = "linux"))]
fn widen(_: Option<&ChildStdout>) {}

/// What has been heard of a child so far.
struct Ear {
    limits: Limits,
    silence: Duration,
    stop: Stop,
    /// In all, and since it said something.
    waited: Duration,
    silent: Duration,
    heard: u64,
    words: Vec<u8>,
    greeted: bool,
}

impl Ear {
    /// Listens until the answer is whole (its end) or the output is at an end without one (`None`).
    fn listen(
        &mut self,
        started: &mut Started,
        sink: &mut dyn FnMut(Reply) -> ControlFlow<()>,
    ) -> Result<Option<Result<(), Failure>>, Fallen> {
        let (mut messages, mut piece) = (Messages::default(), vec![0; PIECE]);
        while started.out.is_some() || started.err.is_some() {
            let [out, err] = self.wait(started)?;
            if err {
                let said = take(&mut started.err, &mut piece);
                let room = MOST_WORDS.saturating_sub(self.words.len()).min(said.len());
                self.words.extend_from_slice(said.get(..room).unwrap_or_default());
                self.count(said.len())?;
            }
            if out {
                let said = take(&mut started.out, &mut piece);
                self.count(said.len())?;
                messages.push(said);
                if let Some(ended) = self.hear(&mut messages, sink)? {
                    return Ok(Some(ended));
                }
            }
        }
        Ok(None)
    }

    /// Hands on every message that is whole.
    fn hear(
        &mut self,
        messages: &mut Messages,
        sink: &mut dyn FnMut(Reply) -> ControlFlow<()>,
    ) -> Result<Option<Result<(), Failure>>, Fallen> {
        while let Some(reply) = messages.next()? {
            faultpoint::point("guard.heard");
            self.silent = Duration::ZERO;
            match reply {
                Reply::Hello { version, walls } if !self.greeted => {
                    if version != VERSION {
                        return Err(Fallen::protocol(format!("expected version {VERSION} of its messages, found {version}")));
                    }
                    tracing::trace!(walls, "a reader");
                    self.greeted = true;
                }
                _ if !self.greeted => return Err(Fallen::protocol("expected its version first, found something else")),
                Reply::Hello { .. } => return Err(Fallen::protocol("its version twice")),
                Reply::End(_) if !messages.is_empty() => return Err(Fallen::protocol("bytes after its end")),
                Reply::End(ended) => return Ok(Some(ended)),
                part => {
                    if sink(part).is_break() {
                        return Err(Fallen::Stopped);
                    }
                }
            }
        }
        Ok(None)
    }

    /// Waits until one of its outputs has something or is at an end: which.
    fn wait(&mut self, started: &Started) -> Result<[bool; 2], Fallen> {
        if self.stop.is_said() {
            return Err(Fallen::Stopped);
        }
        let since = Instant::now();
        let left = self.limits.waiting.saturating_sub(self.waited).min(self.silence.saturating_sub(self.silent));
        let left = left.min(EAR_TO_THE_DOOR);
        let left = Timespec::try_from(left).map_err(|error| Fallen::protocol(error.to_string()))?;
        let (out, err) = (started.out.as_ref(), started.err.as_ref());
        let mut ends: Vec<PollFd<'_>> = Vec::with_capacity(2);
        ends.extend(out.map(|out| PollFd::new(out, PollFlags::IN)));
        ends.extend(err.map(|err| PollFd::new(err, PollFlags::IN)));
        let ready = poll(&mut ends, Some(&left));
        (self.waited, self.silent) = (self.waited + since.elapsed(), self.silent + since.elapsed());
        let patient = self.waited < self.limits.waiting && self.silent < self.silence;
        match ready {
            Ok(0) | Err(rustix::io::Errno::INTR) if patient => Ok([false, false]),
            Ok(0) | Err(rustix::io::Errno::INTR) => {
                Err(Fallen::silent(if self.waited < self.limits.waiting { self.silence } else { self.limits.waiting }))
            }
            Err(error) => Err(Fallen::protocol(format!("waiting for it: {error}"))),
            Ok(_) => {
                let mut ready = ends.iter().map(|end| !end.revents().is_empty());
                Ok([out.is_some() && ready.next() == Some(true), err.is_some() && ready.next() == Some(true)])
            }
        }
    }

    fn count(&mut self, bytes: usize) -> Result<(), Fallen> {
        self.heard += bytes as u64;
        if self.heard > self.limits.output {
            return Err(Fallen::protocol(format!("more than {} bytes", self.limits.output)));
        }
        Ok(())
    }
}

/// What an output has to say now; at its end it is closed.
fn take<'p>(from: &mut Option<impl Read>, piece: &'p mut [u8]) -> &'p [u8] {
    let Some(open) = from else { return &[] };
    match open.read(piece) {
        Ok(count) if count > 0 => piece.get(..count).unwrap_or_default(),
        Err(error) if error.kind() == io::ErrorKind::Interrupted => &[],
        _ => {
            *from = None;
            &[]
        }
    }
}
