//! [`Harness`]: what an adapter brings.

use std::{
    fmt,
    future::Future,
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    pin::Pin,
    task::{Context, Poll},
    thread::{self, JoinHandle},
};

use tokio::sync::oneshot;

use super::Setup;

/// Serves the suite's three apps with one framework. The routes are in the [module's documentation](super#the-apps).
///
/// Each function starts a server on a port of 127.0.0.1 of its own: [`Running::in_thread`] does that. Requests of HTTP/1.1 come one
/// at a time, each on a connection of its own.
///
/// # Examples
///
/// The shape of it, with a framework on tokio:
///
/// ```ignore
/// impl Harness for MyFramework {
///     fn routes(setup: Setup) -> Running {
///         serve(move || my_framework::App::new().route("/health", || setup.ran().answer("health", None)) /* … */)
///     }
///     /* … */
/// }
///
/// fn serve(app: impl FnOnce() -> my_framework::App + Send + 'static) -> Running {
///     Running::in_thread(|listener, stopped| {
///         let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
///         runtime.block_on(async {
///             my_framework::serve(tokio::net::TcpListener::from_std(listener).unwrap(), app()).until(stopped).await;
///         });
///     })
/// }
/// ```
pub trait Harness {
    /// The app with every extractor, and guards before parts of it.
    fn routes(setup: Setup) -> Running;

    /// The app that is behind one guard as a whole.
    fn site(setup: Setup) -> Running;

    /// The app in which a line is missing: nobody has registered an `Auth`.
    fn unregistered(setup: Setup) -> Running;
}

/// A server that runs. Stops when dropped: the port is closed and the thread has ended.
#[must_use = "the server stops when this is dropped"]
pub struct Running {
    address: SocketAddr,
    /// `None` once it stops.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    /// Serves in a thread of its own, which takes requests at `TcpListener` (nonblocking, as asynchronous runtimes want it) and comes
    /// back when [`Stopped`] is ready.
    ///
    /// # Panics
    ///
    /// If no port or no thread can be had.
    #[expect(clippy::expect_used, reason = "as documented: a test has nobody to hand the error to")]
    pub fn in_thread(serve: impl FnOnce(TcpListener, Stopped) + Send + 'static) -> Self {
        let (listener, address) = listen().expect("a port on 127.0.0.1");
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("conformance-server".into())
            .spawn(move || serve(listener, Stopped(stopped)))
            .expect("a thread for the server");
        Self { address, stop: Some(stop), thread: Some(thread) }
    }

    /// Where it takes requests.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // A panic of that thread was printed there.
            let _ = thread.join();
        }
    }
}

/// The address.
impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running").field("address", &self.address).finish_non_exhaustive()
    }
}

/// Ready when a server is to stop. Works in any asynchronous runtime.
#[derive(Debug)]
pub struct Stopped(oneshot::Receiver<()>);

impl Future for Stopped {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        // The sender is never used, only dropped.
        Pin::new(&mut self.0).poll(context).map(|_| ())
    }
}

fn listen() -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}
