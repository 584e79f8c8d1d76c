//! The server: on this machine only, for browsers that were sent here on purpose.

use super::answer::Answer;
use super::watch::Watch;
use super::{Preview, Settings};
use crate::error::{Error, Result};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HOST, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use std::convert::Infallible;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

/// What pages may do: everything of their own, nothing from elsewhere. The page about the status has its
/// style in itself.
const POLICY: &str = "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The names by which a browser on this machine calls it. Any other name means that a page from elsewhere
/// has had its own name point here.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Serves a project until the user ends it; `begun` is called when browsers can come.
///
/// # Errors
/// If the project's folder cannot be watched, or the server cannot start.
pub fn serve(settings: Settings, listener: TcpListener, begun: impl FnOnce() -> Result<()>) -> Result<()> {
    let failed = |error: std::io::Error| Error::new("the preview cannot be served").why(error.to_string());
    let preview = Arc::new(Preview::new(settings));
    let watch = Watch::new(&preview.settings.root, preview.now().loaded())?;
    let watching = Arc::clone(&preview);
    std::thread::spawn(move || follow(&watching, watch));

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
    runtime.block_on(async {
        listener.set_nonblocking(true).map_err(failed)?;
        let listener = tokio::net::TcpListener::from_std(listener).map_err(failed)?;
        let routes = Router::new().fallback(respond).with_state(preview);
        begun()?;
        // An interrupt ends the process: nothing is written, so nothing can be left half done.
        axum::serve(listener, routes).await.map_err(failed)
    })
}

/// Reads the project again whenever something was saved.
fn follow(preview: &Preview, mut watch: Watch) {
    while watch.wait() {
        preview.refresh();
        if let Err(error) = watch.follow(preview.now().loaded()) {
            (preview.settings.tell)(&error.to_string());
        }
    }
}

async fn respond(State(preview): State<Arc<Preview>>, request: Request) -> Response {
    if !is_meant(request.headers()) {
        let why = "this preview answers to localhost only\n";
        return plain(StatusCode::MISDIRECTED_REQUEST, why);
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "a preview is only read\n");
        response.headers_mut().insert(ALLOW, axum::http::HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    let path = request.uri().path().trim_start_matches('/');
    let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy().into_owned();
    if path == "preview/events" {
        return events(&preview);
    }
    let known = request.headers().get(IF_NONE_MATCH).and_then(|tag| tag.to_str().ok()).map(str::to_owned);
    let made = tokio::task::spawn_blocking(move || preview.now().get(&path, &preview.settings)).await;
    match made {
        Ok(answer) => answered(&answer, known.as_deref()),
        Err(_) => plain(StatusCode::INTERNAL_SERVER_ERROR, "this file could not be made\n"),
    }
}

/// Whether a browser was sent here by somebody on this machine.
fn is_meant(headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    };
    NAMES.iter().any(|own| own.eq_ignore_ascii_case(name))
}

/// A stream that tells the number of each new state of the project.
fn events(preview: &Preview) -> Response {
    let changes = preview.changes();
    let numbers = stream::unfold(changes, |mut changes| async move {
        changes.changed().await.ok()?;
        let number = changes.borrow_and_update().number;
        let event = Event::default().event("change").data(number.to_string());
        Some((Ok::<_, Infallible>(event), changes))
    });
    let alive = KeepAlive::new().interval(Duration::from_secs(20));
    (SAFE, Sse::new(numbers).keep_alive(alive)).into_response()
}

/// What every response says about itself.
const SAFE: [(HeaderName, &str); 5] = [
    (CACHE_CONTROL, "no-cache"),
    (CONTENT_SECURITY_POLICY, POLICY),
    (HeaderName::from_static("x-content-type-options"), "nosniff"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("referrer-policy"), "no-referrer"),
];

fn answered(answer: &Answer, known: Option<&str>) -> Response {
    let tag = format!("\"{}\"", answer.tag);
    if known == Some(tag.as_str()) {
        return (StatusCode::NOT_MODIFIED, SAFE, [(ETAG, tag)]).into_response();
    }
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let head = [(CONTENT_TYPE, answer.kind.to_owned()), (ETAG, tag)];
    (status, SAFE, head, Body::from(answer.body.to_vec())).into_response()
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    (status, SAFE, [(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn only_names_of_this_machine_are_answered() {
        let meant = |host: &'static str| is_meant(&HeaderMap::from_iter([(HOST, HeaderValue::from_static(host))]));
        assert!(meant("localhost:4711") && meant("127.0.0.1:80") && meant("[::1]:4711") && meant("LOCALHOST"));
        assert!(!meant("evil.example:4711") && !meant("localhost.evil.example") && !meant("127.0.0.1.evil.example:80"));
        assert!(!meant("") && !meant("evil.example:localhost") && !is_meant(&HeaderMap::new()));
    }
}
