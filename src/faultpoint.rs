//! Named points at which a test kills, stops or fails the program: `FAULT=archive.name:kill`, `FAULT=fetch.chunk:pause=500@2`, or
//! `FAULT=fetch.chunk:hold` until the file of `FAULT_FREE` is there.
//!
//! They exist in debug builds only; in a release build every call is empty and the variable means nothing.

/// A point at which the program may be killed or held up.
#[cfg(debug_assertions)]
pub fn point(name: &str) {
    if let Some(error) = debug::reached(name).err() {
        panic!("nothing can fail at {name}: {error}");
    }
}

/// The same in a release build.
#[cfg(not(debug_assertions))]
#[inline(always)]
pub fn point(_: &str) {}

/// A point at which the program may also be told that the system refuses.
///
/// # Errors
/// If a test asks for it.
#[cfg(debug_assertions)]
pub fn io(name: &str) -> std::io::Result<()> {
    debug::reached(name)
}

/// The same in a release build.
///
/// # Errors
/// Never.
#[cfg(not(debug_assertions))]
#[inline(always)]
pub fn io(_: &str) -> std::io::Result<()> {
    Ok(())
}

#[cfg(debug_assertions)]
mod debug {
    use std::io;
    use std::path::PathBuf;
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::{Duration, Instant};

    /// What is to happen, and where.
    const VARIABLE: &str = "FAULT";
    /// A file that is made when it happens, so that a test need not guess.
    const TOLD: &str = "FAULT_TOLD";
    /// A file that a test makes to let go what is held.
    const FREE: &str = "FAULT_FREE";
    /// How often it is looked for.
    const LOOK: Duration = Duration::from_millis(2);
    /// A test that is gone makes no file.
    const LONGEST: Duration = Duration::from_secs(120);

    #[derive(Debug, PartialEq, Eq)]
    enum Action {
        Kill,
        Error,
        Full,
        Pause(Duration),
        Hold,
    }

    /// The one fault of this process.
    #[derive(Debug, PartialEq, Eq)]
    pub(super) struct Fault {
        name: String,
        action: Action,
        /// At which time that the point is reached, from 1.
        at: u32,
    }

    impl Fault {
        /// `name:action`, with `@N` for the N-th time; the actions are `kill`, `error`, `full`, `hold` and `pause=MILLISECONDS`.
        pub(super) fn parse(text: &str) -> Option<Fault> {
            let (name, rest) = text.split_once(':')?;
            let (action, at) = rest.split_once('@').unwrap_or((rest, "1"));
            let action = match action.split_once('=') {
                None if action == "kill" => Action::Kill,
                None if action == "error" => Action::Error,
                None if action == "full" => Action::Full,
                None if action == "hold" => Action::Hold,
                Some(("pause", time)) => Action::Pause(Duration::from_millis(time.parse().ok()?)),
                _ => return None,
            };
            Some(Fault { name: name.to_string(), action, at: at.parse().ok()? })
        }
    }

    static FAULT: OnceLock<Option<Fault>> = OnceLock::new();
    static REACHED: AtomicU32 = AtomicU32::new(0);

    pub(super) fn reached(name: &str) -> io::Result<()> {
        let asked = || {
            let text = std::env::var(VARIABLE).ok()?;
            Some(
                Fault::parse(&text)
                    .unwrap_or_else(|| panic!("expected {VARIABLE}=name:kill|error|full|hold|pause=MS[@N], found {text:?}")),
            )
        };
        let Some(fault) = FAULT.get_or_init(asked).as_ref().filter(|fault| fault.name == name) else { return Ok(()) };
        if REACHED.fetch_add(1, Ordering::Relaxed) + 1 != fault.at {
            return Ok(());
        }
        if let Some(file) = std::env::var_os(TOLD) {
            std::fs::write(file, name)?;
        }
        match fault.action {
            Action::Kill => kill(),
            Action::Error => Err(io::Error::other(format!("the fault at {name}"))),
            Action::Full => Err(io::Error::new(io::ErrorKind::StorageFull, format!("the disk is full at {name}"))),
            Action::Pause(time) => {
                aside(|| std::thread::sleep(time));
                Ok(())
            }
            Action::Hold => {
                aside(hold);
                Ok(())
            }
        }
    }

    /// Stays here, and lets the tasks go on that wait for this thread: otherwise who is to hear a signal might be among them.
    fn aside(stay: impl FnOnce()) {
        let runtime = tokio::runtime::Handle::try_current();
        if runtime.is_ok_and(|runtime| runtime.runtime_flavor() == tokio::runtime::RuntimeFlavor::MultiThread) {
            tokio::task::block_in_place(stay);
        } else {
            stay();
        }
    }

    /// Until somebody makes the file.
    fn hold() {
        let (since, free) = (Instant::now(), std::env::var_os(FREE).map(PathBuf::from));
        while since.elapsed() < LONGEST && !free.as_ref().is_some_and(|file| file.exists()) {
            std::thread::sleep(LOOK);
        }
    }

    /// As a loss of power would: nothing is flushed, nothing is dropped.
    fn kill() -> ! {
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        loop {
            std::thread::sleep(Duration::from_secs(1));
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_fault_is_a_name_an_action_and_a_time() {
            let fault = |action, at| Some(Fault { name: "archive.name".to_string(), action, at });
            assert_eq!(Fault::parse("archive.name:kill"), fault(Action::Kill, 1));
            assert_eq!(Fault::parse("archive.name:error@3"), fault(Action::Error, 3));
            assert_eq!(Fault::parse("archive.name:hold@2"), fault(Action::Hold, 2));
            assert_eq!(Fault::parse("archive.name:pause=50"), fault(Action::Pause(Duration::from_millis(50)), 1));
            for wrong in ["archive.name", "archive.name:burn", "archive.name:pause", "archive.name:kill@x", "a:pause=x"] {
                assert_eq!(Fault::parse(wrong), None, "{wrong}");
            }
        }
    }
}
