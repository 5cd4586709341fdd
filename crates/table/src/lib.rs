//! The canonical columns of renkei and their batch builders: arrow only.
