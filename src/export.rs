//! The store in the forms of other engines.

#[cfg(feature = "parquet")]
pub mod parquet;
