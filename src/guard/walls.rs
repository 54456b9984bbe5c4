//! The walls that a child raises around itself before it looks at a document: limits of the kernel on what it may use, and
//! no way to a file, a network or another process.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Address space, the program itself included. The largest workbook met (3.3 MB packed) takes 16 MiB of memory in all.
pub const MEMORY: u64 = 512 << 20;
/// Processor time. The largest workbook met takes a quarter of a second; a program that is built to be debugged is slower by
/// far.
pub const CPU_SECONDS: u64 = if cfg!(debug_assertions) { 60 } else { 10 };
/// A second more for so many bytes of a document that is read in bulk: a tenth of what it takes to split and tell them.
const BYTES_A_SECOND: u64 = 4 << 20;
/// The same for so many bytes of a crawl as it is packed. Crawls of pages unpack to five or ten times their size, and what is wanted of
/// them is unpacked once more, so that a second has some 10 to 20 MiB to unpack, of which it does ten times as many.
const CRAWL_BYTES_A_SECOND: u64 = 1 << 20;
/// Open files: the three it was started with, and a few that the standard library may want.
const FILES: u64 = 16;

/// What a question takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// A document that is read whole, as they are.
    Document,
    /// So many bytes of a document that is read in bulk.
    Bulk(u64),
    /// So many bytes of a crawl.
    Crawl(u64),
}

/// Processor time for it.
pub fn cpu_seconds(work: Work) -> u64 {
    CPU_SECONDS
        + match work {
            Work::Document => 0,
            Work::Bulk(bytes) => bytes / BYTES_A_SECOND,
            Work::Crawl(bytes) => bytes / CRAWL_BYTES_A_SECOND,
        }
}

/// Raises them; says which of the kernel's stand.
///
/// # Errors
/// A limit that the system does not take. What only newer kernels have is used where it is there.
pub fn raise(work: Work) -> Result<String, String> {
    let limits = [
        (Resource::As, MEMORY, "address space"),
        (Resource::Cpu, cpu_seconds(work), "processor time"),
        (Resource::Nofile, FILES, "open files"),
        // it has nothing to write to but a pipe, and leaves no image of itself
        (Resource::Fsize, 0, "file size"),
        (Resource::Core, 0, "core size"),
    ];
    for (resource, most, name) in limits {
        limit(resource, most).map_err(|error| format!("limiting its {name} to {most}: {error}"))?;
    }
    Ok(kernel::walls())
}

/// Never above what this process may have already. A second more of processor time is left to die of the first.
fn limit(resource: Resource, most: u64) -> Result<(), rustix::io::Errno> {
    let highest = getrlimit(resource).maximum.unwrap_or(u64::MAX);
    let grace = u64::from(resource == Resource::Cpu);
    let maximum = highest.min(most + grace);
    setrlimit(resource, Rlimit { current: Some(most.min(maximum)), maximum: Some(maximum) })
}

#[cfg(target_os = "linux")]
mod kernel {
    use landlock::{ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetError, RulesetStatus, Scope};
    use rustix::process::{Signal, set_parent_process_death_signal};
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch};

    /// What a reader of documents never calls: ways to files, networks and other processes. Each fails as forbidden, so that
    /// a library that tries one goes on without.
    #[rustfmt::skip]
    const FORBIDDEN: &[i64] = &[
        libc::SYS_openat, libc::SYS_openat2, libc::SYS_open_by_handle_at, libc::SYS_memfd_create, libc::SYS_truncate,
        libc::SYS_unlinkat, libc::SYS_renameat2, libc::SYS_linkat, libc::SYS_symlinkat, libc::SYS_mkdirat, libc::SYS_mknodat,
        libc::SYS_fchmodat, libc::SYS_fchownat, libc::SYS_mount, libc::SYS_chroot, libc::SYS_pivot_root,
        libc::SYS_socket, libc::SYS_socketpair, libc::SYS_connect, libc::SYS_bind, libc::SYS_listen, libc::SYS_sendto,
        libc::SYS_sendmsg, libc::SYS_io_uring_setup,
        libc::SYS_clone, libc::SYS_clone3, libc::SYS_execve, libc::SYS_execveat, libc::SYS_unshare, libc::SYS_setns,
        libc::SYS_ptrace, libc::SYS_process_vm_readv, libc::SYS_process_vm_writev, libc::SYS_pidfd_open,
        libc::SYS_bpf, libc::SYS_perf_event_open, libc::SYS_userfaultfd, libc::SYS_keyctl, libc::SYS_add_key,
        #[cfg(target_arch = "x86_64")] libc::SYS_open,
        #[cfg(target_arch = "x86_64")] libc::SYS_creat,
        #[cfg(target_arch = "x86_64")] libc::SYS_fork,
        #[cfg(target_arch = "x86_64")] libc::SYS_vfork,
        #[cfg(target_arch = "x86_64")] libc::SYS_unlink,
        #[cfg(target_arch = "x86_64")] libc::SYS_rename,
        #[cfg(target_arch = "x86_64")] libc::SYS_link,
        #[cfg(target_arch = "x86_64")] libc::SYS_symlink,
        #[cfg(target_arch = "x86_64")] libc::SYS_mkdir,
        #[cfg(target_arch = "x86_64")] libc::SYS_rmdir,
    ];

    /// Raises what this kernel has.
    pub fn walls() -> String {
        // nobody is left to listen then
        let _ = set_parent_process_death_signal(Some(Signal::KILL));
        let landlock = match landlocked() {
            Ok(RulesetStatus::FullyEnforced) => "landlock",
            Ok(RulesetStatus::PartiallyEnforced) => "landlock in part",
            Ok(RulesetStatus::NotEnforced) | Err(_) => "no landlock",
        };
        format!("limits, {landlock}, {}", if filtered().is_some() { "seccomp" } else { "no seccomp" })
    }

    /// No file, no TCP, no signal and no abstract socket outside, as far as this kernel knows of them.
    fn landlocked() -> Result<RulesetStatus, RulesetError> {
        let abi = ABI::V6;
        let ruleset = Ruleset::default().handle_access(AccessFs::from_all(abi))?.handle_access(AccessNet::from_all(abi))?;
        Ok(ruleset.scope(Scope::from_all(abi))?.create()?.restrict_self()?.ruleset)
    }

    fn filtered() -> Option<()> {
        let rules = FORBIDDEN.iter().map(|call| (*call, Vec::new())).collect();
        let forbidden = SeccompAction::Errno(u32::try_from(libc::EPERM).ok()?);
        let arch = TargetArch::try_from(std::env::consts::ARCH).ok()?;
        let filter = SeccompFilter::new(rules, SeccompAction::Allow, forbidden, arch).ok()?;
        seccompiler::apply_filter(&BpfProgram::try_from(filter).ok()?).ok()
    }
}

#[cfg(not(target_os = "linux"))]
mod kernel {
    /// Only the limits.
    pub fn walls() -> String {
        "limits".to_string()
    }
}
