//! The sinkhole: answers the bots of an operation with blank data and keeps who called.
