//! Carries one session over one QUIC stream: bytes from the connection to the hub's thread and back, within bounds.

use std::time::Duration;

use quinn::{ReadError, RecvStream, SendStream, WriteError};
use sothon_ledger::Root;
use sothon_sync::{CloseReason, Peeked, peek_root};
use tokio::time::timeout;

use crate::endpoint::{CloseCode, Peer};
use crate::host::Host;
use crate::hub::{Ended, Hub, Opening, Stopped, Wires};

/// The most bytes that are read at once.
const CHUNK: usize = 64 * 1024;
/// A hello is far shorter.
const HELLO: usize = 1024;
/// A peer that takes nothing for so long is given up.
const STALLED: Duration = Duration::from_secs(60);
/// How long to wait for the last bytes to be confirmed.
const FAREWELL: Duration = Duration::from_secs(5);

/// Why a session is over.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SessionEnd {
    /// One side ended it.
    #[error("ended: {:?}", .0.reason)]
    Ended(Ended),
    /// The connection was lost or closed.
    #[error("the connection ended")]
    Connection(#[from] quinn::ConnectionError),
    /// The peer did not say in time whom it means, or said something else.
    #[error("the peer did not begin a session")]
    NoHello,
    /// The peer takes nothing.
    #[error("the peer takes nothing")]
    Stalled,
    /// The peer broke the session's stream off.
    #[error("the peer broke the stream off")]
    Broken,
    /// Our side was stopped.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

impl SessionEnd {
    /// What the peer is told.
    fn code(&self) -> CloseCode {
        match self {
            SessionEnd::Ended(ended) => match ended.reason {
                CloseReason::Bye => CloseCode::Done,
                CloseReason::NotAdmitted | CloseReason::OtherCommune => CloseCode::NotAuthorized,
                CloseReason::Flood => CloseCode::Limit,
                CloseReason::Storage => CloseCode::Internal,
                _ => CloseCode::Protocol,
            },
            SessionEnd::Connection(_) => CloseCode::Done,
            SessionEnd::NoHello | SessionEnd::Broken => CloseCode::Protocol,
            SessionEnd::Stalled => CloseCode::Limit,
            SessionEnd::Stopped(_) => CloseCode::GoingAway,
        }
    }
}

/// An accepted connection that has said which commune it means.
#[derive(Debug)]
pub struct Caller {
    /// Who it is.
    pub peer: Peer,
    /// The commune.
    pub root: Root,
    streams: (SendStream, RecvStream),
    first: Vec<u8>,
}

impl Caller {
    /// Waits, at most `within`, for an accepted peer's hello.
    ///
    /// # Errors
    /// [`SessionEnd::NoHello`] or [`SessionEnd::Connection`]; the connection is closed then.
    pub async fn hear(peer: Peer, within: Duration) -> Result<Caller, SessionEnd> {
        let heard = timeout(within, hello(&peer))
            .await
            .unwrap_or(Err(SessionEnd::NoHello));
        match heard {
            Ok((streams, first, root)) => Ok(Caller {
                peer,
                root,
                streams,
                first,
            }),
            Err(end) => {
                peer.close(end.code(), "");
                Err(end)
            }
        }
    }

    /// Turns it away.
    pub fn refuse(self, code: CloseCode) {
        self.peer.close(code, "");
    }

    /// Runs the session until its end.
    pub async fn serve<H: Host>(self, hub: &Hub<H>) -> SessionEnd {
        carry(hub, &self.peer, self.streams, self.first).await
    }
}

/// Runs a session with a peer that we dialed, until its end.
pub async fn run<H: Host>(hub: &Hub<H>, peer: &Peer) -> SessionEnd {
    match peer.stream().await {
        Ok(streams) => carry(hub, peer, streams, Vec::new()).await,
        Err(error) => error.into(),
    }
}

async fn hello(peer: &Peer) -> Result<((SendStream, RecvStream), Vec<u8>, Root), SessionEnd> {
    let mut streams = peer.stream().await?;
    let mut first = Vec::new();
    loop {
        match peek_root(&first) {
            Peeked::Root(root) => return Ok((streams, first, root)),
            Peeked::More if first.len() < HELLO => {}
            _ => return Err(SessionEnd::NoHello),
        }
        match streams.1.read_chunk(HELLO, true).await {
            Ok(Some(chunk)) => first.extend_from_slice(&chunk.bytes),
            Ok(None) => return Err(SessionEnd::NoHello),
            Err(error) => return Err(broken_read(error)),
        }
    }
}

async fn carry<H: Host>(
    hub: &Hub<H>,
    peer: &Peer,
    streams: (SendStream, RecvStream),
    first: Vec<u8>,
) -> SessionEnd {
    let opening = Opening {
        peer: peer.key(),
        initiator: peer.dialed(),
        salt: peer.salt(),
    };
    let end = match hub.open(opening).await {
        Ok(wires) => {
            let gone = Gone { hub, id: wires.id };
            let end = both_ways(hub, peer, streams, wires, first).await;
            drop(gone);
            end
        }
        Err(stopped) => stopped.into(),
    };
    peer.close(end.code(), "");
    end
}

/// Tells the hub that a session's connection is gone, also when the task that carried it was dropped.
struct Gone<'a, H: Host> {
    hub: &'a Hub<H>,
    id: crate::hub::SessionId,
}

impl<H: Host> Drop for Gone<'_, H> {
    fn drop(&mut self) {
        self.hub.gone(self.id);
    }
}

async fn both_ways<H: Host>(
    hub: &Hub<H>,
    peer: &Peer,
    (mut send, mut receive): (SendStream, RecvStream),
    wires: Wires,
    first: Vec<u8>,
) -> SessionEnd {
    let Wires {
        id,
        mut outputs,
        credit,
        mut ended,
    } = wires;
    let incoming = async {
        let mut next = first;
        loop {
            if !next.is_empty() {
                match credit.acquire().await {
                    // It comes back when the hub has dealt with the chunk.
                    Ok(permit) => permit.forget(),
                    Err(_) => return SessionEnd::Stopped(Stopped),
                }
                if let Err(stopped) = hub.bytes(id, std::mem::take(&mut next)) {
                    return stopped.into();
                }
            }
            match receive.read_chunk(CHUNK, true).await {
                Ok(Some(chunk)) => next = chunk.bytes.to_vec(),
                // The peer has said all; what we still have to say is said.
                Ok(None) => return peer.closed().await.into(),
                Err(error) => return broken_read(error),
            }
        }
    };
    let outgoing = async {
        while let Some(bytes) = outputs.recv().await {
            match write(&mut send, &bytes).await {
                Ok(()) => {}
                // What the peer said before is still to be read, so the reading side says how it ends.
                Err(SessionEnd::Connection(_)) => std::future::pending().await,
                Err(end) => return end,
            }
            // If the hub has stopped, the queue ends by itself, after what waits in it.
            let _ = hub.room(id, bytes.len());
        }
        // Fails only if it was reset already.
        let _ = send.finish();
        // Either is good: confirmed, or given up.
        let _ = timeout(FAREWELL, send.stopped()).await;
        SessionEnd::Stopped(Stopped)
    };
    let end = tokio::select! {
        biased;
        end = outgoing => end,
        end = incoming => end,
    };
    if let SessionEnd::Connection(_) = &end {
        // What came last may hold the reason.
        let _ = timeout(FAREWELL, credit.acquire()).await;
    }
    match ended.try_recv() {
        Ok(ended) => SessionEnd::Ended(ended),
        Err(_) => end,
    }
}

/// Writes all, however slowly, as long as the peer takes something now and then.
async fn write(send: &mut SendStream, mut bytes: &[u8]) -> Result<(), SessionEnd> {
    while !bytes.is_empty() {
        match timeout(STALLED, send.write(bytes)).await {
            Ok(Ok(taken)) => bytes = bytes.get(taken..).unwrap_or_default(),
            Ok(Err(WriteError::ConnectionLost(error))) => return Err(error.into()),
            Ok(Err(_)) => return Err(SessionEnd::Broken),
            Err(_) => return Err(SessionEnd::Stalled),
        }
    }
    Ok(())
}

fn broken_read(error: ReadError) -> SessionEnd {
    match error {
        ReadError::ConnectionLost(error) => error.into(),
        _ => SessionEnd::Broken,
    }
}
