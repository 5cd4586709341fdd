//! Tests of the parts together: the door, the shelf against a naive one, answers.

mod doors;
mod pages;
mod shelves;
