//! SPDY/3.1, as far as clients of Kubernetes speak it: streams that the client opens, data, ends, pings. No flow
//! control, because they have none either.

use std::collections::{BTreeMap, HashMap};
use std::io;

use bytes::{BufMut, Bytes, BytesMut};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::sync::mpsc;

use super::headers::{self, Reader};
use super::{Input, Output, Piece, WAITING, exec, port};

/// Most bytes of a frame of the client.
const MOST: usize = 1024 * 1024;

/// The last data of a stream.
const FIN: u8 = 1;

const SYN_STREAM: u16 = 1;
const SYN_REPLY: u16 = 2;
const RST_STREAM: u16 = 3;
const PING: u16 = 6;
const GOAWAY: u16 = 7;

/// A stream that the client has opened.
struct Opened {
    headers: BTreeMap<String, String>,
    input: Input,
    output: Output,
}

impl Opened {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// What is to be written besides data.
enum Control {
    Reply(u32),
    Ping(u32),
}

/// Speaks SPDY; the streams as they are opened. Both ends of the line end with the client.
fn converse<S: AsyncRead + AsyncWrite + Send + 'static>(io: S) -> mpsc::Receiver<Opened> {
    let (from, to) = tokio::io::split(io);
    let (opened, streams) = mpsc::channel(WAITING);
    let (control, controls) = mpsc::channel(WAITING);
    let (pieces, to_write) = mpsc::channel(WAITING);
    tokio::spawn(write(to, controls, to_write));
    tokio::spawn(async move {
        // A client that goes or speaks something else ends all its streams.
        let _ = read(from, &opened, &control, pieces).await;
    });
    streams
}

async fn read<S: AsyncRead>(
    mut from: ReadHalf<S>,
    opened: &mpsc::Sender<Opened>,
    control: &mpsc::Sender<Control>,
    pieces: mpsc::Sender<(u32, Piece)>,
) -> io::Result<()> {
    let mut inputs: HashMap<u32, mpsc::Sender<Bytes>> = HashMap::new();
    let mut compressed = Reader::new();
    loop {
        let (first, second) = (from.read_u32().await?, from.read_u32().await?);
        let (flags, length) = ((second >> 24) as u8, (second & 0x00ff_ffff) as usize);
        if length > MOST {
            return Err(broken());
        }
        let mut payload = vec![0; length];
        from.read_exact(&mut payload).await?;
        if first >> 31 == 0 {
            if let Some(input) = inputs.get(&first).filter(|_| !payload.is_empty()) {
                // Whoever has ended reads nothing.
                let _ = input.send(payload.into()).await;
            }
            if flags & FIN != 0 {
                inputs.remove(&first);
            }
            continue;
        }
        let number = payload.first_chunk().map(|bytes| u32::from_be_bytes(*bytes)).unwrap_or_default();
        match (first & 0xffff) as u16 {
            SYN_STREAM => {
                let headers = compressed.read(payload.get(10..).ok_or_else(broken)?)?;
                let (to_stream, input) = mpsc::channel(WAITING);
                if flags & FIN == 0 {
                    inputs.insert(number, to_stream);
                }
                let _ = control.send(Control::Reply(number)).await;
                let output = Output { stream: number, to: pieces.clone() };
                if opened.send(Opened { headers, input, output }).await.is_err() {
                    return Ok(());
                }
            }
            RST_STREAM => drop(inputs.remove(&number)),
            PING => drop(control.send(Control::Ping(number)).await),
            GOAWAY => return Ok(()),
            _ => {}
        }
    }
}

async fn write<S: AsyncWrite>(
    mut to: WriteHalf<S>,
    mut controls: mpsc::Receiver<Control>,
    mut pieces: mpsc::Receiver<(u32, Piece)>,
) {
    let mut first = true;
    let mut open = true;
    loop {
        let frame = tokio::select! {
            // The answer to a stream stands before its data.
            biased;
            control = controls.recv(), if open => match control {
                Some(Control::Reply(stream)) => {
                    let mut payload = stream.to_be_bytes().to_vec();
                    payload.extend(headers::none(std::mem::take(&mut first)));
                    control_frame(SYN_REPLY, &payload)
                }
                Some(Control::Ping(number)) => control_frame(PING, &number.to_be_bytes()),
                None => {
                    open = false;
                    continue;
                }
            },
            piece = pieces.recv() => match piece {
                Some((stream, Piece::Data(bytes))) => data_frame(stream, 0, &bytes),
                Some((stream, Piece::End)) => data_frame(stream, FIN, &[]),
                None => break,
            },
        };
        if to.write_all(&frame).await.is_err() || to.flush().await.is_err() {
            return;
        }
    }
    let _ = to.shutdown().await;
}

fn control_frame(kind: u16, payload: &[u8]) -> Bytes {
    let mut frame = BytesMut::with_capacity(payload.len() + 8);
    frame.put_u16(0x8003);
    frame.put_u16(kind);
    frame.put_u32(u32::try_from(payload.len()).unwrap_or_default());
    frame.put(payload);
    frame.freeze()
}

fn data_frame(stream: u32, flags: u8, bytes: &[u8]) -> Bytes {
    let mut frame = BytesMut::with_capacity(bytes.len() + 8);
    frame.put_u32(stream);
    frame.put_u32(u32::from(flags) << 24 | u32::try_from(bytes.len()).unwrap_or_default());
    frame.put(bytes);
    frame.freeze()
}

/// A command: its streams come first, one for each thing that was asked for.
pub async fn exec<S: AsyncRead + AsyncWrite + Send + 'static>(io: S, command: exec::Command, wanted: usize) {
    let mut streams = converse(io);
    let mut by_type: HashMap<String, Opened> = HashMap::new();
    while by_type.len() < wanted {
        let Some(opened) = streams.recv().await else { return };
        by_type.insert(opened.header("streamtype").to_string(), opened);
    }
    let mut take = |kind: &str| by_type.remove(kind);
    let input = take("stdin").map(|stream| stream.input);
    let (output, error) = (take("stdout").map(|stream| stream.output), take("error").map(|stream| stream.output));
    let status: Value = exec::run(&command, input, output.clone()).await;
    if let Some(output) = output {
        output.end().await;
    }
    if let Some(error) = error {
        error.send(status.to_string()).await;
        error.end().await;
    }
    for stream in by_type.into_values() {
        stream.output.end().await;
    }
    // The client closes the line when it has read everything.
    while streams.recv().await.is_some() {}
}

/// Ports: every connection is a stream for what goes wrong and one for data, which belong together by a number.
pub async fn forward<S: AsyncRead + AsyncWrite + Send + 'static>(io: S, pod: port::Pod) {
    let mut streams = converse(io);
    let mut errors: HashMap<String, Output> = HashMap::new();
    while let Some(opened) = streams.recv().await {
        let request = opened.header("requestid").to_string();
        if opened.header("streamtype") == "error" {
            errors.insert(request, opened.output);
            continue;
        }
        let port = opened.header("port").parse().unwrap_or_default();
        let (error, pod) = (errors.remove(&request), pod.clone());
        tokio::spawn(async move {
            let served = pod.serve(port, opened.input, &opened.output).await;
            opened.output.end().await;
            if let Some(error) = error {
                if let Err(why) = served {
                    error.send(why).await;
                }
                error.end().await;
            }
        });
    }
}

fn broken() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "this is not SPDY")
}
