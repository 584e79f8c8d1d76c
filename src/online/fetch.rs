//! Asks one address: HEAD first, GET where HEAD is not answered well; follows redirections, and asks
//! again after a pause where nobody answers or the server is busy.

use super::Settings;
use super::pace::Pace;
use crate::model::answers::Answer;
use std::time::Duration;
use ureq::Agent;
use ureq::http::{HeaderMap, header};

/// How many redirections are followed.
const REDIRECTS: usize = 10;
/// The longest pause that a server can ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Asks addresses at a common pace.
pub(super) struct Client<'a> {
    settings: &'a Settings,
    pace: &'a Pace,
    agent: Agent,
    /// For machines that a proxy knows nothing of.
    direct: Agent,
}

/// What one request gave.
struct Response {
    status: u16,
    headers: HeaderMap,
}

/// Why a request gave nothing.
enum Failure {
    NoHost,
    Silent(String),
    /// It would be the same the next time.
    Final(String),
}

#[derive(Clone, Copy)]
enum Method {
    Head,
    Get,
}

impl<'a> Client<'a> {
    pub(super) fn new(settings: &'a Settings, pace: &'a Pace) -> Self {
        let proxy = settings.proxy.as_deref().and_then(|url| ureq::Proxy::new(url).ok());
        Self { settings, pace, agent: agent(settings, proxy), direct: agent(settings, None) }
    }

    /// Asks an address, with redirections and further tries.
    pub(super) fn ask(&self, url: &str) -> Answer {
        let mut at = url.to_owned();
        let mut for_good = true;
        for _ in 0..=REDIRECTS {
            let response = match self.persistently(&at) {
                Ok(response) => response,
                Err(Failure::NoHost) => return Answer::NoHost,
                Err(Failure::Silent(why) | Failure::Final(why)) => return Answer::Silent { why },
            };
            match response.status {
                301 | 302 | 303 | 307 | 308 => match target(&at, &response.headers) {
                    Some(next) => {
                        for_good &= matches!(response.status, 301 | 308);
                        at = next;
                    }
                    None => return Answer::Failed { status: response.status },
                },
                200..=399 if at != url && for_good => return Answer::Moved { to: at },
                200..=399 => return Answer::Fine,
                status @ (401 | 402 | 403 | 407 | 423 | 429 | 451) => return Answer::Closed { status },
                status => return Answer::Failed { status },
            }
        }
        Answer::Silent { why: format!("it leads on more than {REDIRECTS} times") }
    }

    /// Asks one address until there is an answer that counts, or no try is left.
    fn persistently(&self, url: &str) -> Result<Response, Failure> {
        let mut pause = self.settings.back_off;
        let mut tries = 0;
        loop {
            let outcome = self.once(url);
            let asked_pause = match &outcome {
                Ok(response) if is_busy(response.status) => retry_after(&response.headers),
                Err(Failure::Silent(_)) => None,
                _ => return outcome,
            };
            if tries == self.settings.retries {
                return outcome;
            }
            tries += 1;
            self.pace.hold(host(url), asked_pause.unwrap_or(pause).min(LONGEST_PAUSE));
            pause *= 2;
        }
    }

    /// Asks with HEAD, which costs little; many servers answer it badly, so that a bad answer is checked.
    fn once(&self, url: &str) -> Result<Response, Failure> {
        match self.request(Method::Head, url) {
            Ok(response) if response.status < 400 => Ok(response),
            Err(Failure::NoHost) => Err(Failure::NoHost),
            _ => self.request(Method::Get, url),
        }
    }

    fn request(&self, method: Method, url: &str) -> Result<Response, Failure> {
        let host = host(url);
        self.pace.wait(host);
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        let here = name == "localhost" || name.starts_with("127.") || name == "[::1]";
        let agent = if here { &self.direct } else { &self.agent };
        let request = match method {
            Method::Head => agent.head(url),
            Method::Get => agent.get(url),
        };
        match request.call() {
            Ok(response) => Ok(Response { status: response.status().as_u16(), headers: response.headers().clone() }),
            Err(error) => Err(failure(&error)),
        }
    }
}

fn agent(settings: &Settings, proxy: Option<ureq::Proxy>) -> Agent {
    let config = Agent::config_builder()
        .timeout_global(Some(settings.timeout))
        .http_status_as_error(false)
        // Each redirection is looked at here: it tells whether a page has moved for good.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .user_agent(concat!("handoff/", env!("CARGO_PKG_VERSION"), " (looks whether links work)"))
        .proxy(proxy)
        .build();
    Agent::new_with_config(config)
}

/// Server and port of a URL.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}

/// Where a redirection leads.
fn target(from: &str, headers: &HeaderMap) -> Option<String> {
    let location = headers.get(header::LOCATION)?.to_str().ok()?;
    let mut next = url::Url::parse(from).ok()?.join(location).ok()?;
    next.set_fragment(None);
    matches!(next.scheme(), "http" | "https").then(|| next.to_string())
}

fn is_busy(status: u16) -> bool {
    matches!(status, 408 | 429 | 500 | 502 | 503 | 504)
}

/// The pause that a busy server asks for, if it does in seconds.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

fn failure(error: &ureq::Error) -> Failure {
    match error {
        ureq::Error::HostNotFound => Failure::NoHost,
        ureq::Error::Timeout(_) => Failure::Silent("it took too long".into()),
        ureq::Error::ConnectionFailed => Failure::Silent("the connection fails".into()),
        ureq::Error::Io(error) => Failure::Silent(error.to_string()),
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => Failure::Final(format!("the connection is not safe: {error}")),
        other => Failure::Final(other.to_string()),
    }
}
