//! Streams in a WebSocket: the first byte of each message is the number of its stream.

use bytes::{BufMut, Bytes, BytesMut};
use futures::stream::SplitSink;
use futures::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role};

use super::{Output, Piece, Upgraded, WAITING, exec, port};

const STDIN: u8 = 0;
const STDOUT: u32 = 1;
const ERROR: u32 = 3;

/// In front of the number of a stream that ends.
const ENDS: u8 = 255;

type Socket = WebSocketStream<Upgraded>;

fn goodbye() -> Message {
    Message::Close(Some(CloseFrame { code: CloseCode::Normal, reason: "".into() }))
}

async fn socket(io: Upgraded) -> Socket {
    WebSocketStream::from_raw_socket(io, Role::Server, None).await
}

/// Writes pieces until nobody has any more, then says goodbye. It is the client that closes the line.
async fn write(mut sink: SplitSink<Socket, Message>, mut pieces: mpsc::Receiver<(u32, Piece)>) {
    while let Some((stream, piece)) = pieces.recv().await {
        let Piece::Data(bytes) = piece else { continue };
        let mut message = BytesMut::with_capacity(bytes.len() + 1);
        message.put_u8(u8::try_from(stream).unwrap_or(u8::MAX));
        message.put(bytes);
        if sink.send(Message::Binary(message.freeze())).await.is_err() {
            return;
        }
    }
    let _ = sink.send(goodbye()).await;
}

/// A command: 0 takes input, 1 gives output, 3 tells how it ended.
pub async fn exec(io: Upgraded, can_end: bool, command: exec::Command) {
    let (sink, mut source) = socket(io).await.split();
    let (to, pieces) = mpsc::channel(WAITING);
    let (to_command, input) = mpsc::channel(WAITING);
    let mut to_command = Some(to_command).filter(|_| command.stdin);
    let read = async move {
        while let Some(Ok(message)) = source.next().await {
            match message {
                Message::Binary(bytes) if can_end && bytes.as_ref() == [ENDS, STDIN] => to_command = None,
                Message::Binary(mut bytes) if bytes.first() == Some(&STDIN) => {
                    let bytes = bytes.split_off(1);
                    if let Some(to) = &to_command {
                        // A command that has ended reads nothing.
                        let _ = to.send(bytes).await;
                    }
                }
                Message::Close(_) => break,
                _ => {}
            }
        }
    };
    let run = async move {
        let output = Output { stream: STDOUT, to: to.clone() };
        let status = exec::run(&command, Some(input), Some(output)).await;
        Output { stream: ERROR, to }.send(status.to_string()).await;
    };
    tokio::join!(run, write(sink, pieces), read);
}

/// Ports: of the port at place n, 2n is what is sent and 2n+1 what went wrong. Each begins with the port's number.
pub async fn forward(io: Upgraded, pod: port::Pod, ports: &[u16]) {
    let (sink, mut source) = socket(io).await.split();
    let (to, pieces) = mpsc::channel(WAITING);
    let writing = tokio::spawn(write(sink, pieces));
    let mut inputs = Vec::new();
    for (at, port) in (0u32..).zip(ports.iter().copied()) {
        let [data, error] = [2 * at, 2 * at + 1].map(|stream| Output { stream, to: to.clone() });
        data.send(Bytes::copy_from_slice(&port.to_le_bytes())).await;
        error.send(Bytes::copy_from_slice(&port.to_le_bytes())).await;
        let (to_port, input) = mpsc::channel(WAITING);
        inputs.push(to_port);
        let pod = pod.clone();
        tokio::spawn(async move {
            if let Err(why) = pod.serve(port, input, &data).await {
                error.send(why).await;
            }
        });
    }
    drop(to);
    while let Some(Ok(message)) = source.next().await {
        match message {
            Message::Binary(mut bytes) => {
                let stream = bytes.first().copied().unwrap_or(ENDS);
                if let Some(input) = inputs.get(usize::from(stream / 2)).filter(|_| stream.is_multiple_of(2)) {
                    // A port that refused reads nothing.
                    let _ = input.send(bytes.split_off(1)).await;
                }
            }
            Message::Close(_) => break,
            _ => {}
        }
    }
    drop(inputs);
    let _ = writing.await;
}

/// A WebSocket as the line for another protocol.
pub async fn tunnel(io: Upgraded) -> DuplexStream {
    let (mut sink, mut source) = socket(io).await.split();
    let (ours, theirs) = tokio::io::duplex(64 * 1024);
    let (mut from, mut to) = tokio::io::split(theirs);
    tokio::spawn(async move {
        while let Some(Ok(message)) = source.next().await {
            match message {
                Message::Binary(bytes) if to.write_all(&bytes).await.is_err() => break,
                Message::Close(_) => break,
                _ => {}
            }
        }
        let _ = to.shutdown().await;
    });
    tokio::spawn(async move {
        let mut buffer = BytesMut::with_capacity(16 * 1024);
        while let Ok(1..) = from.read_buf(&mut buffer).await {
            if sink.send(Message::Binary(buffer.split().freeze())).await.is_err() {
                return;
            }
        }
        let _ = sink.send(goodbye()).await;
    });
    ours
}
