//! Lists of `name=value`, as `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_EXPORTER_OTLP_HEADERS` hold them.
//!
//! The form is that of W3C Baggage without properties: pairs parted by commas, space around names and values
//! ignored, anything percent-encoded. Unlike Baggage, empty members are passed over, since shells build such lists
//! as `"$OTHERS,name=value"`. The last of two equal names wins.
//!
//! Errors name an entry by its number, never by its text: a token with a comma in it would end up there.

use percent_encoding::percent_decode_str;

use super::reader::Expected;
use super::secret::Secret;

/// Headers that belong to the transport; setting one would break it.
const TRANSPORT_HEADERS: [&str; 9] = [
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "host",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Resource attributes.
pub(crate) fn attributes(list: &str) -> Result<Vec<(String, String)>, Expected> {
    let mut attributes = Vec::new();
    for entry in entries(list) {
        let (name, value) = entry?;
        replace(&mut attributes, name, value);
    }
    Ok(attributes)
}

/// Header fields. Names are in lower case, as HTTP/2 and gRPC have them.
pub(crate) fn headers(list: &str) -> Result<Vec<(String, Secret)>, Expected> {
    let mut headers = Vec::new();
    for (index, entry) in entries(list).enumerate() {
        let (name, value) = entry?;
        let (name, value) =
            header(&name, &value).map_err(|problem| format!("{problem} in entry {}", index + 1))?;
        replace(&mut headers, name, value);
    }
    Ok(headers)
}

/// One header field, checked.
pub(crate) fn header(name: &str, value: &str) -> Result<(String, Secret), Expected> {
    if !is_header_name(name) {
        return Err("a header name of letters, digits and !#$%&'*+-.^_`|~".into());
    }
    let name = name.to_ascii_lowercase();
    if TRANSPORT_HEADERS.contains(&name.as_str()) || name.starts_with("grpc-") {
        return Err(
            "no header that the transport sets itself, such as host or grpc-timeout,".into(),
        );
    }
    if name.ends_with("-bin") {
        return Err("no header that ends in \"-bin\", which gRPC keeps for binary values,".into());
    }
    let is_header_value = value
        .bytes()
        .all(|b| b == b'\t' || (b' '..=b'~').contains(&b));
    if !is_header_value {
        return Err("a header value of printable ASCII characters".into());
    }
    Ok((name, Secret::new(value)))
}

/// Sets a name anew or adds it.
pub(crate) fn replace<T>(pairs: &mut Vec<(String, T)>, name: String, value: T) {
    match pairs.iter_mut().find(|(known, _)| *known == name) {
        Some(pair) => pair.1 = value,
        None => pairs.push((name, value)),
    }
}

fn entries(list: &str) -> impl Iterator<Item = Result<(String, String), Expected>> {
    list.split(',')
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
        .enumerate()
        .map(|(index, entry)| {
            pair(entry).ok_or_else(|| {
                let number = index + 1;
                format!(
                    "name=value pairs parted by commas, with `,` and `%` percent-encoded as UTF-8 \
                     (entry {number} isn't one)"
                )
                .into()
            })
        })
}

fn pair(entry: &str) -> Option<(String, String)> {
    let (name, value) = entry.split_once('=')?;
    let name = decode(name.trim())?;
    let value = decode(value.trim())?;
    (!name.is_empty()).then_some((name, value))
}

/// Percent-decodes; `None` where an escape is cut off or isn't hexadecimal, or where the result isn't UTF-8.
fn decode(text: &str) -> Option<String> {
    let escapes_are_whole = text.split('%').skip(1).all(|after| {
        let bytes = after.as_bytes();
        bytes.len() >= 2 && bytes[..2].iter().all(u8::is_ascii_hexdigit)
    });
    if !escapes_are_whole {
        return None;
    }
    let decoded = percent_decode_str(text).decode_utf8().ok()?;
    Some(decoded.into_owned())
}

/// `token` of RFC 9110 §5.6.2.
fn is_header_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}
