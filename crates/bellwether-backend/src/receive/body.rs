//! Bodies: read within limits, and unpacked within limits.
//!
//! Both limits hold, on what comes over the wire and on what it unpacks to, so a small request cannot become a large one in memory.

use std::io::Read;
use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;

use super::admission::{Admission, Admitted};
use super::failure::Failure;

/// How long a request may take to arrive once it is admitted.
const ARRIVAL: Duration = Duration::from_secs(30);
/// How much of a refused body is read and thrown away, so that the sender reads our answer instead of a broken connection.
const DRAIN: Duration = Duration::from_secs(2);

/// What a body is packed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Identity,
    Gzip,
    Zstd,
    Deflate,
}

impl Encoding {
    pub(super) fn from_name(name: &str) -> Result<Self, Failure> {
        match name.trim().to_ascii_lowercase().as_str() {
            "" | "identity" | "none" => Ok(Self::Identity),
            "gzip" | "x-gzip" => Ok(Self::Gzip),
            "zstd" => Ok(Self::Zstd),
            "deflate" | "zlib" => Ok(Self::Deflate),
            _ => Err(Failure::Encoding(name.to_owned())),
        }
    }
}

/// Reads a whole body of at most `limit` bytes, admitted as it grows.
pub(super) async fn read(
    mut body: Body,
    declared: Option<usize>,
    limit: usize,
    admission: &Admission,
) -> Result<(Bytes, Admitted), Failure> {
    if declared.is_some_and(|length| length > limit) {
        drain(body).await;
        return Err(Failure::TooLarge {
            limit,
            decompressed: false,
        });
    }
    let mut admitted = admission.admit(declared.unwrap_or(64 << 10)).await?;
    let arriving = async {
        let mut whole = BytesMut::with_capacity(declared.unwrap_or(0).min(1 << 20));
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| Failure::Cut)?;
            let Ok(data) = frame.into_data() else {
                continue;
            };
            if whole.len() + data.len() > limit {
                return Err(Failure::TooLarge {
                    limit,
                    decompressed: false,
                });
            }
            admitted.grow(whole.len() + data.len()).await?;
            whole.extend_from_slice(&data);
        }
        Ok(whole.freeze())
    };
    match tokio::time::timeout(ARRIVAL, arriving).await {
        Ok(Ok(whole)) => Ok((whole, admitted)),
        Ok(Err(failure)) => {
            drop(admitted);
            drain(body).await;
            Err(failure)
        }
        Err(_) => Err(Failure::TooSlow),
    }
}

async fn drain(mut body: Body) {
    let rest = async { while let Some(Ok(_)) = body.frame().await {} };
    let _ = tokio::time::timeout(DRAIN, rest).await;
}

/// Unpacks `packed`, to at most `limit` bytes.
pub(super) fn unpack(packed: Bytes, encoding: Encoding, limit: usize) -> Result<Bytes, Failure> {
    match encoding {
        Encoding::Identity => Ok(packed),
        Encoding::Gzip => unpack_from(
            flate2::read::MultiGzDecoder::new(packed.as_ref()),
            &packed,
            limit,
        ),
        Encoding::Deflate => unpack_from(
            flate2::read::ZlibDecoder::new(packed.as_ref()),
            &packed,
            limit,
        ),
        Encoding::Zstd => match zstd::stream::read::Decoder::with_buffer(packed.as_ref()) {
            Ok(decoder) => unpack_from(decoder, &packed, limit),
            Err(error) => Err(Failure::Malformed(format!("the body is not zstd: {error}"))),
        },
    }
}

fn unpack_from(decoder: impl Read, packed: &Bytes, limit: usize) -> Result<Bytes, Failure> {
    // Telemetry packs to a fifth or less; a wrong guess only costs a copy.
    let mut whole = Vec::with_capacity((packed.len() * 6).min(limit));
    let read = decoder.take(limit as u64 + 1).read_to_end(&mut whole);
    read.map_err(|error| Failure::Malformed(format!("the body cannot be unpacked: {error}")))?;
    if whole.len() > limit {
        return Err(Failure::TooLarge {
            limit,
            decompressed: true,
        });
    }
    Ok(whole.into())
}
