//! Headers of SPDY's streams: pairs, compressed over all streams of a connection with a dictionary that both know.

use std::collections::BTreeMap;
use std::io;

use flate2::{Decompress, FlushDecompress};

/// Most bytes of the headers of one stream.
const MOST: usize = 64 * 1024;

/// The words of the dictionary (SPDY/3, section 2.6.10.1): each stands there behind its length in four bytes.
const WORDS: &str = "options head post put delete trace accept accept-charset accept-encoding accept-language \
    accept-ranges age allow authorization cache-control connection content-base content-encoding content-language \
    content-length content-location content-md5 content-range content-type date etag expect expires from host \
    if-match if-modified-since if-none-match if-range if-unmodified-since last-modified location max-forwards pragma \
    proxy-authenticate proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade \
    user-agent vary via warning www-authenticate method get status 200_OK version HTTP/1.1 url public set-cookie \
    keep-alive origin";

/// What follows them.
const REST: &str = "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505203 \
    Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden404 \
    Not Found500 Internal Server Error501 Not Implemented503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept \
    Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,\
    application/xml,application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age=gzip,deflate,sdchcharset=\
    utf-8charset=iso-8859-1,utf-,*,enq=0.";

fn dictionary() -> Vec<u8> {
    let mut all = Vec::new();
    for word in WORDS.split_whitespace() {
        let word = word.replace('_', " ");
        all.extend(u32::try_from(word.len()).unwrap_or_default().to_be_bytes());
        all.extend(word.as_bytes());
    }
    all.extend(REST.as_bytes());
    all
}

/// A deflate block that is not compressed, and not the last.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap_or_default();
    let mut block = vec![0];
    block.extend(length.to_le_bytes());
    block.extend((!length).to_le_bytes());
    block.extend(bytes);
    block
}

/// Reads the headers of a connection's streams.
#[derive(Debug)]
pub struct Reader {
    inflate: Decompress,
    begun: bool,
}

impl Reader {
    /// At the beginning of a connection.
    pub fn new() -> Reader {
        Reader { inflate: Decompress::new(false), begun: false }
    }

    /// The headers in one block.
    ///
    /// # Errors
    /// It is none.
    pub fn read(&mut self, mut block: &[u8]) -> io::Result<BTreeMap<String, String>> {
        if !self.begun {
            self.begun = true;
            let uses_dictionary = block.get(1).is_some_and(|flags| flags & 0x20 != 0);
            block = block.get(if uses_dictionary { 6 } else { 2 }..).ok_or_else(broken)?;
            if uses_dictionary {
                // As if the other side had sent it first.
                self.inflate(&stored(&dictionary()))?;
            }
        }
        let bytes = self.inflate(block)?;
        let mut rest = bytes.as_slice();
        let count = number(&mut rest)?;
        let mut headers = BTreeMap::new();
        for _ in 0..count {
            let (name, value) = (text(&mut rest)?, text(&mut rest)?);
            headers.insert(name, value);
        }
        Ok(headers)
    }

    fn inflate(&mut self, mut from: &[u8]) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(4 * 1024);
        loop {
            let before = (self.inflate.total_in(), self.inflate.total_out());
            self.inflate.decompress_vec(from, &mut bytes, FlushDecompress::Sync).map_err(io::Error::other)?;
            let read = usize::try_from(self.inflate.total_in() - before.0).map_err(io::Error::other)?;
            from = from.get(read..).unwrap_or_default();
            if (self.inflate.total_in(), self.inflate.total_out()) == before
                || from.is_empty() && bytes.len() < bytes.capacity()
            {
                return Ok(bytes);
            }
            if bytes.len() > MOST {
                return Err(broken());
            }
            bytes.reserve(4 * 1024);
        }
    }
}

/// Headers of an answer: none. `first` of a connection.
pub fn none(first: bool) -> Vec<u8> {
    let mut block = if first { vec![0x78, 0x01] } else { Vec::new() };
    block.extend(stored(&[0; 4]));
    // Readers hold back what they have until an empty block comes.
    block.extend(stored(&[]));
    block
}

fn number(from: &mut &[u8]) -> io::Result<usize> {
    let (bytes, rest) = from.split_first_chunk::<4>().ok_or_else(broken)?;
    *from = rest;
    usize::try_from(u32::from_be_bytes(*bytes)).map_err(io::Error::other)
}

fn text(from: &mut &[u8]) -> io::Result<String> {
    let length = number(from)?;
    let (bytes, rest) = from.split_at_checked(length).ok_or_else(broken)?;
    *from = rest;
    Ok(String::from_utf8_lossy(bytes).into_owned())
}

fn broken() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "these are no headers")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dictionary_is_the_one_that_everybody_knows() {
        let (mut a, mut b) = (1u32, 0u32);
        for byte in dictionary() {
            a = (a + u32::from(byte)) % 65_521;
            b = (b + a) % 65_521;
        }
        assert_eq!((dictionary().len(), b << 16 | a), (1423, 0xe3c6_a7c2));
    }

    /// Two blocks of one connection, as zlib writes them with the dictionary; the second leans on the first.
    const BLOCKS: [&str; 2] = [
        "78f9e3c6a7c202253a703a2b294a4dcc851625aca9a0808614cb45e01c6061606100a4398b20d198094ade8c0600000000ffff",
        "c2aa19540e2512d60b000000ffff",
    ];

    #[test]
    fn headers_lean_on_the_dictionary_and_on_those_before() {
        let mut reader = Reader::new();
        for (block, kind) in BLOCKS.iter().zip(["error", "data"]) {
            let bytes: Vec<u8> =
                (0..block.len()).step_by(2).map(|at| u8::from_str_radix(&block[at..at + 2], 16).unwrap()).collect();
            let headers = reader.read(&bytes).unwrap();
            let expected = [("port", "8080"), ("requestid", "0"), ("streamtype", kind)];
            assert_eq!(headers, expected.map(|(name, value)| (name.to_string(), value.to_string())).into());
        }
        assert!(reader.read(&[0, 1, 0, 254, 255, 9]).is_err());
        assert!(Reader::new().read(&[]).is_err());
    }
}
