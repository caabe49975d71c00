//! A list of fixed length whose memory comes in pieces, when they are first used.

use std::sync::OnceLock;

/// Elements a piece.
const CHUNK: usize = 64;

pub(super) struct Chunked<T> {
    chunks: Box<[OnceLock<Box<[T]>>]>,
    len: usize,
}

impl<T: Default> Chunked<T> {
    pub(super) fn new(len: usize) -> Self {
        Self {
            chunks: (0..len.div_ceil(CHUNK)).map(|_| OnceLock::new()).collect(),
            len,
        }
    }

    /// The element; allocates its piece on first use. `None` beyond the end.
    #[inline]
    pub(super) fn get(&self, index: usize) -> Option<&T> {
        let chunk = self.chunks.get(index / CHUNK)?;
        chunk
            .get_or_init(|| self.piece(index / CHUNK))
            .get(index % CHUNK)
    }

    #[cold]
    fn piece(&self, chunk: usize) -> Box<[T]> {
        let len = (self.len - chunk * CHUNK).min(CHUNK);
        (0..len).map(|_| T::default()).collect()
    }

    /// Elements of the pieces in use, each with its index.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &T)> {
        let pieces = self.chunks.iter().enumerate();
        pieces.flat_map(|(chunk, piece)| {
            let elements = piece.get().into_iter().flat_map(|piece| piece.iter());
            elements
                .enumerate()
                .map(move |(index, element)| (chunk * CHUNK + index, element))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn each_element_is_its_own_and_only_used_pieces_exist() {
        let list = Chunked::<AtomicUsize>::new(130);
        for index in [0, 63, 129] {
            list.get(index).unwrap().store(index + 1, Ordering::Relaxed);
        }
        assert!(list.get(130).is_none());
        let set: Vec<(usize, usize)> = list
            .iter()
            .map(|(index, element)| (index, element.load(Ordering::Relaxed)))
            .filter(|(_, value)| *value > 0)
            .collect();
        assert_eq!(set, [(0, 1), (63, 64), (129, 130)]);
        assert_eq!(list.iter().count(), 64 + 2);
    }
}
