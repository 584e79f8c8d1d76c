//! The sealed annex: what must not be in clear text, encrypted for those who may read it. The format is
//! that of `age`, so that nobody needs us to open it.
//!
//! Bytes in, bytes out: knows no file and no project.

use age::armor::{ArmoredWriter, Format};
use age::secrecy::SecretString;
use age::{Encryptor, ssh, tag, tagpq, x25519};
use std::fmt;
use std::io::Write;

/// Somebody for whom something can be sealed: a key of age, or an SSH key.
pub struct Recipient {
    key: Box<dyn age::Recipient>,
    text: String,
}

impl fmt::Debug for Recipient {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Recipient({})", self.text)
    }
}

impl Recipient {
    /// Reads `age1…`, `ssh-ed25519 …` or `ssh-rsa …`; says why if it is none of them.
    pub fn read(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let made = |key: Box<dyn age::Recipient>| Self { key, text: text.to_owned() };
        if text.starts_with("AGE-SECRET-KEY-") || text.contains("PRIVATE KEY") {
            return Err("this is a private key: seal for its public part, and keep this one to its owner".into());
        }
        if text.starts_with("ssh-") {
            let key = text.parse::<ssh::Recipient>().map_err(|error| match error {
                ssh::ParseRecipientKeyError::RsaModulusTooLarge => "this RSA key is too large".to_owned(),
                ssh::ParseRecipientKeyError::RsaModulusTooSmall => "this RSA key is too small to be safe".to_owned(),
                _ => "this is no SSH key for which something can be sealed: ssh-ed25519 and ssh-rsa are".to_owned(),
            });
            return key.map(|key| made(Box::new(key)));
        }
        if text.starts_with("ecdsa-") || text.starts_with("sk-") {
            return Err(
                "for this kind of SSH key nothing can be sealed: ask for an ssh-ed25519 key or one of age".into()
            );
        }
        let plain = text.parse::<x25519::Recipient>().map(|key| made(Box::new(key)));
        let tagged = || text.parse::<tag::Recipient>().map(|key| made(Box::new(key)));
        let lasting = || text.parse::<tagpq::Recipient>().map(|key| made(Box::new(key)));
        plain
            .or_else(|_| tagged())
            .or_else(|_| lasting())
            .map_err(|_| "this is no public key of age (`age1…`) or SSH".to_owned())
    }

    /// Reads a file with one key on each line, such as a `.pub` file; says why if it has none.
    pub fn read_all(text: &str) -> Result<Vec<Self>, String> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let keys = lines.map(Self::read).collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() { Err("there is no key in it".into()) } else { Ok(keys) }
    }

    /// How people name it: the key itself, or its comment if it has one.
    #[must_use]
    pub fn name(&self) -> &str {
        let comment = self.text.splitn(3, ' ').nth(2).map(str::trim).filter(|comment| !comment.is_empty());
        comment.unwrap_or(&self.text)
    }
}

/// Seals bytes for recipients, each of whom can open them alone. The result is text.
pub fn seal(plain: &[u8], recipients: &[Recipient]) -> Result<Vec<u8>, String> {
    let keys = recipients.iter().map(|recipient| &*recipient.key);
    let encryptor = Encryptor::with_recipients(keys).map_err(|error| error.to_string())?;
    write(encryptor, plain)
}

/// Seals bytes with a passphrase. The result is text.
pub fn seal_with_passphrase(plain: &[u8], passphrase: &str) -> Result<Vec<u8>, String> {
    write(Encryptor::with_user_passphrase(SecretString::from(passphrase.to_owned())), plain)
}

fn write(encryptor: Encryptor, plain: &[u8]) -> Result<Vec<u8>, String> {
    let sealed = || -> std::io::Result<Vec<u8>> {
        let armour = ArmoredWriter::wrap_output(Vec::new(), Format::AsciiArmor)?;
        let mut writer = encryptor.wrap_output(armour)?;
        writer.write_all(plain)?;
        writer.finish()?.finish()
    };
    sealed().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::annex::is_sealed;
    use age::Decryptor;
    use age::armor::ArmoredReader;
    use std::io::Read;

    const PLAIN: &[u8] = b"not for everybody";

    fn open(sealed: &[u8], identity: &dyn age::Identity) -> Option<Vec<u8>> {
        let mut plain = Vec::new();
        let decryptor = Decryptor::new_buffered(ArmoredReader::new(sealed)).ok()?;
        decryptor.decrypt(std::iter::once(identity)).ok()?.read_to_end(&mut plain).ok()?;
        Some(plain)
    }

    #[test]
    fn each_recipient_opens_what_was_sealed_and_nobody_else() {
        let [anna, rasmus, other] = [(); 3].map(|()| x25519::Identity::generate());
        let recipients = [&anna, &rasmus].map(|one| Recipient::read(&one.to_public().to_string()).expect("a key"));
        let sealed = seal(PLAIN, &recipients).expect("sealed");
        assert!(is_sealed(&sealed) && !sealed.windows(PLAIN.len()).any(|part| part == PLAIN));
        assert_eq!(open(&sealed, &anna).as_deref(), Some(PLAIN));
        assert_eq!(open(&sealed, &rasmus).as_deref(), Some(PLAIN));
        assert_eq!(open(&sealed, &other), None);
    }

    #[test]
    fn a_passphrase_opens_what_it_sealed() {
        let sealed = seal_with_passphrase(PLAIN, "six random words").expect("sealed");
        let with = |passphrase: &str| age::scrypt::Identity::new(SecretString::from(passphrase.to_owned()));
        assert_eq!(open(&sealed, &with("six random words")).as_deref(), Some(PLAIN));
        assert_eq!(open(&sealed, &with("six other words")), None);
    }

    #[test]
    fn what_is_no_recipient_says_why() {
        let why = |text: &str| Recipient::read(text).expect_err("no recipient");
        assert!(why("AGE-SECRET-KEY-1QQQ").contains("private key"));
        assert!(why("-----BEGIN OPENSSH PRIVATE KEY-----").contains("private key"));
        assert!(why("ecdsa-sha2-nistp256 AAAA").contains("ssh-ed25519"));
        assert!(why("ssh-ed25519 nonsense").contains("no SSH key"));
        assert!(why("anna").contains("no public key"));
        assert!(Recipient::read_all("# nobody\n\n").is_err());
    }
}
