//! Numbers as the publishers write them.
