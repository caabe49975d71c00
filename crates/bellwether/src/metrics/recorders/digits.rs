//! Numbers as open labels, without an allocation.

use crate::metrics::OpenLabel;

/// The label of a number, in decimal.
pub(super) fn label<L: OpenLabel>(number: u16) -> L {
    let mut digits = [b'0'; 5];
    let mut rest = number;
    let mut first = digits.len();
    for (place, digit) in digits.iter_mut().enumerate().rev() {
        *digit = b'0' + (rest % 10) as u8;
        first = place;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    L::of(std::str::from_utf8(&digits[first..]).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Label;
    use crate::metrics::generated::labels::ServerPort;

    #[test]
    fn as_the_standard_library_writes_them() {
        for number in [0, 7, 10, 200, 404, 4_317, 65_535] {
            let label: ServerPort = label(number);
            assert_eq!(Label::as_str(label), number.to_string());
        }
    }
}
