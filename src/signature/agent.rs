//! The protocol of `ssh-agent`: which keys it holds, and what one of them signs. Speaks it over any
//! stream; where the agent listens is the caller's business.

use super::{PublicKey, armoured, signed_data, take_number, take_text};
use ssh_key::Signature;
use std::io::{Read, Write};

/// The longest answer that is read.
const LONGEST: usize = 256 << 10;

const FAILURE: u8 = 5;
const REQUEST_IDENTITIES: u8 = 11;
const IDENTITIES: u8 = 12;
const REQUEST_SIGNATURE: u8 = 13;
const SIGNATURE: u8 = 14;

/// Asks for a signature of RSA keys over SHA-512; keys of other kinds do not mind.
const RSA_SHA512: u32 = 4;

/// An agent that listens.
#[derive(Debug)]
pub struct Agent<S>(S);

impl<S: Read + Write> Agent<S> {
    /// The agent at the other end of a stream.
    pub fn new(stream: S) -> Self {
        Self(stream)
    }

    /// The public keys that it can sign with; those of a kind that nobody here knows are left out.
    pub fn keys(&mut self) -> Result<Vec<PublicKey>, String> {
        let answer = self.ask(&[REQUEST_IDENTITIES], IDENTITIES)?;
        let mut rest = answer.as_slice();
        let count = take_number(&mut rest).ok_or(ODD)?;
        let mut keys = Vec::new();
        for _ in 0..count {
            let (blob, comment) = take_text(&mut rest).zip(take_text(&mut rest)).ok_or(ODD)?;
            if let Ok(mut key) = ssh_key::PublicKey::from_bytes(blob) {
                key.set_comment(String::from_utf8_lossy(comment));
                keys.push(PublicKey(key));
            }
        }
        Ok(keys)
    }

    /// Has a key sign a text; the key may ask its owner first.
    pub fn sign(&mut self, key: &PublicKey, signed_text: &[u8]) -> Result<Vec<u8>, String> {
        let blob = key.0.to_bytes().map_err(|error| error.to_string())?;
        let mut request = vec![REQUEST_SIGNATURE];
        for part in [&blob, &signed_data(signed_text)?] {
            request.extend(length(part.len())?);
            request.extend(part);
        }
        request.extend(RSA_SHA512.to_be_bytes());
        let answer = self.ask(&request, SIGNATURE)?;
        let bytes = take_text(&mut answer.as_slice()).ok_or(ODD)?;
        let signature = Signature::try_from(bytes).map_err(|_| ODD)?;
        armoured(key.0.key_data(), signature)
    }

    /// One question and its answer, without the byte that tells its kind.
    fn ask(&mut self, request: &[u8], wanted: u8) -> Result<Vec<u8>, String> {
        let failed = |error: std::io::Error| format!("the agent cannot be asked: {error}");
        let message = [&length(request.len())?[..], request].concat();
        self.0.write_all(&message).and_then(|()| self.0.flush()).map_err(failed)?;
        let mut size = [0; 4];
        self.0.read_exact(&mut size).map_err(failed)?;
        let size = usize::try_from(u32::from_be_bytes(size)).ok().filter(|size| (1..=LONGEST).contains(size));
        let mut answer = vec![0; size.ok_or(ODD)?];
        self.0.read_exact(&mut answer).map_err(failed)?;
        match answer.first() {
            Some(kind) if *kind == wanted => Ok(answer.split_off(1)),
            Some(&FAILURE) => Err("the agent refused: it has no such key, is locked, or its owner said no".into()),
            _ => Err(ODD.into()),
        }
    }
}

const ODD: &str = "the agent gave an answer that makes no sense";

fn length(length: usize) -> Result<[u8; 4], String> {
    u32::try_from(length).map(u32::to_be_bytes).map_err(|_| "this is too long for an agent".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::{Judgement, Signer, judge};
    use jiff::Timestamp;
    use std::io::{self, Cursor};

    /// An agent that has its answers ready, and remembers what it was asked.
    struct Rehearsed {
        answers: Cursor<Vec<u8>>,
        asked: Vec<u8>,
    }

    impl Rehearsed {
        fn new(answers: &[&[u8]]) -> Self {
            let framed = answers.iter().flat_map(|answer| {
                let size = u32::try_from(answer.len()).expect("short").to_be_bytes();
                [&size[..], *answer].concat()
            });
            Self { answers: Cursor::new(framed.collect()), asked: Vec::new() }
        }
    }

    impl Read for Rehearsed {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.answers.read(buffer)
        }
    }

    impl Write for Rehearsed {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.asked.extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn keys(answer: &[u8]) -> Result<Vec<PublicKey>, String> {
        Agent::new(Rehearsed::new(&[answer])).keys()
    }

    #[test]
    fn the_keys_of_an_agent_are_listed_with_their_comments() {
        let key = crate::signature::testing::key().public();
        let blob = key.0.to_bytes().expect("bytes");
        let size = |part: &[u8]| u32::try_from(part.len()).expect("short").to_be_bytes();
        let entry = |blob: &[u8]| [&size(blob)[..], blob, &size(b"anna"), b"anna"].concat();
        let answer = [vec![IDENTITIES, 0, 0, 0, 2], entry(b"no key"), entry(&blob)].concat();
        let listed = keys(&answer).expect("an answer");
        assert_eq!(listed.len(), 1, "what is no key is left out");
        assert!(listed[0].is(&key));
        assert_eq!(listed[0].comment(), "anna");
    }

    #[test]
    fn what_an_agent_signs_is_a_signature_of_the_text() {
        let key = crate::signature::testing::key();
        let pem = key.sign(b"hashes").expect("signed");
        let signature = ssh_key::SshSig::from_pem(pem).expect("readable");
        let blob: Vec<u8> = signature.signature().clone().try_into().expect("bytes");
        let size = u32::try_from(blob.len()).expect("short").to_be_bytes();
        let mut agent = Agent::new(Rehearsed::new(&[&[&[SIGNATURE][..], &size, &blob].concat()]));
        let signed = agent.sign(&key.public(), b"hashes").expect("signed");
        assert!(agent.0.asked.ends_with(&RSA_SHA512.to_be_bytes()));
        let judgement = judge(b"hashes", Some(&signed), None, Timestamp::UNIX_EPOCH);
        assert!(matches!(judgement, Judgement::Right { signer: Signer::NotAsked, .. }), "{judgement:?}");
    }

    #[test]
    fn an_agent_that_refuses_or_talks_nonsense_is_an_error() {
        assert!(keys(&[FAILURE]).expect_err("refused").contains("refused"));
        for nonsense in [&[][..], &[99], &[IDENTITIES], &[IDENTITIES, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff, 1]] {
            assert!(keys(nonsense).is_err(), "{nonsense:?}");
        }
        let mut huge = Agent::new(Rehearsed { answers: Cursor::new(vec![0xff; 8]), asked: Vec::new() });
        assert_eq!(huge.keys().expect_err("too long"), ODD);
        let mut gone = Agent::new(Rehearsed::new(&[]));
        assert!(gone.keys().expect_err("closed").contains("cannot be asked"));
    }
}
