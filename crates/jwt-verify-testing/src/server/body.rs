//! Bodies: whole, in chunks, slow, and cut short.

use std::{
    fmt, io,
    pin::Pin,
    sync::LazyLock,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use hyper::body::{Body, Frame, SizeHint};
use jwt_verify_core::Algorithm;
use tokio::time::Sleep;

use crate::{Fault, TestKey};

/// The body of an answer.
pub(super) struct AnswerBody {
    chunks: Box<dyn Iterator<Item = Bytes> + Send>,
    /// Known for those that are sent with `Content-Length`.
    len: Option<u64>,
    end: End,
    /// The time before each chunk.
    pause: Option<Duration>,
    sleeping: Option<Pin<Box<Sleep>>>,
}

/// What comes after the last chunk.
enum End {
    Proper,
    /// Breaks off, once what was written is sent.
    Abrupt,
    /// Breaks off now.
    AbruptNow,
}

impl AnswerBody {
    /// These bytes, with their length told.
    pub(super) fn whole(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        Self { len: u64::try_from(bytes.len()).ok(), ..Self::chunks(std::iter::once(bytes)) }
    }

    /// These bytes, and then the connection breaks.
    pub(super) fn cut(bytes: impl Into<Bytes>) -> Self {
        Self { end: End::Abrupt, ..Self::chunks(std::iter::once(bytes.into())) }
    }

    /// A JWK Set that never ends, one byte at a time.
    pub(super) fn drip() -> Self {
        let start = br#"{"keys":["#;
        let bytes = start.iter().chain(std::iter::repeat(&b' '));
        let chunks = bytes.map(|byte| Bytes::from_static(std::slice::from_ref(byte)));
        Self { pause: Some(DRIP), ..Self::chunks(chunks) }
    }

    /// 100 MB, in chunks.
    pub(super) fn huge() -> Self {
        Self::chunks(huge_set())
    }

    /// The same, compressed.
    pub(super) fn gzip_bomb() -> Self {
        Self::whole(GZIP_BOMB.clone())
    }

    fn chunks(chunks: impl Iterator<Item = Bytes> + Send + 'static) -> Self {
        Self { chunks: Box::new(chunks), len: None, end: End::Proper, pause: None, sleeping: None }
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(pause) = self.pause {
            let sleeping = self.sleeping.get_or_insert_with(|| Box::pin(tokio::time::sleep(pause)));
            ready!(sleeping.as_mut().poll(context));
            self.sleeping = None;
        }
        if let Some(chunk) = self.chunks.next() {
            return Poll::Ready(Some(Ok(Frame::data(chunk))));
        }
        match self.end {
            End::Proper => Poll::Ready(None),
            End::Abrupt => {
                // The server sends what it has only when there is nothing to read just now.
                self.end = End::AbruptNow;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            End::AbruptNow => Poll::Ready(Some(Err(io::Error::other("cut short")))),
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.len.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

impl fmt::Debug for AnswerBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnswerBody").field("len", &self.len).finish_non_exhaustive()
    }
}

/// Makes now what takes long to make, so that no request waits for it.
pub(crate) fn prepare(fault: &Fault) {
    if *fault == Fault::GzipBomb {
        LazyLock::force(&GZIP_BOMB);
    }
}

/// A JWK Set with one good key behind 100 MB of nothing.
fn huge_set() -> impl Iterator<Item = Bytes> + Send {
    let filling = Bytes::from(vec![b'0'; CHUNK]);
    let good = format!("\",\"keys\":[{}]}}", TestKey::new(Algorithm::EdDsa).public_jwk());
    std::iter::once(Bytes::from_static(b"{\"filling\":\""))
        .chain(std::iter::repeat_n(filling, HUGE.div_ceil(CHUNK)))
        .chain(std::iter::once(Bytes::from(good)))
}

static GZIP_BOMB: LazyLock<Bytes> = LazyLock::new(|| {
    // Smaller than any limit on what is read, so that only one on what comes of it helps.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let written: Result<Vec<u8>, io::Error> = huge_set()
        .try_for_each(|chunk| io::Write::write_all(&mut encoder, &chunk))
        .and_then(|()| encoder.finish());
    // A vector takes whatever is written.
    written.unwrap_or_default().into()
});

const DRIP: Duration = Duration::from_millis(50);

const HUGE: usize = 100_000_000;
const CHUNK: usize = 64 * 1024;
