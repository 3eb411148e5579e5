//! A small HTTP/1.1 server: one thread for the network, a pool of threads for what blocks, and a bound on everything that
//! a stranger can make long.

use crate::error::ServeError;
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::StatusCode,
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};
use tokio::{
    runtime::{self, Runtime},
    sync::{Notify, Semaphore},
    time::timeout,
};

/// Connections that are open at once; more wait.
const CONNECTIONS_MAX: usize = 1_024;
/// Threads for what blocks: databases, signatures.
const BLOCKING_THREADS_MAX: usize = 64;
/// How long the head of a request may take, and how long a connection may lie idle.
const HEAD_PATIENCE: Duration = Duration::from_secs(10);
/// How long a request may take after its head.
const REQUEST_PATIENCE: Duration = Duration::from_secs(20);
/// How long requests that are under way may take after the server was told to stop.
const STOP_PATIENCE: Duration = Duration::from_secs(5);
/// How long the server waits when the system has no socket left.
const SOCKET_PATIENCE: Duration = Duration::from_millis(100);

/// A request that was answered, for whoever keeps the server's log.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// `GET`, `POST`, …
    pub method: String,
    /// The path as it was asked for; a stranger wrote it.
    pub path: String,
    /// The status code.
    pub status: u16,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// What the routes have to say about it, in a few words.
    pub remark: String,
}

/// What a route puts into its response's extensions to be told in [`Answered::remark`].
#[derive(Debug, Clone)]
pub(crate) struct Remark(pub String);

type Tell = Arc<dyn Fn(&Answered) + Send + Sync>;

/// A server that runs.
pub struct Server {
    address: SocketAddr,
    stop: Arc<Notify>,
    thread: JoinHandle<()>,
}

impl Server {
    /// Starts to serve; port 0 takes any free one. `tell` hears of every request that was answered.
    ///
    /// # Errors
    /// `SRV-001`.
    pub fn start(
        listen: SocketAddr,
        routes: Router,
        tell: impl Fn(&Answered) + Send + Sync + 'static,
    ) -> Result<Self, ServeError> {
        let fail = |source| ServeError::Listen { address: listen, source };
        let listener = TcpListener::bind(listen).map_err(fail)?;
        listener.set_nonblocking(true).map_err(fail)?;
        let address = listener.local_addr().map_err(fail)?;
        let runtime = build_runtime().map_err(fail)?;
        let stop = Arc::new(Notify::new());
        let tell: Tell = Arc::new(tell);
        let routes = routes.layer(middleware::from_fn_with_state(tell, oversee));
        let told = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            runtime.block_on(serve(listener, routes, &told));
            runtime.shutdown_timeout(STOP_PATIENCE);
        });
        Ok(Self { address, stop, thread })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers what is under way, then stops.
    pub fn stop(self) {
        self.stop.notify_one();
        // If its thread has panicked, that was told on stderr, and it has stopped.
        drop(self.thread.join());
    }

    /// Waits until the system says to stop (SIGINT, SIGTERM), then stops.
    ///
    /// # Errors
    /// `SRV-001` if the system does not let signals be waited for.
    pub fn stop_on_signal(self) -> Result<(), ServeError> {
        let signal = runtime::Builder::new_current_thread().enable_all().build().and_then(|one| one.block_on(signal()));
        signal.map_err(|source| ServeError::Listen { address: self.address, source })?;
        self.stop();
        Ok(())
    }
}

fn build_runtime() -> io::Result<Runtime> {
    runtime::Builder::new_current_thread().enable_all().max_blocking_threads(BLOCKING_THREADS_MAX).build()
}

async fn serve(listener: TcpListener, routes: Router, stop: &Notify) {
    let graceful = Arc::new(GracefulShutdown::new());
    let accepting = tokio::spawn(accept(listener, routes, Arc::clone(&graceful)));
    stop.notified().await;
    accepting.abort();
    // Once it has ended nobody else holds `graceful`.
    drop(accepting.await);
    if let Some(graceful) = Arc::into_inner(graceful) {
        drop(timeout(STOP_PATIENCE, graceful.shutdown()).await);
    }
}

/// Takes connections until it is aborted.
async fn accept(listener: TcpListener, routes: Router, graceful: Arc<GracefulShutdown>) {
    let listener = tokio::net::TcpListener::from_std(listener).expect("a runtime with network");
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let place = Arc::clone(&places).acquire_owned().await.expect("nobody closes it");
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(SOCKET_PATIENCE).await;
            continue;
        };
        // Small answers at once; a system that cannot do this serves all the same.
        drop(stream.set_nodelay(true));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_PATIENCE)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(routes.clone()));
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // A connection that breaks off is its client's affair.
            drop(connection.await);
            drop(place);
        });
    }
}

/// Bounds the time of a request and tells of it.
async fn oversee(State(tell): State<Tell>, request: Request<Body>, next: Next) -> Response {
    let since = Instant::now();
    let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
    let answer = timeout(REQUEST_PATIENCE, next.run(request)).await;
    let response =
        answer.unwrap_or_else(|_| (StatusCode::REQUEST_TIMEOUT, "the request took too long\n").into_response());
    let remark = response.extensions().get().map_or_else(String::new, |Remark(remark)| remark.clone());
    let (status, seconds) = (response.status().as_u16(), since.elapsed().as_secs_f64());
    tell(&Answered { method, path, status, seconds, remark });
    response
}

#[cfg(unix)]
async fn signal() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let heard = Arc::new(Notify::new());
    for kind in [SignalKind::interrupt(), SignalKind::terminate()] {
        let (mut signal, heard) = (signal(kind)?, Arc::clone(&heard));
        tokio::spawn(async move {
            signal.recv().await;
            heard.notify_one();
        });
    }
    heard.notified().await;
    Ok(())
}

#[cfg(not(unix))]
async fn signal() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}
