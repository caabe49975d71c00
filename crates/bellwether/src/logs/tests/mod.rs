//! The pipeline as a whole, on real pipes and with the real SDK behind it.
