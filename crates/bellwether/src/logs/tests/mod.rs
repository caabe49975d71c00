//! The pipeline as a whole, on real pipes and with the real SDK behind it.

mod cost;
mod fixture;
mod ids;
mod lines;
mod records;
mod writing;
