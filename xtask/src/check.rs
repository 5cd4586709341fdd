//! The checks; each is a pure function of the tree, and each has a test that shows that it can fail.

pub mod circles;
pub mod code_map;
pub mod decision;
pub mod edge;
pub mod first_line;
pub mod front_door;
pub mod leftover;
pub mod length;
pub mod link;
pub mod locale;
pub mod machine_path;
pub mod name;
pub mod policy_date;
pub mod requirement;
pub mod wall;
