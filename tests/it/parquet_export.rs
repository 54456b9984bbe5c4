//! The store as Parquet files.

#[cfg(feature = "parquet")]
mod read_back;

use super::support::Room;

#[cfg(not(feature = "parquet"))]
#[test]
fn a_program_without_it_says_how_to_build_one() {
    let room = Room::yearly("http://127.0.0.1:1/s.xlsx");
    let ran = room.sverka(&["export", "parquet", "set"]);
    assert_eq!((ran.code, ran.err.contains("--features parquet")), (64, true), "{}", ran.err);
    assert!(!room.path("set").exists());
}

#[cfg(feature = "parquet")]
#[test]
fn without_a_database_there_is_nothing_to_write() {
    let room = Room::yearly("http://127.0.0.1:1/s.xlsx");
    let ran = room.sverka(&["export", "parquet", "set"]);
    assert_eq!((ran.code, ran.err.contains("there is no database yet")), (2, true), "{}", ran.err);
    assert!(!room.path("set").exists());
}
