//! The unit list.
