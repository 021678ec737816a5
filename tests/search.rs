//! `heteroq search` whatever happens to it: what it finds is a function of the config alone.
//!
//! | file | answers |
//! |---|---|
//! | `support` | a network with its events, the program that searches it, and what it leaves |
//! | `same` | whether an interrupted search ends like one that was not, whoever does the trials |
//! | `kills` | whether each trial ends once, however many of its workers are killed |
//! | `full` | what the full trainings are judged by |
//! | `others` | what becomes of what other programs have added |
//! | `race` | what two workers do at the same moment |
#![cfg(feature = "train")]

#[path = "search/full.rs"]
mod full;
#[path = "search/kills.rs"]
mod kills;
#[path = "search/others.rs"]
mod others;
#[path = "search/race.rs"]
mod race;
#[path = "search/same.rs"]
mod same;
#[path = "search/support.rs"]
mod support;
