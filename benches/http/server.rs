//! A service on loopback whose work is done by one thread.

use std::{
    net::{SocketAddr, TcpListener},
    sync::{Arc, mpsc},
    thread::{self, JoinHandle},
};

use jwt_verify_benches::Case;
use tokio::{runtime, sync::oneshot};

use crate::{
    processors::{self, Thread},
    services::{self, ByHand, Framework, Service, Variant},
};

/// Runs until it is dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    /// The thread that does the work.
    pub(crate) worker: Thread,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(framework: Framework, variant: Variant, case: &Case) -> Self {
        let material = case.material();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let (started, workers) = mpsc::channel();
        let service = Service {
            variant,
            verifier: material.verifier.clone(),
            by_hand: Arc::new(ByHand::new(case.algorithm.name(), &material.jwk)),
            listener,
            started: Started(started),
            stopped,
        };
        let thread = thread::spawn(move || {
            let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(services::serve(framework, service));
        });
        Self { address, worker: workers.recv().unwrap(), stop: Some(stop), thread: Some(thread) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A service that has failed is not there to hear it, and says so itself.
        let _ = self.stop.take().map(|stop| stop.send(()));
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// By which a service says which thread does its work.
#[derive(Clone)]
pub(crate) struct Started(mpsc::Sender<Thread>);

impl Started {
    pub(crate) fn on_this_thread(&self) {
        processors::keep_for_a_worker();
        self.0.send(Thread::current()).unwrap();
    }
}
