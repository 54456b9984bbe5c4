//! charsets
