//! A file system under SQLite that fails on request: it wraps the usual one, counts what is asked of it, and at a chosen operation
//! ends the process, forgets what was not synced, tears a write, or says that it could not. It is meant for a process of its own,
//! where it is the file system of every connection.
#![allow(unsafe_code, reason = "SQLite takes its files through tables of C functions")]

use rusqlite::ffi::{
    SQLITE_FULL, SQLITE_IOERR, SQLITE_OK, SQLITE_OPEN_CREATE, sqlite3_file, sqlite3_filename, sqlite3_int64, sqlite3_io_methods,
    sqlite3_vfs, sqlite3_vfs_find, sqlite3_vfs_register,
};
use std::collections::BTreeMap;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

/// How a process ends that was killed here.
pub const KILLED: i32 = 77;
/// A disk writes so many bytes as one.
const SECTOR: c_int = 512;

/// SQLite never reads or writes more than a page at once, and its file system takes no more than 128 KiB.
const PIECE: usize = 1 << 16;

/// What SQLite asks of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Op {
    Read,
    Write,
    Sync,
    Truncate,
    Delete,
}

/// What happens when the moment has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing: operations are counted.
    None,
    /// The process ends before a change.
    Kill,
    /// The same, and the machine with it: no file has what was not synced.
    Lose,
    /// The same on a disk that says it has synced and has not, which is what a store has that never asks for it.
    Deaf,
    /// The process ends in the midst of a write.
    Tear,
    /// An operation of this kind fails with this code, once or from then on.
    Fail { op: Op, code: c_int, lasting: bool },
    /// The disk has room for so many bytes more as the moment's number says: files grow no further.
    Full,
    /// A sync fails, and what it was to make durable is gone.
    Forget,
}

/// How often what was asked, and what no sync has made durable yet: each file as it was, `None` where there was none.
struct State {
    at: usize,
    fault: Fault,
    seen: BTreeMap<Op, usize>,
    fired: bool,
    durable: BTreeMap<PathBuf, Option<Vec<u8>>>,
    /// What was deleted and comes back, unless its folder is synced, too.
    deleted: BTreeMap<PathBuf, Vec<u8>>,
}

static STATE: Mutex<State> = Mutex::new(State::new(Fault::None, 0));

/// From now on every connection of this process goes through here, and `fault` happens at the `at`-th of its operations, from 1.
pub fn arm(fault: Fault, at: usize) {
    static ONCE: Once = Once::new();
    ONCE.call_once(register);
    *state() = State::new(fault, at);
}

/// Nothing fails any more. Gives whether anything did, and how often what was asked.
pub fn disarm() -> (bool, BTreeMap<Op, usize>) {
    let mut state = state();
    state.fault = Fault::None;
    (state.fired, std::mem::take(&mut state.seen))
}

/// The machine loses power once all files are closed: what was not synced is gone.
pub fn lose_power() {
    state().lose();
}

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    const fn new(fault: Fault, at: usize) -> State {
        State { at, fault, seen: BTreeMap::new(), fired: false, durable: BTreeMap::new(), deleted: BTreeMap::new() }
    }

    /// Counts an operation; gives whether its moment has come.
    fn count(&mut self, op: Op) -> bool {
        *self.seen.entry(op).or_default() += 1;
        let changes = [Op::Write, Op::Sync, Op::Truncate, Op::Delete];
        let seen = |ops: &[Op]| ops.iter().filter_map(|op| self.seen.get(op)).sum::<usize>();
        match self.fault {
            Fault::None | Fault::Full => false,
            Fault::Kill | Fault::Lose | Fault::Deaf => op != Op::Read && seen(&changes) == self.at,
            Fault::Tear => op == Op::Write && seen(&[Op::Write]) == self.at,
            Fault::Fail { op: failing, lasting, .. } => {
                op == failing && (seen(&[op]) == self.at || lasting && seen(&[op]) > self.at)
            }
            Fault::Forget => op == Op::Sync && seen(&[Op::Sync]) == self.at,
        }
    }

    /// What was not synced is gone from every file.
    fn lose(&mut self) {
        for (path, bytes) in std::mem::take(&mut self.durable) {
            match bytes {
                Some(bytes) => std::fs::write(&path, bytes).unwrap(),
                None => _ = std::fs::remove_file(&path),
            }
        }
        for (path, bytes) in std::mem::take(&mut self.deleted) {
            std::fs::write(&path, bytes).unwrap();
        }
    }

    /// Does what ends a process, or gives the code of what fails.
    fn fire(&mut self) -> c_int {
        self.fired = true;
        match self.fault {
            Fault::Lose | Fault::Deaf => {
                self.lose();
                end()
            }
            Fault::Kill | Fault::Tear => end(),
            Fault::Fail { code, .. } => code,
            Fault::Forget => SQLITE_IOERR | (4 << 8),
            Fault::Full => SQLITE_FULL,
            Fault::None => SQLITE_OK,
        }
    }

    /// Takes the room that a file needs to have so many bytes instead of so many, or gives it back; `false` if there is none.
    fn resize(&mut self, from: u64, to: u64) -> bool {
        if self.fault != Fault::Full {
            return true;
        }
        let room = (self.at as u64 + from).checked_sub(to.max(from));
        self.at = room.map_or(self.at, |room| usize::try_from(room + (from.saturating_sub(to))).unwrap());
        room.is_some()
    }
}

/// No destructor, no flush.
fn end() -> ! {
    // SAFETY: it takes a number and does not come back
    unsafe { libc::_exit(KILLED) }
}

/// A file of ours; the real one stands behind it in the same piece of memory.
#[repr(C)]
struct Shim {
    base: sqlite3_file,
    /// Its name; null for a nameless one, which goes with the process anyway.
    name: *const c_char,
}

const REAL_AT: usize = size_of::<Shim>().next_multiple_of(16);

fn real(file: *mut sqlite3_file) -> *mut sqlite3_file {
    file.wrapping_byte_add(REAL_AT)
}

/// Calls a method of the real file.
macro_rules! real {
    ($file:expr, $method:ident $(, $arg:expr)*) => {{
        let file = real($file);
        // SAFETY: SQLite calls methods of open files alone, and the real one was opened with ours
        unsafe { ((*(*file).pMethods).$method.unwrap())(file $(, $arg)*) }
    }};
}

/// The path of a named file.
fn path_of(file: *mut sqlite3_file) -> Option<PathBuf> {
    // SAFETY: `open` has set the name, which SQLite keeps as long as the file is open
    unsafe { path((*file.cast::<Shim>()).name) }
}

unsafe fn path(name: *const c_char) -> Option<PathBuf> {
    // SAFETY: a name of SQLite is null or ends with a zero
    let name = (!name.is_null()).then(|| unsafe { CStr::from_ptr(name) })?;
    Some(Path::new(std::ffi::OsStr::from_bytes(name.to_bytes())).to_path_buf())
}

/// Bytes of the real file.
fn length(file: *mut sqlite3_file) -> u64 {
    let mut size: sqlite3_int64 = 0;
    assert_eq!(real!(file, xFileSize, &raw mut size), SQLITE_OK);
    u64::try_from(size).unwrap()
}

/// Everything in the real file; opening it a second time would drop SQLite's locks.
fn content(file: *mut sqlite3_file) -> Vec<u8> {
    let mut bytes = vec![0; usize::try_from(length(file)).unwrap()];
    for (n, piece) in bytes.chunks_mut(PIECE).enumerate() {
        let (amount, at) = (c_int::try_from(piece.len()).unwrap(), sqlite3_int64::try_from(n * PIECE).unwrap());
        assert_eq!(real!(file, xRead, piece.as_mut_ptr().cast(), amount, at), SQLITE_OK);
    }
    bytes
}

/// The real file has these bytes and no others.
fn put(file: *mut sqlite3_file, bytes: &[u8]) {
    assert_eq!(real!(file, xTruncate, 0), SQLITE_OK);
    for (n, piece) in bytes.chunks(PIECE).enumerate() {
        let (amount, at) = (c_int::try_from(piece.len()).unwrap(), sqlite3_int64::try_from(n * PIECE).unwrap());
        assert_eq!(real!(file, xWrite, piece.as_ptr().cast(), amount, at), SQLITE_OK);
    }
}

/// Counts a change of a file, and keeps what the file was if nothing was changed since it was synced.
fn change(file: *mut sqlite3_file, op: Op) -> (MutexGuard<'static, State>, bool) {
    let mut state = state();
    let now = state.count(op);
    if let Some(path) = path_of(file).filter(|_| op != Op::Sync) {
        state.durable.entry(path).or_insert_with(|| Some(content(file)));
    }
    (state, now)
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    real!(file, xClose)
}

unsafe extern "C" fn read(file: *mut sqlite3_file, to: *mut c_void, amount: c_int, at: sqlite3_int64) -> c_int {
    let mut state = state();
    if state.count(Op::Read) {
        return state.fire();
    }
    real!(file, xRead, to, amount, at)
}

unsafe extern "C" fn write(file: *mut sqlite3_file, from: *const c_void, amount: c_int, at: sqlite3_int64) -> c_int {
    let (mut state, now) = change(file, Op::Write);
    if now {
        if state.fault == Fault::Tear {
            real!(file, xWrite, from, amount.min(SECTOR).min(amount - 1), at);
        }
        return state.fire();
    }
    let end = u64::try_from(at + sqlite3_int64::from(amount)).unwrap();
    let now = length(file);
    if !state.resize(now, now.max(end)) {
        return state.fire();
    }
    real!(file, xWrite, from, amount, at)
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, size: sqlite3_int64) -> c_int {
    let (mut state, now) = change(file, Op::Truncate);
    if now {
        return state.fire();
    }
    state.resize(length(file), u64::try_from(size).unwrap());
    real!(file, xTruncate, size)
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, flags: c_int) -> c_int {
    let (mut state, now) = change(file, Op::Sync);
    let path = path_of(file);
    if now {
        let lost = path.filter(|_| state.fault == Fault::Forget).and_then(|path| state.durable.remove(&path)).flatten();
        if let Some(bytes) = lost {
            put(file, &bytes);
        }
        return state.fire();
    }
    if state.fault == Fault::Deaf {
        return SQLITE_OK;
    }
    let synced = real!(file, xSync, flags);
    if let Some(path) = path.filter(|_| synced == SQLITE_OK)
        && state.durable.remove(&path) == Some(None)
    {
        // the first sync of a new file is one of its folder as well
        state.deleted.retain(|other, _| other.parent() != path.parent());
    }
    synced
}

unsafe extern "C" fn file_size(file: *mut sqlite3_file, size: *mut sqlite3_int64) -> c_int {
    real!(file, xFileSize, size)
}

unsafe extern "C" fn lock(file: *mut sqlite3_file, level: c_int) -> c_int {
    real!(file, xLock, level)
}

unsafe extern "C" fn unlock(file: *mut sqlite3_file, level: c_int) -> c_int {
    real!(file, xUnlock, level)
}

unsafe extern "C" fn check_reserved(file: *mut sqlite3_file, out: *mut c_int) -> c_int {
    real!(file, xCheckReservedLock, out)
}

unsafe extern "C" fn file_control(file: *mut sqlite3_file, op: c_int, arg: *mut c_void) -> c_int {
    real!(file, xFileControl, op, arg)
}

unsafe extern "C" fn sector_size(file: *mut sqlite3_file) -> c_int {
    real!(file, xSectorSize)
}

unsafe extern "C" fn characteristics(file: *mut sqlite3_file) -> c_int {
    real!(file, xDeviceCharacteristics)
}

unsafe extern "C" fn shm_map(file: *mut sqlite3_file, page: c_int, size: c_int, extend: c_int, to: *mut *mut c_void) -> c_int {
    real!(file, xShmMap, page, size, extend, to)
}

unsafe extern "C" fn shm_lock(file: *mut sqlite3_file, offset: c_int, n: c_int, flags: c_int) -> c_int {
    real!(file, xShmLock, offset, n, flags)
}

unsafe extern "C" fn shm_barrier(file: *mut sqlite3_file) {
    real!(file, xShmBarrier);
}

unsafe extern "C" fn shm_unmap(file: *mut sqlite3_file, delete: c_int) -> c_int {
    real!(file, xShmUnmap, delete)
}

static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    // the second: shared memory, and no mapped reads past our eyes
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// The usual file system.
fn usual(vfs: *mut sqlite3_vfs) -> *mut sqlite3_vfs {
    // SAFETY: `register` put it there
    unsafe { (*vfs).pAppData.cast() }
}

unsafe extern "C" fn open(
    vfs: *mut sqlite3_vfs,
    name: sqlite3_filename,
    file: *mut sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite gives a name or null, and memory of the size we asked for
    let (named, usual) = unsafe { (path(name), usual(vfs)) };
    let made = named.filter(|path| flags & SQLITE_OPEN_CREATE != 0 && !path.exists());
    // SAFETY: as above
    let opened = unsafe { ((*usual).xOpen.unwrap())(usual, name, real(file), flags, out) };
    // SAFETY: a file that did not open has no methods, and so has ours then
    unsafe {
        let methods: *const sqlite3_io_methods =
            if (*real(file)).pMethods.is_null() { std::ptr::null() } else { &raw const METHODS };
        file.cast::<Shim>().write(Shim { base: sqlite3_file { pMethods: methods }, name });
    }
    if let Some(path) = made.filter(|_| opened == SQLITE_OK) {
        state().durable.insert(path, None);
    }
    opened
}

unsafe extern "C" fn delete(vfs: *mut sqlite3_vfs, name: *const c_char, durable: c_int) -> c_int {
    let mut state = state();
    if state.count(Op::Delete) {
        return state.fire();
    }
    // SAFETY: a name, and the usual file system
    let (path, usual) = unsafe { (path(name).unwrap(), usual(vfs)) };
    state.resize(std::fs::metadata(&path).map_or(0, |about| about.len()), 0);
    let was = state.durable.remove(&path);
    // one that never was on the disk does not come back
    let back = was.unwrap_or_else(|| std::fs::read(&path).ok()).filter(|_| durable == 0);
    state.deleted.extend(back.map(|bytes| (path, bytes)));
    // SAFETY: as above
    unsafe { ((*usual).xDelete.unwrap())(usual, name, durable) }
}

/// Everything but opening and deleting is the usual file system's business, which does not ask whose it is.
fn register() {
    // SAFETY: the usual one is there for good, and so is ours, which is leaked
    unsafe {
        let usual = sqlite3_vfs_find(std::ptr::null());
        let ours = Box::leak(Box::new(std::ptr::read(usual)));
        ours.zName = c"faults".as_ptr();
        ours.pNext = std::ptr::null_mut();
        ours.szOsFile += c_int::try_from(REAL_AT).unwrap();
        let inner = Box::leak(Box::new(std::ptr::read(usual)));
        ours.pAppData = std::ptr::from_mut(inner).cast();
        ours.xOpen = Some(open);
        ours.xDelete = Some(delete);
        assert_eq!(sqlite3_vfs_register(ours, 1), SQLITE_OK);
    }
}
