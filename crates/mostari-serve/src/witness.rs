//! The routes of a witness (C2SP tlog-witness).
//!
//! ```text
//! POST /add-checkpoint                     200 cosignatures · 400 · 403 · 404 · 409 its size · 413 · 422 · 500
//! GET  /SHA256-OF-THE-ORIGIN/checkpoint    200 the latest checkpoint that it cosigned · 404
//! GET  /healthz                            200 ok
//! ```

use crate::server::Remark;
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use mostari_log::{Answer, Witness, WitnessStore};
use std::sync::Arc;

/// The most bytes of a request: 63 hashes, and a checkpoint with some hundred signatures.
const BODY_BYTES_MAX: usize = 512 << 10;
const TEXT: &str = "text/plain; charset=utf-8";

/// Who answers, and what time it is: POSIX seconds.
struct Desk<S> {
    witness: Witness<S>,
    clock: fn() -> u64,
}

/// The routes of a witness. `clock` gives the time that it states in its cosignatures, in POSIX seconds.
pub fn witness_routes<S>(witness: Witness<S>, clock: fn() -> u64) -> Router
where
    S: WitnessStore + Send + Sync + 'static,
    S::Error: std::error::Error + Send + Sync + 'static,
{
    Router::new()
        .route("/add-checkpoint", post(add_checkpoint::<S>))
        .route("/{origin_sha256}/checkpoint", get(checkpoint::<S>))
        .route("/healthz", get(|| async { "ok\n" }))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(Arc::new(Desk { witness, clock }))
}

async fn add_checkpoint<S>(State(desk): State<Arc<Desk<S>>>, body: Bytes) -> Response
where
    S: WitnessStore + Send + Sync + 'static,
    S::Error: std::error::Error + Send + Sync + 'static,
{
    let about = about(&body);
    let answered = blocking(move || desk.witness.add_checkpoint(&body, (desk.clock)())).await;
    let Answer { status, content_type, body } = match answered {
        Ok(answer) => answer,
        Err(reason) => return failed(&reason),
    };
    // What it cosigned is in the answer; why it refused is worth a line.
    let remark = if status == 200 { about } else { format!("{about}: {}", body.trim_end()) };
    let status = StatusCode::from_u16(status).expect("a witness answers with the codes of its specification");
    let mut response = (status, [(CONTENT_TYPE, content_type)], body).into_response();
    response.extensions_mut().insert(Remark(remark));
    response
}

async fn checkpoint<S>(State(desk): State<Arc<Desk<S>>>, Path(origin_sha256): Path<String>) -> Response
where
    S: WitnessStore + Send + Sync + 'static,
    S::Error: std::error::Error + Send + Sync + 'static,
{
    match blocking(move || desk.witness.latest_by_hash(&origin_sha256)).await {
        Ok(Some(note)) => (StatusCode::OK, [(CONTENT_TYPE, TEXT)], note).into_response(),
        Ok(None) => (StatusCode::NOT_FOUND, "this witness has cosigned nothing by that name\n").into_response(),
        Err(reason) => failed(&reason),
    }
}

/// Databases and signatures take their time on other threads than the network's.
async fn blocking<T: Send + 'static, E: std::error::Error + Send + 'static>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, String> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(|error| match error.source() {
            Some(cause) => format!("{error}: {cause}"),
            None => error.to_string(),
        }),
        Err(panic) => Err(panic.to_string()),
    }
}

/// A stranger hears only that it failed; the reason is for whoever runs the witness.
fn failed(reason: &str) -> Response {
    let mut response = (StatusCode::INTERNAL_SERVER_ERROR, "the witness has failed\n").into_response();
    response.extensions_mut().insert(Remark(reason.to_owned()));
    response
}

/// Which log is said to have grown, and to what size: for the witness's own log of requests, not yet checked.
fn about(body: &[u8]) -> String {
    let head = String::from_utf8_lossy(&body[..body.len().min(4 << 10)]).into_owned();
    let mut lines = head.split_once("\n\n").map_or("", |(_, note)| note).lines();
    match (lines.next(), lines.next()) {
        (Some(origin), Some(size)) if origin.len() <= 200 && size.len() <= 20 => format!("{origin} {size}"),
        _ => "a body that does not read".to_owned(),
    }
}
