//! A line that can be cut without anybody being told.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Stands between a client and the API server.
pub struct Proxy {
    frozen: watch::Sender<u32>,
    kubeconfig: PathBuf,
    _folder: TempDir,
}

impl Proxy {
    /// A proxy, and a kubeconfig that leads through it.
    pub async fn before(kubeconfig: &Path) -> Result<Proxy, Box<dyn Error>> {
        let text = std::fs::read_to_string(kubeconfig)?;
        let begin = text.find("https://").ok_or("no server")? + "https://".len();
        let end = begin + text[begin..].find(['"', '\n', ' ', '/', '\'']).ok_or("no end of the server")?;
        let (server, listener) = (text[begin..end].to_string(), TcpListener::bind("127.0.0.1:0").await?);
        let folder = TempDir::new()?;
        let path = folder.path().join("kubeconfig");
        std::fs::write(&path, text.replace(&server, &listener.local_addr()?.to_string()))?;
        let frozen = watch::Sender::new(0);
        let state = frozen.subscribe();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(upstream) = TcpStream::connect(&server).await else { continue };
                let ((from, to), (back_from, back_to)) = (client.into_split(), upstream.into_split());
                let born = *state.borrow();
                tokio::spawn(pump(from, back_to, state.clone(), born));
                tokio::spawn(pump(back_from, to, state.clone(), born));
            }
        });
        Ok(Proxy { frozen, kubeconfig: path, _folder: folder })
    }

    /// A kubeconfig that leads through it.
    pub fn kubeconfig(&self) -> &Path {
        &self.kubeconfig
    }

    /// From now on nothing passes; connections stay open.
    pub fn freeze(&self) {
        self.frozen.send_modify(|state| *state += 1);
    }

    /// New connections work again; the old ones stay dead.
    pub fn thaw(&self) {
        self.frozen.send_modify(|state| *state += 1);
    }
}

/// Even: passes. A connection passes nothing when the line was cut since it began, or is cut now.
async fn pump(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    state: watch::Receiver<u32>,
    born: u32,
) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(length) = from.read(&mut buffer).await {
        if *state.borrow() != born || born % 2 == 1 {
            // Neither data nor an end: as a cable that was pulled.
            tokio::time::sleep(Duration::from_secs(3600)).await;
        }
        if length == 0 || to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}
