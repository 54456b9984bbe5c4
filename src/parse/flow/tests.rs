//! Documents told piece by piece.
