//! The sinkhole from outside: real sockets, real clients, a real office's end.

mod bed;
mod office;
mod web;
mod names;
mod locked;
mod kill;
mod bots;
mod corpus;
