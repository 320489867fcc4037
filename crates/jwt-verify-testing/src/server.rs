//! The HTTP server: a thread of its own, with a runtime of its own, so that it serves any test.

mod answer;
mod body;

use std::{
    error::Error as _,
    future::poll_fn,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, mpsc},
    thread::{self, JoinHandle},
    time::Duration,
};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpSocket, TcpStream},
    runtime,
    sync::mpsc as commands,
    task::{self, JoinSet},
};

use self::answer::Break;
pub(crate) use self::{answer::twin, body::prepare};
use crate::state::Shared;

/// A running server. Stops when dropped: the port is closed and the thread has ended.
#[derive(Debug)]
pub(crate) struct Server {
    /// `None` once it stops.
    commands: Option<commands::UnboundedSender<Command>>,
    thread: Option<JoinHandle<()>>,
}

/// A port of this machine's own. Connections wait until the server has started.
#[derive(Debug)]
pub(crate) struct Port {
    listener: std::net::TcpListener,
    address: SocketAddr,
}

/// What the server is told to do, and whom it tells when it is done.
#[derive(Debug)]
struct Command {
    port_open: bool,
    done: mpsc::Sender<io::Result<()>>,
}

impl Port {
    pub(crate) fn reserve() -> io::Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Server {
    pub(crate) fn start(port: Port, shared: Arc<Shared>) -> io::Result<Self> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let (commands, receiver) = commands::unbounded_channel();
        let thread = thread::Builder::new().name("test-issuer".into()).spawn(move || {
            runtime.block_on(run(port, shared, receiver));
        })?;
        Ok(Self { commands: Some(commands), thread: Some(thread) })
    }

    /// Opens or closes the port. It is done when this returns.
    pub(crate) fn set_port_open(&self, port_open: bool) -> io::Result<()> {
        let gone = || io::Error::other("the server's thread has ended");
        let (done, outcome) = mpsc::channel();
        let commands = self.commands.as_ref().ok_or_else(gone)?;
        commands.send(Command { port_open, done }).map_err(|_| gone())?;
        outcome.recv().map_err(|_| gone())?
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.commands = None;
        if let Some(thread) = self.thread.take() {
            // A panic of that thread was printed there.
            let _ = thread.join();
        }
    }
}

/// Whether somebody listens.
enum Door {
    Open(task::JoinHandle<()>),
    /// Bound without listening: connections are refused, and nobody else gets the port.
    Closed(TcpSocket),
    /// Only after an error.
    Lost,
}

/// Until there is nobody who could give commands.
async fn run(port: Port, shared: Arc<Shared>, mut commands: commands::UnboundedReceiver<Command>) {
    let mut door = match TcpListener::from_std(port.listener) {
        Ok(listener) => Door::Open(tokio::spawn(accept(listener, Arc::clone(&shared)))),
        Err(_) => Door::Lost,
    };
    while let Some(Command { port_open, done }) = commands.recv().await {
        let outcome;
        (door, outcome) = match move_door(door, port_open, port.address, &shared).await {
            Ok(door) => (door, Ok(())),
            Err(error) => (Door::Lost, Err(error)),
        };
        // Whoever asked may have gone.
        let _ = done.send(outcome);
    }
}

async fn move_door(door: Door, open: bool, address: SocketAddr, shared: &Arc<Shared>) -> io::Result<Door> {
    let bind = || {
        let socket = TcpSocket::new_v4()?;
        // Connections of before, which linger, do not keep the port.
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        Ok::<_, io::Error>(socket)
    };
    match (door, open) {
        (door @ Door::Open(_), true) | (door @ Door::Closed(_), false) => Ok(door),
        (Door::Open(acceptor), false) => {
            acceptor.abort();
            // Ends as cancelled; what matters is that the listener and its connections are gone by then.
            let _ = acceptor.await;
            bind().map(Door::Closed)
        }
        (Door::Lost, false) => bind().map(Door::Closed),
        (Door::Closed(socket), true) => listen(socket, shared),
        (Door::Lost, true) => listen(bind()?, shared),
    }
}

fn listen(socket: TcpSocket, shared: &Arc<Shared>) -> io::Result<Door> {
    let listener = socket.listen(BACKLOG)?;
    Ok(Door::Open(tokio::spawn(accept(listener, Arc::clone(shared)))))
}

/// Serves every connection, until it is dropped with all of them.
async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(serve(stream, Arc::clone(&shared)));
            }
            // Too many open files, say: it passes.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

/// One connection, with as many requests as the client makes.
async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        // Boxed, as `poll_without_shutdown` wants to move it.
        Box::pin(async move {
            shared.arrive(&request);
            shared.until_released().await;
            answer::answer(&shared, &request).await
        })
    });
    // No `Date`: it would be the time of this machine, and not that of the issuer's clock.
    let mut http = http1::Builder::new();
    http.auto_date_header(false);
    let mut connection = http.serve_connection(TokioIo::new(stream), service);
    let ended = poll_fn(|context| connection.poll_without_shutdown(context)).await;
    let broken = ended.as_ref().err().and_then(|error| error.source()?.downcast_ref::<Break>());
    let mut stream = connection.into_parts().io.into_inner();
    // The client may have gone, and then none of this matters.
    let _ = match broken {
        Some(Break::Reset) => stream.set_zero_linger(),
        Some(Break::NotHttp) => stream.write_all(NOT_HTTP).await,
        Some(Break::Close) | None => stream.shutdown().await,
    };
}

/// What a server of another kind says first.
const NOT_HTTP: &[u8] = b"SSH-2.0-test\r\n";

/// Enough for a herd of a thousand clients.
const BACKLOG: u32 = 4_096;
