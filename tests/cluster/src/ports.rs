//! Free loopback ports, all found at once so that they differ.

use std::net::{Ipv4Addr, TcpListener};

use crate::Error;

/// `N` ports that nobody listens on now. Somebody may take one before it is used; whoever starts
/// a server on them tries again with others.
pub(crate) fn free<const N: usize>() -> Result<[u16; N], Error> {
    let listeners: Vec<TcpListener> = (0..N)
        .map(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
        .collect::<Result<_, _>>()
        .map_err(Error::file("127.0.0.1"))?;
    let mut ports = [0; N];
    for (port, listener) in ports.iter_mut().zip(&listeners) {
        *port = listener.local_addr().map_err(Error::file("127.0.0.1"))?.port();
    }
    Ok(ports)
}
