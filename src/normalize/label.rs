//! Folding of labels and footnote marks.
