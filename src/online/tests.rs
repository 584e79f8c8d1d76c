//! Against a server on this machine only.

use super::*;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::Arc;

/// A server whose answers depend on the path; it remembers what it was asked.
struct Server {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts it; the thread ends with the process.
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { continue };
                let mut lines = BufReader::new(&stream).lines();
                let Some(Ok(line)) = lines.next() else { continue };
                lines.take_while(|line| line.as_ref().is_ok_and(|line| !line.is_empty())).for_each(drop);
                let mut words = line.split(' ');
                let question = format!("{} {}", words.next().unwrap_or_default(), words.next().unwrap_or_default());
                let times = {
                    let mut log = log.lock().expect("the log");
                    log.push(question.clone());
                    log.iter().filter(|other| **other == question).count()
                };
                let _ = stream.write_all(respond(&question, times).as_bytes());
            }
        });
        Self { address, asked }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    fn times(&self, question: &str) -> usize {
        self.asked.lock().expect("the log").iter().filter(|other| *other == question).count()
    }
}

/// What the server says to a question that is asked for the nth time.
fn respond(question: &str, times: usize) -> String {
    let (method, path) = question.split_once(' ').unwrap_or_default();
    let plain = |status: &str| format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let to = |status: &str, path: &str| {
        format!("HTTP/1.1 {status}\r\nLocation: {path}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    };
    match path {
        "/no-head" if method == "HEAD" => plain("405 Method Not Allowed"),
        "/fine" | "/no-head" => plain("200 OK"),
        "/moved" => to("301 Moved Permanently", "/fine"),
        "/elsewhere" => to("302 Found", "/fine"),
        "/both" => to("302 Found", "/moved"),
        "/circle" => to("302 Found", "/circle"),
        "/private" => plain("403 Forbidden"),
        "/busy" if method == "GET" && times >= 3 => plain("200 OK"),
        "/busy" | "/broken" => plain("503 Service Unavailable"),
        _ => plain("404 Not Found"),
    }
}

fn quick() -> Settings {
    let short = Duration::from_millis(1);
    Settings { pause: short, back_off: short, timeout: Duration::from_secs(5), ..Settings::default() }
}

fn answer(server: &Server, path: &str) -> Answer {
    let url = server.url(path);
    ask([url.as_str()], &quick(), &|_| {}).of(&url).cloned().expect("an answer")
}

#[test]
fn what_is_there_is_fine_and_what_is_not_has_failed() {
    let server = Server::start();
    assert_eq!(answer(&server, "/fine"), Answer::Fine);
    assert_eq!(answer(&server, "/no-head"), Answer::Fine, "GET is asked where HEAD is refused");
    assert_eq!(answer(&server, "/none"), Answer::Failed { status: 404 });
    assert_eq!(server.times("GET /none"), 1, "what is not there is not asked for again");
    assert_eq!(answer(&server, "/private"), Answer::Closed { status: 403 });
    assert_eq!(server.times("HEAD /fine"), 1);
    assert_eq!(server.times("GET /fine"), 0, "HEAD was enough");
}

#[test]
fn redirections_are_followed() {
    let server = Server::start();
    assert_eq!(answer(&server, "/moved"), Answer::Moved { to: server.url("/fine") });
    assert_eq!(answer(&server, "/elsewhere"), Answer::Fine, "for now only");
    assert_eq!(answer(&server, "/both"), Answer::Fine, "one part of the way is for now only");
    assert!(matches!(answer(&server, "/circle"), Answer::Silent { .. }));
}

#[test]
fn a_busy_server_is_asked_again() {
    let server = Server::start();
    assert_eq!(answer(&server, "/busy"), Answer::Fine);
    assert_eq!(answer(&server, "/broken"), Answer::Failed { status: 503 });
    assert_eq!(server.times("GET /broken"), 3, "two more tries");
}

#[test]
fn nobody_there_is_told_with_the_reason() {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
    let url = format!("http://127.0.0.1:{port}/");
    let answers = ask([url.as_str()], &quick(), &|_| {});
    assert!(matches!(answers.of(&url), Some(Answer::Silent { .. })), "{answers:?}");
}

#[test]
fn an_address_is_asked_once_whatever_its_anchor_and_then_remembered() {
    let (server, folder) = (Server::start(), tempfile::tempdir().expect("a folder"));
    let settings = Settings { cache: Some(folder.path().to_path_buf()), now: 1_000, ..quick() };
    let urls = [server.url("/fine#a"), server.url("/fine#b"), server.url("/none")];
    for _ in 0..2 {
        let answers = ask(urls.iter().map(String::as_str), &settings, &|_| {});
        assert_eq!(answers.of(&urls[1]), Some(&Answer::Fine));
    }
    assert_eq!(server.times("HEAD /fine"), 1);
    assert_eq!(server.times("HEAD /none"), 2, "what failed is asked again");
}
